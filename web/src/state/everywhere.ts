/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { MatrixEvent, Room } from "matrix-js-sdk";

/**
 * All events of a room that are here, in no order: those before a gap, too, which nothing ties to the newest yet. What one
 * has written oneself may be among them, sent or not.
 */
export const eventsEverywhere = (room: Room): MatrixEvent[] =>
    room
        .getUnfilteredTimelineSet()
        .getTimelines()
        .flatMap((timeline) => timeline.getEvents());
