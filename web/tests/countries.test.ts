/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { countries, guessCountry, searchCountries } from "../src/model/countries";

const english = countries("en");
const chinese = countries("zh-CN");
const codes = (query: string) => searchCountries(english, query, chinese).map((c) => c.code);

test("every country has a name, a flag and a calling code, and stands there once", () => {
    expect(english.length).toBeGreaterThan(230);
    expect(new Set(english.map((c) => c.code)).size).toBe(english.length);
    for (const country of english) {
        expect(country.name).not.toBe(country.code);
        expect(country.calling).toMatch(/^\d{1,3}$/);
        expect([...country.flag]).toHaveLength(2);
    }
});

test.each([
    ["germ", "DE"],
    ["+86", "CN"],
    ["49", "DE"],
    ["中国", "CN"],
    ["德国", "DE"],
    ["cote", "CI"],
    ["gb", "GB"],
])("looking for %s finds %s", (query, code) => expect(codes(query)).toContain(code));

test("names are in the language asked for", () => {
    expect(chinese.find((c) => c.code === "DE")?.name).toBe("德国");
});

test("the browser's languages tell the country where they name one", () => {
    expect(guessCountry(["en", "de-AT"], english)?.code).toBe("AT");
    expect(guessCountry(["en"], english)).toBeUndefined();
});
