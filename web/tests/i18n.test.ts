/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { pickLanguage } from "../src/i18n";
import { en } from "../src/i18n/en";
import { zh } from "../src/i18n/zh";

test("both languages have the same texts, none of them empty", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const dictionary of [en, zh])
        for (const [key, text] of Object.entries(dictionary)) expect(text, key).not.toBe("");
});

test("no Chinese text was left in English", () => {
    const plain = Object.entries(zh).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    for (const [key, text] of plain) expect(text, key).toMatch(/\p{Script=Han}/u);
});

test.each([
    [null, ["zh-TW", "en"], "zh-CN"],
    [null, ["de", "fr"], "en"],
    [null, ["de", "zh"], "zh-CN"],
    ["en", ["zh-CN"], "en"],
    ["nonsense", ["zh-CN"], "zh-CN"],
])("with %s stored and %s preferred the language is %s", (stored, preferred, expected) => {
    expect(pickLanguage(stored, preferred)).toBe(expected);
});
