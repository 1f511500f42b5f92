/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../src");

/** Who may use whom; everybody may use their own. */
const may: Record<string, string[]> = {
    api: [],
    model: ["i18n"],
    platform: [],
    worker: [],
    i18n: ["platform"],
    state: ["api", "model", "platform", "i18n"],
    ui: ["model", "i18n", "state"],
    view: ["api", "model", "platform", "i18n", "state", "ui"],
};

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));

function uses(name: string): string[] {
    const text = readFileSync(join(root, name), "utf8");
    return [...text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)].map((match) => relative(root, join(root, dirname(name), match[1] ?? "")));
}

test.each(Object.keys(may))("%s uses only the layers below it", (layer) => {
    const wrong = files
        .filter((name) => name.startsWith(`${layer}/`))
        .flatMap((name) => uses(name).map((used) => ({ name, used, to: used.split("/")[0] ?? "" })))
        .filter(({ to }) => to !== layer && to !== "styles" && !may[layer]?.includes(to))
        .map(({ name, used }) => `${name} uses ${used}`);
    expect(wrong).toEqual([]);
});

test("no file writes style or script into the page", () => {
    const wrong = files.filter((name) => /style="|<style|<script|\beval\(|new Function\(/.test(readFileSync(join(root, name), "utf8")));
    expect(wrong).toEqual([]);
});
