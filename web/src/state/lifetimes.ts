/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Messages that end. The server stops showing them the moment their time is over and tells nobody; what is on this
 * device leaves it at the same moment, from the screen and from memory.
 */
import { signal } from "@preact/signals";
import { RoomEvent, RoomStateEvent, type MatrixClient, type Room } from "matrix-js-sdk";
import { get } from "../api/http";
import { askedLifetime, lifetimeWithin, noBounds, readBounds } from "../model/lifetime";
import { session } from "./session";

export const retentionType = "m.room.retention";
const unstableType = "org.matrix.msc1763.retention";
const longestTimer = 0x7fffffff;

export const lifetimeBounds = signal(noBounds);

/** What holds in the room, in milliseconds; 0: messages stay. */
export function lifetimeIn(room: Room): number {
    const state = room.currentState;
    const policy = state.getStateEvents(retentionType, "") ?? state.getStateEvents(unstableType, "");
    return lifetimeWithin(askedLifetime(policy?.getContent()), lifetimeBounds.value);
}

/** Takes out what is over; returns when the next will be. */
function clear(room: Room, now: number): number {
    const lifetime = lifetimeIn(room);
    let next = Infinity;
    if (!lifetime) return next;
    for (const timeline of room.getUnfilteredTimelineSet().getTimelines())
        for (const event of [...timeline.getEvents()]) {
            const id = event.getId();
            /* One that is still on its way is not there yet: its time begins with the server's. */
            if (event.isState() || event.status !== null || !id) continue;
            const due = event.getTs() + lifetime;
            if (due > now) next = Math.min(next, due);
            else room.removeEvent(id);
        }
    return next;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let stop: (() => void) | undefined;

export function watchLifetimes(client: MatrixClient): void {
    stop?.();
    let waiting = false;
    const sweep = () => {
        waiting = false;
        clearTimeout(timer);
        if (session.peek()?.client !== client) return;
        const now = Date.now();
        const next = Math.min(...client.getRooms().map((room) => clear(room, now)), Infinity);
        if (next !== Infinity) timer = setTimeout(sweep, Math.min(next - now, longestTimer));
    };
    /* However many events came, one look. */
    const soon = () => {
        if (waiting) return;
        waiting = true;
        setTimeout(sweep, 50);
    };
    client.on(RoomEvent.Timeline, soon);
    client.on(RoomEvent.LocalEchoUpdated, soon);
    client.on(RoomStateEvent.Events, soon);
    /* A device that slept runs its timers late. */
    document.addEventListener("visibilitychange", soon);
    stop = () => {
        clearTimeout(timer);
        client.off(RoomEvent.Timeline, soon);
        client.off(RoomEvent.LocalEchoUpdated, soon);
        client.off(RoomStateEvent.Events, soon);
        document.removeEventListener("visibilitychange", soon);
    };
    void loadBounds(client).then(soon);
}

async function loadBounds(client: MatrixClient): Promise<void> {
    const send = session.peek()?.authorized.fetch;
    if (!send) return;
    const path = "/_matrix/client/unstable/org.matrix.msc1763/retention/configuration";
    const answer = await get<Record<string, unknown>>(path, { fetch: send }).catch(() => ({}));
    if (session.peek()?.client === client) lifetimeBounds.value = readBounds(answer);
}
