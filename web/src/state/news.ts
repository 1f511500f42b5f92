/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tells of what comes while the app is open and nobody looks at it, where the push service does not. */
import { effect } from "@preact/signals";
import { RoomEvent, type MatrixEvent, type Room } from "matrix-js-sdk";
import { language, words } from "../i18n";
import { clearNotifications, notify } from "../platform/push";
import { nameIn } from "./names";
import { forgetGone, isWanted, loadNotifying, notifying, retellServer, withSound } from "./notifications";
import { rooms } from "./rooms";
import type { Session } from "./session";

const tagOf = (present: Session) => `parley ${present.deviceId}`;

/** Returns what ends that. */
export function watchNews(present: Session): () => void {
    const { client, deviceId } = present;
    notifying.value = undefined;
    forgetGone();
    void loadNotifying(present).catch(() => undefined);

    function tell(room: Room, sender: string, text: (name: string) => string): void {
        const title = rooms.peek().find(({ roomId }) => roomId === room.roomId)?.name ?? "Parley";
        const data = { account: deviceId, room: room.roomId };
        void notify(title, { body: text(nameIn(room, sender)), tag: tagOf(present), icon: "/icon.svg", silent: !withSound.peek(), data });
    }

    const idle = () => document.hidden && notifying.peek() === "open" && isWanted(deviceId);

    function onEvent(event: MatrixEvent, room: Room | undefined, toStart: boolean | undefined, _removed: boolean, { liveEvent }: { liveEvent?: boolean }): void {
        const sender = event.getSender();
        if (!room || toStart || !liveEvent || !sender || sender === present.userId || !idle()) return;
        if (client.getPushActionsForEvent(event)?.notify) tell(room, sender, words().notificationNew);
    }

    function onMembership(room: Room, membership: string): void {
        const sender = room.getMember(present.userId)?.events.member?.getSender();
        if (membership === "invite" && sender && idle()) tell(room, sender, words().notificationInvited);
    }

    function onLook(): void {
        if (!document.hidden) void clearNotifications(tagOf(present));
    }

    let known = language.peek();
    const stopLanguage = effect(() => {
        if (language.value !== known) void retellServer(present);
        known = language.value;
    });
    client.on(RoomEvent.Timeline, onEvent);
    client.on(RoomEvent.MyMembership, onMembership);
    document.addEventListener("visibilitychange", onLook);
    onLook();
    return () => {
        stopLanguage();
        client.off(RoomEvent.Timeline, onEvent);
        client.off(RoomEvent.MyMembership, onMembership);
        document.removeEventListener("visibilitychange", onLook);
    };
}
