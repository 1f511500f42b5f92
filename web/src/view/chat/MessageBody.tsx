/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { fileSize } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { linkify } from "../../model/linkify";
import { fitImage, stripReplyFallback, type Body, type Message } from "../../model/timeline";
import { saveBlob } from "../../platform/images";
import { SealBroken } from "../../platform/seal";
import { dialog, leaveTo } from "../../state/dialogs";
import { loadFile, picture, retryPicture } from "../../state/media";
import { thumbnailOf } from "../../state/sending";
import { showToast } from "../../state/toasts";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { FormattedText } from "./FormattedText";
import { LockedMessage } from "./LockedMessage";

export function MessageBody({ message }: { message: Message }) {
    const { body } = message;
    switch (body.kind) {
        case "text":
            return <Text message={message} body={body} />;
        case "image":
            return <Image message={message} body={body} />;
        case "file":
            return <FileCard body={body} />;
        case "deleted":
            return (
                <p class="tombstone">
                    <Icon name="trash" mini />
                    {words().messageDeleted}
                </p>
            );
        case "locked":
            return <LockedMessage why={body.why} />;
        case "unknown":
            return <p class="tombstone">{words().messageUnknown}</p>;
    }
}

type Of<K extends Body["kind"]> = Extract<Body, { kind: K }>;

function Text({ message, body }: { message: Message; body: Of<"text"> }) {
    const plain = message.replyTo ? stripReplyFallback(body.text) : body.text;
    const text = <PlainText text={body.emote ? `${message.sender.name} ${plain}` : plain} />;
    const shape = `text${body.emote ? " emote" : ""}${body.notice ? " bot" : ""}`;
    return <div class={shape}>{body.html ? <FormattedText html={body.html} plain={text} /> : text}</div>;
}

/** Text with its links; they are shown, never fetched, and followed through a question. */
export function PlainText({ text }: { text: string }) {
    return (
        <>
            {linkify(text).map((span, index) =>
                "href" in span ? (
                    <a
                        key={index}
                        href={span.href}
                        rel="noopener noreferrer"
                        onClick={(event) => {
                            event.preventDefault();
                            leaveTo(span.href);
                        }}
                    >
                        {span.text}
                    </a>
                ) : (
                    span.text
                ),
            )}
        </>
    );
}

function Image({ message, body }: { message: Message; body: Of<"image"> }) {
    const size = thumbnailOf(body);
    const small = body.thumbnail ?? body.file;
    const shown = picture(small, size).value;
    const box = fitImage(body.w, body.h);
    const t = words();
    const open = () => (shown.state === "failed" ? retryPicture(small, size) : (dialog.value = { kind: "picture", message }));
    return (
        <>
            <button
                type="button"
                class="picture"
                style={{ width: `${box.w}px`, aspectRatio: `${box.w} / ${box.h}` }}
                aria-label={t.openPicture(body.name)}
                onClick={open}
            >
                {shown.state === "ready" ? (
                    <img src={shown.url} alt={body.name} />
                ) : shown.state === "failed" ? (
                    <span class="picture-failed">
                        <Icon name="retry" />
                        {t.pictureFailed}
                    </span>
                ) : (
                    <Spinner />
                )}
            </button>
            {body.caption && (
                <div class="text caption">
                    <PlainText text={body.caption} />
                </div>
            )}
        </>
    );
}

function FileCard({ body }: { body: Of<"file"> }) {
    const [busy, setBusy] = useState(false);
    const t = words();
    async function save(): Promise<void> {
        setBusy(true);
        try {
            saveBlob(await loadFile(body.file), body.name);
        } catch (reason) {
            showToast(t[reason instanceof SealBroken ? "errorSealBroken" : errorText(reason)], "error");
        } finally {
            setBusy(false);
        }
    }
    return (
        <button type="button" class="file-card" aria-label={t.saveFile(body.name)} onClick={() => void save()}>
            <span class="file-icon">{busy ? <Spinner /> : <Icon name="file" />}</span>
            <span class="grow">
                <span class="file-name">{body.name}</span>
                <span class="small quiet">{body.size > 0 && fileSize(body.size)}</span>
            </span>
            <Icon name="download" />
        </button>
    );
}
