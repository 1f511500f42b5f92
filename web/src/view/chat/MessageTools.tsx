/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { linkOf } from "../../model/linkPreview";
import type { Message } from "../../model/timeline";
import { confirm } from "../../state/dialogs";
import { hidePreview, isHidden } from "../../state/hiddenPreviews";
import { previewsIn } from "../../state/linkPreviews";
import { rightsIn } from "../../state/members";
import { deleteMessage, react, setIntent } from "../../state/sending";
import { currentRoom } from "../../state/timeline";
import { showToast } from "../../state/toasts";
import { IconButton } from "../../ui/Button";
import { lazy } from "../../ui/lazy";
import { Menu, MenuItem } from "../../ui/Menu";

const EmojiPicker = lazy(() => import("./EmojiPicker").then((module) => module.EmojiPicker));
const quick = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** What can be done with a message: beside it, while it is pointed at or in focus. */
export function MessageTools({ message, onDone }: { message: Message; onDone: () => void }) {
    const open = useSignal<"none" | "react" | "emoji" | "more">("none");
    const t = words();
    const here = currentRoom();
    if (!here) return null;
    const roomId = here.room.roomId;
    const close = () => (open.value = "none");
    const userId = here.client.getSafeUserId();
    const rights = rightsIn(here.room, userId);
    const side = message.mine ? "end" : "start";
    const editable = message.mine && message.body.kind === "text";

    async function remove(): Promise<void> {
        close();
        if (!(await confirm(t.deleteTitle, t.deleteText, t.delete, true))) return;
        await deleteMessage(message).catch((reason) => showToast(t[errorText(reason)], "error"));
    }
    function begin(kind: "reply" | "edit"): void {
        setIntent(roomId, kind === "reply" ? { kind, to: message } : { kind, message });
        onDone();
    }
    function choose(key: string): void {
        close();
        react(message, key);
    }
    const link = previewsIn(here.room) && linkOf(message.body);
    const hidden = isHidden(userId, message.id);
    const text = message.body.kind === "text" ? message.body.text : undefined;
    return (
        <div class="tools" role="toolbar" aria-label={t.messageTools}>
            <IconButton icon="react" label={t.react} expanded={open.value === "react"} onClick={() => (open.value = "react")} />
            {rights.send && <IconButton icon="reply" label={t.reply} onClick={() => begin("reply")} />}
            <IconButton icon="more" label={t.more} expanded={open.value === "more"} onClick={() => (open.value = "more")} />
            {open.value === "react" && (
                <Menu label={t.react} class="quick-reactions" prefer="above" align={side} onClose={close}>
                    {quick.map((key) => (
                        <button key={key} type="button" role="menuitem" class="menu-item" onClick={() => choose(key)}>
                            {key}
                        </button>
                    ))}
                    <button type="button" role="menuitem" class="menu-item" aria-label={t.moreEmoji} onClick={() => (open.value = "emoji")}>
                        …
                    </button>
                </Menu>
            )}
            {open.value === "emoji" && <EmojiPicker align={side} onChoose={choose} onClose={close} />}
            {open.value === "more" && (
                <Menu label={t.more} align={side} onClose={close}>
                    {text !== undefined && (
                        <MenuItem
                            icon="copy"
                            onClick={() => {
                                close();
                                void navigator.clipboard.writeText(text).then(() => showToast(t.copied));
                            }}
                        >
                            {t.copyText}
                        </MenuItem>
                    )}
                    {link && (
                        <MenuItem
                            icon={hidden ? "eye" : "eyeOff"}
                            onClick={() => {
                                close();
                                hidePreview(userId, message.id, !hidden);
                            }}
                        >
                            {hidden ? t.previewShow : t.previewHide}
                        </MenuItem>
                    )}
                    {editable && (
                        <MenuItem icon="edit" onClick={() => begin("edit")}>
                            {t.edit}
                        </MenuItem>
                    )}
                    {(message.mine || rights.redact) && (
                        <MenuItem icon="trash" danger onClick={() => void remove()}>
                            {t.delete}
                        </MenuItem>
                    )}
                    {text === undefined && !message.mine && !rights.redact && (
                        <MenuItem icon="reply" onClick={() => begin("reply")}>
                            {t.reply}
                        </MenuItem>
                    )}
                </Menu>
            )}
        </div>
    );
}
