/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { decodeRecoveryKey, encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key";
import { expect, test } from "vitest";
import { checkRecoveryKey, groupsOf } from "../src/model/recoveryKey";

const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 255);
const key = encodeRecoveryKey(bytes) ?? "";
const groups = key.split(" ");
const without = (at: number, letters: number) => groups.map((group, i) => (i === at ? group.slice(letters) : group)).join(" ");

test("a key is read as the protocol's own library reads it", () => {
    expect(checkRecoveryKey(key)).toEqual({ is: "good", key: decodeRecoveryKey(key) });
    for (let round = 0; round < 50; round++) {
        const random = crypto.getRandomValues(new Uint8Array(32));
        expect(checkRecoveryKey(encodeRecoveryKey(random) ?? "")).toEqual({ is: "good", key: random });
    }
});

test.each([
    ["no spaces", groups.join("")],
    ["line ends and tabs", `\n  ${groups.join("\t\n")}  `],
    ["dashes", groups.join("-")],
    ["long dashes", groups.join(" – ")],
    ["full-width letters", groups.join("\u3000").replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
])("%s do no harm", (_, typed) => {
    expect(checkRecoveryKey(typed)).toEqual({ is: "good", key: bytes });
});

test.each([
    ["nothing", "  \n", { is: "empty" }],
    ["a zero", key.slice(0, 10) + "0" + key.slice(11), { is: "stranger", group: 3, letter: "0" }],
    ["a small L", "l" + key.slice(1), { is: "stranger", group: 1, letter: "l" }],
    ["a letter missing in a group", without(4, 1), { is: "uneven", group: 5, count: 3 }],
    ["the last group missing", groups.slice(0, -1).join(" "), { is: "short", missing: 4 }],
    ["a letter missing somewhere", groups.join("").slice(1), { is: "short", missing: 1 }],
    ["a group twice", `${key} ${groups[11]}`, { is: "long", over: 4 }],
    ["two letters changed places", [...groups.slice(0, 6), [...(groups[6] ?? "")].reverse().join(""), ...groups.slice(7)].join(" "), { is: "mistyped" }],
    ["another key's prefix", "1".repeat(48), { is: "mistyped" }],
])("%s is told", (_, typed, expected) => {
    expect(checkRecoveryKey(typed)).toEqual(expected);
});

test("it is shown in twelve groups of four", () => {
    expect(groupsOf(key)).toEqual(groups);
    expect(groups.map((group) => group.length)).toEqual(Array(12).fill(4));
});
