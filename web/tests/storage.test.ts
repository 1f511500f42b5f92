/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { fullnessOf, shareOf } from "../src/model/storage";

const use = (bytes: number, max_bytes = 1000) => ({ bytes, max_bytes });

test.each([
    [0, "roomy"],
    [799, "roomy"],
    [800, "near"],
    [990, "near"],
    [991, "full"],
    [1000, "full"],
] as const)("%i of 1000 bytes are %s", (bytes, expected) => expect(fullnessOf(use(bytes))).toBe(expected));

test("more than one may have is all of it, and so is anything where nothing is allowed", () => {
    expect(shareOf(use(2000))).toBe(1);
    expect(shareOf(use(0, 0))).toBe(1);
});
