/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { excerpt, fold, markText, matchText, parseQuery } from "../src/model/search";

test.each([
    ["Größe", "grosse"],
    ["CRÈME", "creme"],
    ["Cre\u0300me", "creme"],
    ["ﾗｰﾒﾝ", "ラーメン"],
    ["が", "が"],
    ["한국", "한국"],
])("%s is compared as %s", (text, folded) => expect(fold(text)).toBe(folded));

test.each([
    ["red fox", "A fox, RED", ["RED", "fox"]],
    ["red wolf", "a red fox", undefined],
    ["re", "a red fox", undefined],
    ["re*", "a red reed", ["red", "reed"]],
    ['"red fox"', "a red, fox", ["red", "fox"]],
    ['"fox red"', "a red fox", undefined],
    ['"red fox"', "a red foxglove fox", undefined],
    ["机器学习", "讨论机器学习", ["机器学习"]],
    ["机器学习", "学习机器", undefined],
    ["在Berlin", "我在 berlin", ["在", "berlin"]],
    ["berlin", "在Berlin开会", ["在Berlin开会"]],
    ["strasse", "Straße 5", ["Straße"]],
    ["🎉", "done 🎉!", ["🎉"]],
    ["", "anything", undefined],
    ["!?", "anything", undefined],
])("%j in %j marks %j", (query, text, marks) => expect(matchText(text, parseQuery(query))).toEqual(marks));

test("what was found is marked, whole words only and as they are written", () => {
    expect(markText("The red Redwood", ["red"])).toEqual([
        { text: "The ", hit: false },
        { text: "red", hit: true },
        { text: " Redwood", hit: false },
    ]);
    expect(markText("在北京的北京", ["北京"]).filter((mark) => mark.hit)).toHaveLength(2);
    expect(markText("a+b (c)", ["a+b", "(c)"]).filter((mark) => mark.hit).length).toBeGreaterThan(0);
    expect(markText("nothing", [])).toEqual([{ text: "nothing", hit: false }]);
});

test("a long text begins near its first hit", () => {
    const text = `${"word ".repeat(100)}needle ${"word ".repeat(100)}`;
    const cut = excerpt(text, ["needle"], 100);
    expect(cut).toMatch(/^….*needle.*…$/);
    expect(cut.length).toBeLessThan(110);
    expect(excerpt("short\n text", ["short"])).toBe("short text");
});
