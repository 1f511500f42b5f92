/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { allowsPreviews, linkOf, readPreview } from "../src/model/linkPreview";
import type { Body } from "../src/model/timeline";

const text = (words: string, html?: string): Body => ({ kind: "text", text: words, emote: false, notice: false, ...(html ? { html } : {}) });

test("previews are allowed by one set of words only, and never where the server can't read", () => {
    expect(allowsPreviews({ disable: false }, false)).toBe(true);
    for (const content of [undefined, {}, { disable: true }, { disable: 0 }, { disable: "false" }]) expect(allowsPreviews(content, false)).toBe(false);
    expect(allowsPreviews({ disable: false }, true)).toBe(false);
});

test("the first page counts, as it is written", () => {
    expect(linkOf(text("see https://tea.example, and https://cake.example/a"))).toBe("https://tea.example");
    expect(linkOf(text("(http://tea.example/Leaf?a=1&b=2)"))).toBe("http://tea.example/Leaf?a=1&b=2");
});

test("what is no page has none", () => {
    for (const words of ["tea", "www.tea.example", "mailto:a@b.example", "https://matrix.to/#/@a:b.example", "https://"]) expect(linkOf(text(words))).toBeUndefined();
    expect(linkOf({ kind: "deleted" })).toBeUndefined();
});

test("what is quoted in an answer is another's link", () => {
    expect(linkOf(text("> <@a:b> https://old.example\n\nyes", "<mx-reply><a href=\"https://old.example\">x</a></mx-reply>yes"))).toBeUndefined();
    expect(linkOf(text("look", '<blockquote><a href="https://old.example">x</a></blockquote><a href="https://new.example/">look</a>'))).toBe("https://new.example/");
});

test("an address that only the formatted text has is read out of it", () => {
    expect(linkOf(text("here", '<a rel="x" href="https://tea.example/?a=1&amp;b=2">here</a>'))).toBe("https://tea.example/?a=1&b=2");
    expect(linkOf(text("here", '<a href="javascript:alert(1)">here</a>'))).toBeUndefined();
});

test("a page's words are taken as one line each, and say where they are from", () => {
    const read = readPreview({ "og:title": " Tea \n time ", "og:site_name": "Leaves", "og:description": "x".repeat(999) }, "https://tea.example:8443/a");
    expect(read).toEqual({ title: "Tea time", site: "tea.example:8443 · Leaves", description: "x".repeat(300) });
    expect(readPreview({ "og:title": "Tea" }, "https://tea.example/")?.site).toBe("tea.example");
});

test("a picture comes from this server or not at all", () => {
    expect(readPreview({ "og:title": "a", "og:image": "mxc://b/c", "og:image:type": "image/png" }, "https://tea.example")?.image).toEqual({ mxc: "mxc://b/c", type: "image/png" });
    expect(readPreview({ "og:title": "a", "og:image": "https://tea.example/x.png" }, "https://tea.example")).not.toHaveProperty("image");
});

test("a page that says nothing has no card", () => {
    expect(readPreview({}, "https://tea.example/")).toBeUndefined();
    expect(readPreview({ "og:title": 7, "og:site_name": "Leaves" }, "https://tea.example/")).toBeUndefined();
});
