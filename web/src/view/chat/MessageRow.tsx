/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Signal } from "@preact/signals";
import { words } from "../../i18n";
import { fullTime, timeOfDay } from "../../i18n/format";
import { hueOf } from "../../model/person";
import { isJumbo, type Message, type Person } from "../../model/timeline";
import { discard, react, retry } from "../../state/sending";
import { findMessage } from "../../state/timeline";
import { Avatar } from "../../ui/Avatar";
import { Icon } from "../../ui/Icon";
import { within } from "../../ui/within";
import { LinkPlace } from "./LinkPlace";
import { MessageBody } from "./MessageBody";
import { MessageTools } from "./MessageTools";
import { bodyPreview } from "./preview";

interface MessageRowProps {
    message: Message;
    /** The room lets links be shown with what their pages are about. */
    previews: boolean;
    first: boolean;
    last: boolean;
    /** The one message that shows its tools. */
    active: Signal<string | undefined>;
    tabStop: boolean;
    readers: readonly Person[] | undefined;
    onJump: (id: string) => void;
}

export function MessageRow({ message, previews, first, last, active, tabStop, readers, onJump }: MessageRowProps) {
    const t = words();
    const { body, mine, sender } = message;
    const jumbo = body.kind === "text" && !message.replyTo && isJumbo(body.text);
    const shape = [
        "message",
        mine ? "mine" : "theirs",
        first && "first",
        last && "last",
        jumbo && "jumbo",
        body.kind === "image" && "pictorial",
        (body.kind === "deleted" || body.kind === "locked") && "gone",
        message.mentionsMe && "mentions-me",
        message.edited && "edited",
        message.status,
    ];
    const show = () => (active.value = message.key);
    return (
        <li
            class={shape.filter(Boolean).join(" ")}
            data-event={message.id}
            tabIndex={tabStop || active.value === message.key ? 0 : -1}
            aria-label={`${sender.name}, ${timeOfDay(message.ts)}: ${bodyPreview(body)}`}
            onPointerEnter={(event) => event.pointerType === "mouse" && show()}
            onFocusIn={show}
            onClick={(event) => !within(event, "tools") && matchMedia("(hover: none)").matches && show()}
        >
            {!mine && <span class="gutter">{last && <Avatar id={sender.userId} name={sender.name} mxc={sender.avatar} size="s" />}</span>}
            <div class="bubble-column">
                <div class="bubble">
                    {first && !mine && <div class={`sender hue-${hueOf(sender.userId)}`}>{sender.name}</div>}
                    {message.replyTo && <Quoted id={message.replyTo} onJump={onJump} />}
                    <MessageBody message={message} />
                    <span class="meta">
                        {message.clear && (
                            <span class="clear-mark" role="img" aria-label={t.notEncryptedMark} title={t.notEncryptedMark}>
                                <Icon name="alert" mini />
                            </span>
                        )}
                        {message.edited && <span>{t.edited}</span>}
                        <time dateTime={new Date(message.ts).toISOString()} title={fullTime(message.ts)}>
                            {timeOfDay(message.ts)}
                        </time>
                        {mine && <Status status={message.status} />}
                    </span>
                    {active.value === message.key && message.status === "sent" && body.kind !== "deleted" && body.kind !== "locked" && (
                        <MessageTools message={message} onDone={() => (active.value = undefined)} />
                    )}
                </div>
                {previews && message.status === "sent" && <LinkPlace message={message} />}
                {message.reactions.length > 0 && (
                    <ul class="reactions" aria-label={t.reactions}>
                        {message.reactions.map((reaction) => (
                            <li key={reaction.key}>
                                <button
                                    type="button"
                                    class="reaction"
                                    aria-pressed={reaction.mine !== undefined}
                                    title={reaction.names.join(", ")}
                                    aria-label={t.reactionLabel(reaction.key, reaction.names.length)}
                                    onClick={() => react(message, reaction.key)}
                                >
                                    <span class="reaction-key">{reaction.key}</span>
                                    {reaction.names.length}
                                </button>
                            </li>
                        ))}
                    </ul>
                )}
                {message.status === "failed" && (
                    <div class="failed-line" role="alert">
                        <Icon name="alert" mini />
                        <span>{t.sendFailed}</span>
                        <button type="button" onClick={() => retry(message)}>
                            {t.tryAgain}
                        </button>
                        <button type="button" onClick={() => discard(message)}>
                            {t.discard}
                        </button>
                    </div>
                )}
                {readers && <Readers readers={readers} />}
            </div>
        </li>
    );
}

function Status({ status }: { status: Message["status"] }) {
    const t = words();
    const text = { sent: t.sent, sending: t.sending, failed: t.sendFailed }[status];
    const icon = ({ sent: "check", sending: "clock", failed: "alert" } as const)[status];
    return (
        <span class="status" title={text}>
            <Icon name={icon} mini />
            <span class="visually-hidden">{text}</span>
        </span>
    );
}

function Quoted({ id, onJump }: { id: string; onJump: (id: string) => void }) {
    const quoted = findMessage(id);
    return (
        <button type="button" class={`quoted hue-${quoted ? hueOf(quoted.sender.userId) : 7}`} onClick={() => onJump(id)}>
            <strong class="clip">{quoted?.sender.name ?? words().earlierMessage}</strong>
            <span class="clip">{quoted ? bodyPreview(quoted.body) : words().showIt}</span>
        </button>
    );
}

const shownReaders = 5;

function Readers({ readers }: { readers: readonly Person[] }) {
    const names = readers.map((reader) => reader.name).join(", ");
    return (
        <div class="readers" title={words().readBy(names)}>
            <span class="visually-hidden">{words().readBy(names)}</span>
            {readers.slice(0, shownReaders).map((reader) => (
                <Avatar key={reader.userId} id={reader.userId} name={reader.name} mxc={reader.avatar} size="xs" />
            ))}
            {readers.length > shownReaders && <span aria-hidden="true">+{readers.length - shownReaders}</span>}
        </div>
    );
}
