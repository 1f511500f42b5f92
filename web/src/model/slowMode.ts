/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slow mode (docs/rooms.md): what the room's event says, and what is left to wait. */
import { duration } from "../i18n/format";

export const slowModeType = "org.parley.slow_mode";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** What the app offers; other clients may set anything. */
export const slowModeChoices: readonly number[] = [10 * second, 30 * second, minute, 5 * minute, 15 * minute, hour, 6 * hour];

/** Milliseconds between two messages; 0: none. */
export function readInterval(content: Record<string, unknown> | undefined): number {
    const interval = content?.["interval"];
    return typeof interval === "number" && interval > 0 ? interval : 0;
}

/** What is left to wait when the last message went at `last`. */
export function waitLeft(interval: number, last: number | undefined, now: number): number {
    return last === undefined ? 0 : Math.max(0, last + interval - now);
}

export const intervalText = (interval: number): string => duration(Math.ceil(interval / second) * second);

/** "0:24", "1:02:03". */
export function countdown(left: number): string {
    const seconds = Math.ceil(left / second);
    const two = (value: number) => String(value).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
