/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The room in which the server itself writes to its reader (spec "Server Notices"). */
import { EventType, MsgType, type MatrixEvent, type Room } from "matrix-js-sdk";

declare module "matrix-js-sdk/lib/@types/event" {
    interface AccountDataEvents {
        "org.parley.server_notices": { room_id?: unknown };
    }
}

const tag = "m.server_notice";

/** Known by its tag, and, before it is joined, by what the server says of it. */
export function isNoticesRoom(room: Room): boolean {
    const known = room.client.getAccountData("org.parley.server_notices")?.getContent();
    return tag in room.tags || known?.room_id === room.roomId;
}

/** Anybody can write an event that looks like a notice: elsewhere it is none (spec: ignored). */
export const isFalseNotice = (room: Room, event: MatrixEvent): boolean =>
    (event.getContent()["msgtype"] as MsgType | string) === "m.server_notice" && !isNoticesRoom(room);

/** What the newest notice in force says. */
export function noticeInForce(room: Room): string | undefined {
    const ids: unknown = room.currentState.getStateEvents(EventType.RoomPinnedEvents, "")?.getContent()["pinned"];
    const newest: unknown = Array.isArray(ids) ? ids.at(-1) : undefined;
    const body: unknown = typeof newest === "string" ? room.findEventById(newest)?.getContent()["body"] : undefined;
    return typeof body === "string" ? body : undefined;
}
