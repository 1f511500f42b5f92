/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The list of rooms, as plain values made anew from the SDK's models when something in them changes. */
import { computed, signal } from "@preact/signals";
import {
    ClientEvent,
    EventType,
    KnownMembership,
    MatrixEventEvent,
    NotificationCountType,
    RoomEvent,
    RoomMemberEvent,
    RoomStateEvent,
    type MatrixClient,
    type MatrixEvent,
    type Room,
} from "matrix-js-sdk";
import { words } from "../i18n";
import { list } from "../i18n/format";
import type { Body } from "../model/timeline";
import { bodyOf, isVerification } from "./entries";
import { lastOf } from "./history";
import { lifetimeIn } from "./lifetimes";
import { previewsIn } from "./linkPreviews";
import { memberName, nameIn } from "./names";
import { isFalseNotice, isNoticesRoom, noticeInForce } from "./notices";
import { localpart, rememberDisplayName, session } from "./session";

export interface RoomSummary {
    roomId: string;
    name: string;
    avatar?: string;
    membership: "join" | "invite" | "knock";
    /** The other person of a direct chat. */
    direct?: string;
    /** The server itself writes here, nobody else. */
    notices: boolean;
    /** Of a room of notices: what is in force. */
    inForce?: string;
    inviter?: string;
    members: number;
    last?: { sender: string; mine: boolean; body: Body };
    ts: number;
    unread: number;
    highlights: number;
    typing: string[];
    /** Only those who are in it can read what is written. */
    encrypted: boolean;
    /** How long messages stay, in milliseconds; 0: for good. */
    lifetime: number;
    /** Links may be shown with what the server finds out of their pages. */
    previews: boolean;
}

export interface Me {
    userId: string;
    name: string;
    avatar?: string;
}

export const rooms = signal<RoomSummary[]>([]);
/** The list is still that of an account whose first sync hasn't come. */
export const roomsReady = signal(false);
export const me = signal<Me>({ userId: "", name: "" });

export const unreadTotal = computed(() =>
    rooms.value.reduce((sum, room) => sum + (room.membership === "invite" ? 1 : room.unread), 0),
);

export function directRooms(client: MatrixClient): Map<string, string> {
    const content = client.getAccountData(EventType.Direct)?.getContent<Record<string, string[]>>() ?? {};
    const byRoom = new Map<string, string>();
    for (const [userId, ids] of Object.entries(content))
        if (Array.isArray(ids)) for (const id of ids) byRoom.set(id, userId);
    return byRoom;
}

/** After a gap the newest part may hold nothing but edits, reactions and who came and went. */
export function lastMessage(room: Room): MatrixEvent | undefined {
    return lastOf(
        room,
        (event) =>
            (event.getType() === EventType.RoomMessage || event.getType() === EventType.RoomMessageEncrypted) &&
            !event.isRelation("m.replace") &&
            !event.isRedacted() &&
            !isFalseNotice(room, event) &&
            !isVerification(event),
    );
}

/** Its own name, or those who are in it: the SDK makes names of full ids where people have no display name. */
function nameOf(room: Room, direct: string | undefined): string {
    if (room.currentState.getStateEvents(EventType.RoomName, "")?.getContent()["name"] || room.getCanonicalAlias()) return room.name;
    const others = room
        .getMembers()
        .filter((member) => member.userId !== room.myUserId && (member.membership === "join" || member.membership === "invite"))
        .map(memberName);
    if (others.length === 0) return direct ? localpart(direct) : words().unnamedRoom;
    return others.length <= 3 ? list(others) : `${list(others.slice(0, 2))} +${others.length - 2}`;
}

function summarize(client: MatrixClient, room: Room, direct: string | undefined): RoomSummary | undefined {
    const membership = room.getMyMembership();
    if (membership !== "join" && membership !== "invite" && membership !== "knock") return undefined;
    const self = client.getSafeUserId();
    const last = lastMessage(room);
    const own = room.getMember(self);
    const inviter = membership === "invite" ? own?.events.member?.getSender() : undefined;
    const other = direct ? room.getMember(direct) : null;
    const avatar = room.getMxcAvatarUrl() ?? other?.getMxcAvatarUrl();
    const notices = isNoticesRoom(room);
    const inForce = notices && membership === "join" ? noticeInForce(room) : undefined;
    return {
        roomId: room.roomId,
        name: notices ? words().noticesTitle : nameOf(room, direct),
        membership,
        notices,
        members: room.getJoinedMemberCount(),
        ts: last?.getTs() ?? own?.events.member?.getTs() ?? room.getLiveTimeline().getEvents().at(-1)?.getTs() ?? 0,
        unread: room.getUnreadNotificationCount(NotificationCountType.Total),
        highlights: room.getUnreadNotificationCount(NotificationCountType.Highlight),
        typing: room
            .getMembersWithMembership(KnownMembership.Join)
            .filter((member) => member.typing && member.userId !== self)
            .map(memberName),
        encrypted: room.hasEncryptionStateEvent(),
        lifetime: lifetimeIn(room),
        previews: previewsIn(room),
        ...(avatar ? { avatar } : {}),
        ...(inForce ? { inForce } : {}),
        ...(direct ? { direct } : {}),
        ...(inviter ? { inviter: nameIn(room, inviter) } : {}),
        ...(last
            ? {
                  last: {
                      sender: nameIn(room, last.getSender() ?? ""),
                      mine: last.getSender() === self,
                      body: bodyOf(last),
                  },
              }
            : {}),
    };
}

function readMe(client: MatrixClient): Me {
    const userId = client.getSafeUserId();
    const user = client.getUser(userId);
    const name = user?.displayName ?? localpart(userId);
    return { userId, name, ...(user?.avatarUrl ? { avatar: user.avatarUrl } : {}) };
}

let waiting = false;
let stop: (() => void) | undefined;

/** At most one new list per turn of the loop, however many events came. */
function schedule(client: MatrixClient): void {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
        waiting = false;
        if (session.peek()?.client === client) refreshRooms(client);
    }, 16);
}

function refreshRooms(client: MatrixClient): void {
    const direct = directRooms(client);
    rooms.value = client
        .getRooms()
        .map((room) => summarize(client, room, direct.get(room.roomId)))
        .filter((room) => room !== undefined)
        .sort((a, b) => Number(b.membership === "invite") - Number(a.membership === "invite") || b.ts - a.ts);
    roomsReady.value = client.isInitialSyncComplete();
}

export function watchRooms(client: MatrixClient): void {
    stop?.();
    rooms.value = [];
    roomsReady.value = false;
    me.value = readMe(client);
    const changed = () => schedule(client);
    const events = [
        ClientEvent.Sync,
        ClientEvent.Room,
        ClientEvent.DeleteRoom,
        ClientEvent.AccountData,
        RoomEvent.Timeline,
        RoomEvent.Name,
        RoomEvent.Receipt,
        RoomEvent.Redaction,
        RoomEvent.MyMembership,
        RoomEvent.LocalEchoUpdated,
        MatrixEventEvent.Decrypted,
        RoomStateEvent.Events,
        RoomMemberEvent.Typing,
    ] as const;
    for (const event of events) client.on(event, changed);
    stop = () => {
        for (const event of events) client.off(event, changed);
    };
    changed();
    void loadMe(client);
}

/** Our own name and picture, which sync only tells about with presence. */
export async function loadMe(client: MatrixClient): Promise<void> {
    const userId = client.getSafeUserId();
    const profile = await client.getProfileInfo(userId).catch(() => undefined);
    if (!profile || session.peek()?.client !== client) return;
    const name = profile.displayname || localpart(userId);
    me.value = { userId, name, ...(profile.avatar_url ? { avatar: profile.avatar_url } : {}) };
    await rememberDisplayName(userId, name);
}
