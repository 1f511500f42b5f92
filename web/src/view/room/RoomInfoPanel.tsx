/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { chooseFiles } from "../../platform/images";
import { confirm } from "../../state/dialogs";
import { setPreviews } from "../../state/linkPreviews";
import { rightsIn } from "../../state/members";
import { isOpen, leaveRoom, setLifetime, setRoomAvatar, setRoomName, setRoomTopic, turnOnEncryption } from "../../state/roomActions";
import { go } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { session } from "../../state/session";
import { setSlowMode, slowModeOf } from "../../state/slowMode";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { PlainText } from "../chat/MessageBody";
import { RoomAvatar } from "../chat/RoomAvatar";
import { Encryption } from "./Encryption";
import { Lifetime } from "./Lifetime";
import { Previews } from "./Previews";
import { SlowMode } from "./SlowMode";

export function RoomInfoPanel({ room }: { room: RoomSummary }) {
    const t = words();
    const present = session.value;
    const matrixRoom = present?.client.getRoom(room.roomId);
    const topic = String(matrixRoom?.currentState.getStateEvents("m.room.topic", "")?.getContent()["topic"] ?? "");
    const rights = matrixRoom && present ? rightsIn(matrixRoom, present.userId) : undefined;
    const [editing, setEditing] = useState(false);
    const [name, setName] = useState(room.name);
    const [about, setAbout] = useState(topic);
    const [busy, setBusy] = useState(false);

    async function attempt(work: () => Promise<unknown>): Promise<boolean> {
        setBusy(true);
        try {
            await work();
            return true;
        } catch (reason) {
            showToast(t[errorText(reason, { M_FORBIDDEN: "errorNotAllowed" })], "error");
            return false;
        } finally {
            setBusy(false);
        }
    }

    const save = (event: Event) => {
        event.preventDefault();
        void attempt(async () => {
            if (rights?.name && name.trim() && name.trim() !== room.name) await setRoomName(room.roomId, name.trim());
            if (rights?.topic && about.trim() !== topic) await setRoomTopic(room.roomId, about.trim());
            setEditing(false);
        });
    };

    async function changePicture(): Promise<void> {
        const [file] = await chooseFiles("image/*");
        if (file) await attempt(() => setRoomAvatar(room.roomId, file));
    }

    async function leave(): Promise<void> {
        if (!(await confirm(t.leaveTitle(room.name), t.leaveText, t.leave, true))) return;
        await attempt(async () => {
            await leaveRoom(room.roomId, true);
            go({ at: "home" });
        });
    }

    const picture = <RoomAvatar room={room} size="xl" />;
    return (
        <>
            <div class="panel-hero">
                {rights?.avatar && !room.direct ? (
                    <button type="button" class="avatar-button" aria-label={t.changePicture} onClick={() => void changePicture()}>
                        {picture}
                        <span>{t.changePicture}</span>
                    </button>
                ) : (
                    picture
                )}
                <h2>{room.name}</h2>
                {topic && !editing && (
                    <p class="topic">
                        <PlainText text={topic} />
                    </p>
                )}
            </div>
            {editing ? (
                <form class="form" onSubmit={save}>
                    {rights?.name && <Field label={t.groupName} value={name} onInput={setName} input={{ maxLength: 100 }} />}
                    {rights?.topic && <Field label={t.topic} value={about} onInput={setAbout} input={{ maxLength: 500 }} />}
                    <div class="dialog-actions">
                        <Button onClick={() => setEditing(false)}>{t.cancel}</Button>
                        <Button type="submit" kind="primary" busy={busy}>
                            {t.save}
                        </Button>
                    </div>
                </form>
            ) : (
                (rights?.name || rights?.topic) && (
                    <Button
                        icon="edit"
                        wide
                        onClick={() => {
                            setName(room.name);
                            setAbout(topic);
                            setEditing(true);
                        }}
                    >
                        {t.editNameAndTopic}
                    </Button>
                )
            )}
            {matrixRoom && !room.notices && (
                <Encryption
                    encrypted={room.encrypted}
                    open={isOpen(room.roomId)}
                    mayChange={rights?.encryption === true}
                    busy={busy}
                    onTurnOn={() => void attempt(() => turnOnEncryption(room.roomId))}
                />
            )}
            {matrixRoom && (
                <SlowMode
                    interval={slowModeOf(matrixRoom)}
                    mayChange={rights?.slowMode === true && !room.direct}
                    busy={busy}
                    onChange={(interval) => void attempt(() => setSlowMode(room.roomId, interval))}
                />
            )}
            <Lifetime
                lifetime={room.lifetime}
                mayChange={rights?.lifetime === true}
                busy={busy}
                onChange={(lifetime) => void attempt(() => setLifetime(room.roomId, lifetime))}
            />
            {!room.notices && (
                <Previews
                    on={room.previews}
                    encrypted={room.encrypted}
                    mayChange={rights?.previews === true}
                    busy={busy}
                    onChange={(on) => attempt(() => setPreviews(room.roomId, on))}
                />
            )}
            <Button icon="leave" kind="danger-plain" wide onClick={() => void leave()}>
                {t.leaveGroup}
            </Button>
        </>
    );
}
