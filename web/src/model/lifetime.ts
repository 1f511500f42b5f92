/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long the messages of a room stay: its m.room.retention (MSC1763), within the server's bounds. */
import type { Content } from "./timeline";

/** The server's, in milliseconds; 0 where it has none. */
export interface LifetimeBounds {
    fallback: number;
    least: number;
    most: number;
}

export const noBounds: LifetimeBounds = { fallback: 0, least: 0, most: 0 };

const hour = 3_600_000;
const day = 24 * hour;

/** What the app offers; whatever else a room has set is shown as it is. */
export const lifetimeChoices: readonly number[] = [hour, day, 7 * day, 30 * day, 365 * day];

const span = (value: unknown): number | undefined => {
    if (value === undefined || value === null) return 0;
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
};

/** What the room asks for: milliseconds, 0 for good, or nothing that means anything. */
export function askedLifetime(policy: Content | undefined): number | undefined {
    if (!policy) return undefined;
    const most = span(policy["max_lifetime"]);
    const least = span(policy["min_lifetime"]);
    if (most === undefined || least === undefined) return undefined;
    return most && most < least ? least : most;
}

/** What holds; 0: messages stay. */
export function lifetimeWithin(asked: number | undefined, bounds: LifetimeBounds): number {
    let lifetime = asked ?? bounds.fallback;
    if (bounds.most && (!lifetime || lifetime > bounds.most)) lifetime = bounds.most;
    return lifetime && lifetime < bounds.least ? bounds.least : lifetime;
}

/** The choices that would be more than a wish. */
export const offered = (bounds: LifetimeBounds): number[] =>
    [...lifetimeChoices, 0].filter((choice) => lifetimeWithin(choice, bounds) === choice);

const number = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 0);
const object = (value: unknown): Content => (value !== null && typeof value === "object" ? (value as Content) : {});

/** The answer of …/retention/configuration. */
export function readBounds(answer: Content): LifetimeBounds {
    const limits = object(object(answer["limits"])["max_lifetime"]);
    const fallback = object(object(answer["policies"])["*"]);
    return { fallback: number(fallback["max_lifetime"]), least: number(limits["min"]), most: number(limits["max"]) };
}
