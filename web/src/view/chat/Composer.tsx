/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { words } from "../../i18n";
import { countdown } from "../../model/slowMode";
import { readDraft, saveDraft } from "../../platform/accounts";
import { hasCamera } from "../../platform/camera";
import { chooseFiles } from "../../platform/images";
import { sendingHeld } from "../../state/identities";
import { rightsIn } from "../../state/members";
import type { RoomSummary } from "../../state/rooms";
import { takePhoto } from "../../state/photo";
import { intents, sendFile, sendText, setIntent, setTyping, type Intent } from "../../state/sending";
import { session } from "../../state/session";
import { lastOwnMessage } from "../../state/timeline";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { lazy } from "../../ui/lazy";
import { Menu, MenuItem } from "../../ui/Menu";
import { mentionAt, MentionList, type MentionQuery } from "./MentionList";
import { bodyPreview } from "./preview";
import { useWait } from "./useWait";

const EmojiPicker = lazy(() => import("./EmojiPicker").then((module) => module.EmojiPicker));

export function Composer({ room }: { room: RoomSummary }) {
    const [text, setText] = useState("");
    const emoji = useSignal(false);
    const attaching = useSignal(false);
    const mention = useSignal<MentionQuery | undefined>(undefined);
    const area = useRef<HTMLTextAreaElement>(null);
    const saved = useRef("");
    const t = words();
    const userId = session.value?.userId ?? "";
    const intent = intents.value.get(room.roomId);
    const matrixRoom = session.value?.client.getRoom(room.roomId);
    const maySend = !matrixRoom || rightsIn(matrixRoom, userId).send;

    const wait = useWait(matrixRoom, userId);

    useEffect(() => {
        let current = true;
        void readDraft(userId, room.roomId).then((draft) => current && draft && setText((typed) => typed || draft));
        if (matchMedia("(hover: hover)").matches) area.current?.focus();
        return () => {
            current = false;
            setTyping(false);
        };
    }, [room.roomId]);

    /* Editing borrows the field; what was being written comes back afterwards. Before anything is painted: what is typed
     * into the field from then on belongs to the edit. */
    const editing = intent?.kind === "edit" ? intent.message : undefined;
    /* An edit is no message more. */
    const held = (wait > 0 && !editing) || sendingHeld.value;
    useLayoutEffect(() => {
        if (editing?.body.kind === "text") {
            saved.current = text;
            setText(editing.body.text);
        }
        if (intent) requestAnimationFrame(() => area.current?.focus());
        return () => {
            if (editing) setText(saved.current);
        };
    }, [editing?.id, intent?.kind]);

    useLayoutEffect(() => {
        const field = area.current;
        if (!field) return;
        field.style.height = "auto";
        field.style.height = `${field.scrollHeight}px`;
    }, [text]);

    function change(next: string): void {
        setText(next);
        setTyping(next.trim() !== "");
        if (!editing) void saveDraft(userId, room.roomId, next);
        const field = area.current;
        mention.value = field ? mentionAt(next, field.selectionStart) : undefined;
    }

    function send(): void {
        if (!text.trim() || held) return;
        sendText(text.trim());
        setTyping(false);
        mention.value = undefined;
        if (!editing) {
            setText("");
            void saveDraft(userId, room.roomId, "");
        }
        area.current?.focus();
    }

    function insert(piece: string, from?: number): void {
        const field = area.current;
        const start = from ?? field?.selectionStart ?? text.length;
        const end = field?.selectionEnd ?? text.length;
        change(text.slice(0, start) + piece + text.slice(end));
        requestAnimationFrame(() => {
            field?.focus();
            field?.setSelectionRange(start + piece.length, start + piece.length);
            mention.value = undefined;
        });
    }

    function onKeyDown(event: KeyboardEvent): void {
        if (event.isComposing || event.defaultPrevented) return;
        const touch = matchMedia("(hover: none)").matches;
        if (event.key === "Enter" && !event.shiftKey && !touch) {
            event.preventDefault();
            send();
        } else if (event.key === "Escape" && intent) {
            event.preventDefault();
            setIntent(room.roomId, undefined);
        } else if (event.key === "ArrowUp" && text === "" && lastOwnMessage.peek()) {
            event.preventDefault();
            const message = lastOwnMessage.peek();
            if (message) setIntent(room.roomId, { kind: "edit", message });
        }
    }

    function onPaste(event: ClipboardEvent): void {
        const files = [...(event.clipboardData?.files ?? [])];
        if (files.length === 0) return;
        event.preventDefault();
        if (!held) for (const file of files) void sendFile(file);
    }

    async function attach(files: Promise<File[]>): Promise<void> {
        attaching.value = false;
        for (const file of await files) void sendFile(file);
        area.current?.focus();
    }
    const photo = async () => [await takePhoto("environment", t.send)].filter((file) => file !== undefined);

    if (!maySend) return <p class="composer-closed quiet">{t.maySendNot}</p>;
    return (
        <form
            class="composer"
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
        >
            {mention.value && matrixRoom && (
                <MentionList
                    room={matrixRoom}
                    query={mention.value}
                    onChoose={(name) => insert(`@${name} `, mention.peek()?.start)}
                    onClose={() => (mention.value = undefined)}
                />
            )}
            {intent && <IntentLine intent={intent} onCancel={() => setIntent(room.roomId, undefined)} />}
            {held && (
                <p class="composer-wait quiet small" role="timer">
                    <Icon name="clock" /> {t.slowModeWait(countdown(wait))}
                </p>
            )}
            <div class="composer-row">
                <div class="menu-anchor">
                    <IconButton
                        icon="paperclip"
                        label={t.attach}
                        expanded={attaching.value}
                        disabled={held}
                        onClick={() => (attaching.value = !attaching.value)}
                    />
                    {attaching.value && (
                        <Menu label={t.attach} prefer="above" align="start" onClose={() => (attaching.value = false)}>
                            <MenuItem icon="file" onClick={() => void attach(chooseFiles("", true))}>
                                {t.attachFiles}
                            </MenuItem>
                            {hasCamera() && (
                                <MenuItem icon="camera" onClick={() => void attach(photo())}>
                                    {t.photoTake}
                                </MenuItem>
                            )}
                        </Menu>
                    )}
                </div>
                <textarea
                    ref={area}
                    class="composer-field"
                    rows={1}
                    aria-label={t.messageTo(room.name)}
                    placeholder={t.writeMessage}
                    value={text}
                    maxLength={20_000}
                    onInput={(event) => change(event.currentTarget.value)}
                    onKeyDown={onKeyDown}
                    onPaste={onPaste}
                />
                <div class="menu-anchor">
                    <IconButton icon="react" label={t.emoji} expanded={emoji.value} onClick={() => (emoji.value = !emoji.value)} />
                    {emoji.value && (
                        <EmojiPicker align="end" onChoose={(chosen) => insert(chosen)} onClose={() => (emoji.value = false)} />
                    )}
                </div>
                <button type="submit" class="send-button" aria-label={t.send} title={t.send} disabled={!text.trim() || held}>
                    <Icon name={editing ? "check" : "send"} />
                </button>
            </div>
        </form>
    );
}

function IntentLine({ intent, onCancel }: { intent: Intent; onCancel: () => void }) {
    const t = words();
    const message = intent.kind === "reply" ? intent.to : intent.message;
    return (
        <div class="intent">
            <Icon name={intent.kind === "reply" ? "reply" : "edit"} />
            <span class="grow">
                <strong class="clip">{intent.kind === "reply" ? t.replyingTo(message.sender.name) : t.editing}</strong>
                <span class="clip quiet small">{bodyPreview(message.body)}</span>
            </span>
            <IconButton icon="close" label={t.cancel} onClick={onCancel} />
        </div>
    );
}
