/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A room's events as far as they are here. After a gap the SDK begins a new timeline and, once history meets what was there
 * before, only ties the two together: the live one is not all there is.
 */
import { Direction, type EventTimeline, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";

/** The live timeline and what is tied to it, oldest first. */
function timelines(room: Room): EventTimeline[] {
    const list = [room.getLiveTimeline()];
    for (;;) {
        const before = list[0]?.getNeighbouringTimeline(Direction.Backward);
        if (!before || list.includes(before)) return list;
        list.unshift(before);
    }
}

const oldest = (room: Room): EventTimeline => timelines(room)[0] ?? room.getLiveTimeline();

export const eventsOf = (room: Room): MatrixEvent[] => timelines(room).flatMap((timeline) => timeline.getEvents());

/** The newest one that is such a one. */
export function lastOf(room: Room, such: (event: MatrixEvent) => boolean): MatrixEvent | undefined {
    for (const timeline of timelines(room).reverse()) {
        const found = timeline.getEvents().findLast(such);
        if (found) return found;
    }
    return undefined;
}

export const atBeginning = (room: Room): boolean => oldest(room).getPaginationToken(Direction.Backward) === null;

/** A page further back. */
export async function goBack(client: MatrixClient, room: Room, limit: number): Promise<void> {
    await client.paginateEventTimeline(oldest(room), { backwards: true, limit });
}
