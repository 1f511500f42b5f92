/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { countdown, intervalText, readInterval, waitLeft } from "../src/model/slowMode";

test("an event that is not of the form means no slow mode", () => {
    for (const content of [undefined, {}, { interval: "30" }, { interval: -1 }, { interval: null }]) expect(readInterval(content)).toBe(0);
    expect(readInterval({ interval: 30_000 })).toBe(30_000);
});

test("who has not written does not wait, others the rest of the interval", () => {
    expect(waitLeft(30_000, undefined, 1_000_000)).toBe(0);
    expect(waitLeft(30_000, 990_000, 1_000_000)).toBe(20_000);
    expect(waitLeft(30_000, 960_000, 1_000_000)).toBe(0);
});

test("an interval is said in the largest unit it is a whole number of", () => {
    expect(intervalText(10_000)).toBe("10 seconds");
    expect(intervalText(60_000)).toBe("1 minute");
    expect(intervalText(90_000)).toBe("90 seconds");
    expect(intervalText(6 * 3_600_000)).toBe("6 hours");
});

test("the countdown says what is left, never zero before it is over", () => {
    expect(countdown(24_000)).toBe("0:24");
    expect(countdown(1)).toBe("0:01");
    expect(countdown(61_000)).toBe("1:01");
    expect(countdown(3_723_000)).toBe("1:02:03");
});
