/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slow mode as it holds for the person at the keyboard. The server decides; this spares them its refusals. */
import { EventType, RelationType, type MatrixEvent, type Room } from "matrix-js-sdk";
import { readInterval, slowModeType, waitLeft } from "../model/slowMode";
import { eventsEverywhere } from "./everywhere";
import { rightsIn } from "./members";
import { session } from "./session";

const current = (room: Room) => room.currentState.getStateEvents(slowModeType, "");

export const slowModeOf = (room: Room) => readInterval(current(room)?.getContent());

/** What was written before slow mode was turned on counts for nothing. */
function beganAt(room: Room): number {
    const event = current(room);
    return event && !readInterval(event.getPrevContent()) ? event.localTimestamp : 0;
}

export async function setSlowMode(roomId: string, interval: number): Promise<void> {
    const client = session.peek()?.client;
    /* The SDK's types list the specification's state only. */
    await client?.sendStateEvent(roomId, slowModeType as never, (interval ? { interval } : {}) as never, "");
}

const counts = (event: MatrixEvent, self: string) =>
    event.getSender() === self &&
    (event.getType() === EventType.RoomMessage || event.getType() === EventType.Sticker) &&
    !event.isRelation(RelationType.Replace);

/** How long the person has to wait before their next message here, in milliseconds. */
export function waitIn(room: Room, self: string): number {
    const interval = slowModeOf(room);
    if (!interval || rightsIn(room, self).redact) return 0;
    /* Many may have written since: one's own last may stand before a gap. */
    const own = eventsEverywhere(room).filter((event) => counts(event, self) && event.localTimestamp >= beganAt(room));
    const last = own.length > 0 ? Math.max(...own.map((event) => event.localTimestamp)) : undefined;
    return waitLeft(interval, last, Date.now());
}
