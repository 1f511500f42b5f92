/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { linkify, safeAddress } from "../src/model/linkify";

const links = (text: string) => linkify(text).flatMap((span) => ("href" in span ? [span.href] : []));

test.each([
    ["see https://example.org/a.", ["https://example.org/a"]],
    ["(https://example.org/a_(b))", ["https://example.org/a_(b)"]],
    ["www.example.org!", ["https://www.example.org/"]],
    ["看 https://例子.org/路径，好", ["https://xn--fsqu00a.org/%E8%B7%AF%E5%BE%84"]],
    ["javascript:alert(1) ftp://x.org", []],
    ["https://", []],
])("in %j the links are %j", (text, expected) => expect(links(text)).toEqual(expected));

test("the spans put together are the text", () => {
    const text = "a https://example.org, b www.x.org c";
    expect(linkify(text).map((span) => span.text).join("")).toBe(text);
});

test("only web and mail addresses are safe", () => {
    expect(safeAddress("https://a.org")).toBe("https://a.org/");
    expect(safeAddress("mailto:a@b.org")).toBe("mailto:a@b.org");
    expect(safeAddress("javascript:alert(1)")).toBeUndefined();
    expect(safeAddress("data:text/html,x")).toBeUndefined();
});
