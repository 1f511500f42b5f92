/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { askedLifetime, lifetimeWithin, noBounds, offered, readBounds } from "../src/model/lifetime";

test.each([
    [undefined, undefined],
    [{ max_lifetime: 60_000 }, 60_000],
    [{ max_lifetime: 60_000, min_lifetime: 90_000 }, 90_000],
    [{ max_lifetime: null }, 0],
    [{}, 0],
    [{ max_lifetime: 0 }, undefined],
    [{ max_lifetime: "60000" }, undefined],
    [{ max_lifetime: 1.5 }, undefined],
    [{ max_lifetime: 60_000, min_lifetime: true }, undefined],
])("a room that says %j asks for %s", (policy, asked) => {
    expect(askedLifetime(policy)).toBe(asked);
});

test.each([
    [undefined, noBounds, 0],
    [5, noBounds, 5],
    [undefined, { fallback: 7, least: 0, most: 0 }, 7],
    [0, { fallback: 7, least: 0, most: 0 }, 0],
    [5, { fallback: 0, least: 10, most: 0 }, 10],
    [0, { fallback: 0, least: 10, most: 0 }, 0],
    [0, { fallback: 0, least: 0, most: 10 }, 10],
    [50, { fallback: 0, least: 0, most: 10 }, 10],
])("%s within %j is %s", (asked, bounds, lifetime) => {
    expect(lifetimeWithin(asked, bounds)).toBe(lifetime);
});

test("only what the server grants is offered", () => {
    const day = 86_400_000;
    expect(offered(noBounds)).toEqual([day / 24, day, 7 * day, 30 * day, 365 * day, 0]);
    expect(offered({ fallback: 0, least: day, most: 30 * day })).toEqual([day, 7 * day, 30 * day]);
});

test("the server's bounds are read, and nonsense is none", () => {
    expect(readBounds({ policies: { "*": { max_lifetime: 3 } }, limits: { max_lifetime: { min: 1, max: 9 } } })).toEqual({ fallback: 3, least: 1, most: 9 });
    expect(readBounds({ policies: 5, limits: { max_lifetime: { min: "x", max: -1 } } })).toEqual(noBounds);
});
