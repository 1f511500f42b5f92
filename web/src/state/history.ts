/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A room's events as far as they are here. After a gap the SDK begins a new timeline and, once history meets what was there
 * before, only ties the two together: the live one is not all there is.
 */
import { Direction, type EventTimeline, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { eventsEverywhere } from "./everywhere";

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

/**
 * What one was sending when a gap came stays in the timeline from before it, which nothing ties to the newest yet: all that
 * isn't sent, and what has become newer than the gap.
 */
function ownPutAside(room: Room, tied: MatrixEvent[]): MatrixEvent[] {
    const here = new Set(tied);
    const since = tied[0]?.getTs() ?? Infinity;
    const self = room.client.getUserId();
    return eventsEverywhere(room)
        .filter((event) => event.getSender() === self && !here.has(event) && (event.status !== null || event.getTs() >= since))
        .sort((a, b) => a.getTs() - b.getTs());
}

/** Oldest first; one's own that a gap has put aside stand where their time is, or at the end while they are on their way. */
export function eventsOf(room: Room): MatrixEvent[] {
    const events = timelines(room).flatMap((timeline) => timeline.getEvents());
    for (const event of ownPutAside(room, events)) {
        const next = event.status === null ? events.findIndex((other) => other.status !== null || other.getTs() > event.getTs()) : -1;
        events.splice(next < 0 ? events.length : next, 0, event);
    }
    return events;
}

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
