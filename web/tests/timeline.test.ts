/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import {
    arrange,
    fitImage,
    isJumbo,
    readBody,
    readMembership,
    stripReplyFallback,
    type Message,
    type Notice,
} from "../src/model/timeline";

const noon = new Date(2026, 5, 1, 12).getTime();

function message(id: string, sender: string, minute: number, mine = false): Message {
    return {
        kind: "message",
        id,
        key: id,
        ts: noon + minute * 60_000,
        sender: { userId: sender, name: sender },
        mine,
        body: { kind: "text", text: id, emote: false, notice: false },
        edited: false,
        source: id,
        status: "sent",
        reactions: [],
        mentionsMe: false,
    clear: false,
    };
}

const notice = (id: string, minute: number): Notice => ({
    kind: "notice",
    id,
    key: id,
    ts: noon + minute * 60_000,
    mine: false,
    what: "joined",
    actor: "a",
    target: "a",
    value: "",
});

test("messages of one sender close together are a group, with one first and one last", () => {
    const items = arrange([message("1", "a", 0), message("2", "a", 1), message("3", "b", 2), message("4", "b", 20)]);
    const shapes = items.flatMap((item) => (item.kind === "message" ? [[item.key, item.first, item.last]] : []));
    expect(shapes).toEqual([
        ["1", true, false],
        ["2", false, true],
        ["3", true, true],
        ["4", true, true],
    ]);
});

test("each day begins with its name", () => {
    const items = arrange([message("1", "a", 0), message("2", "a", 60 * 24)]);
    expect(items.map((item) => item.kind)).toEqual(["day", "message", "day", "message"]);
});

test("notices in a row are one item", () => {
    const items = arrange([notice("1", 0), notice("2", 1), message("3", "a", 2)]);
    expect(items.map((item) => item.kind)).toEqual(["day", "notices", "message"]);
});

test("the unread divider stands before the first message of somebody else after what was read", () => {
    const list = [message("1", "b", 0), message("2", "b", 1), message("3", "b", 2)];
    const at = (readUpTo?: string, entries = list) => {
        const items = arrange(entries, readUpTo);
        const divider = items.findIndex((item) => item.kind === "unread");
        return divider < 0 ? undefined : items[divider + 1]?.key;
    };
    expect(at("1")).toBe("2");
    expect(at("3")).toBeUndefined();
    expect(at()).toBeUndefined();
    expect(at("elsewhere")).toBeUndefined();
    expect(at("1", [...list, message("4", "a", 3, true)])).toBeUndefined();
});

test.each([
    [{ msgtype: "m.text", body: "hi" }, "text"],
    [{ msgtype: "m.text" }, "text"],
    [{ msgtype: "m.image", body: "a.png", url: "mxc://x/y" }, "image"],
    [{ msgtype: "m.image", body: "a.png", url: "https://evil.example/a.png" }, "unknown"],
    [{ msgtype: "m.file", body: "a.pdf", url: "mxc://x/y", info: "nonsense" }, "file"],
    [{ msgtype: "org.example.odd", body: "fallback" }, "text"],
    [{}, "unknown"],
])("%j is shown as %s", (content, kind) => expect(readBody(content).kind).toBe(kind));

const sealed = { v: "v2", url: "mxc://x/sealed", key: { kty: "oct", alg: "A256CTR", k: "k" }, iv: "i", hashes: { sha256: "h" } };
const small = { ...sealed, url: "mxc://x/small" };

test("a sealed picture is known by what opens it, and brings its small one along", () => {
    const info = { mimetype: "image/png", w: 4, h: 3, size: 9, thumbnail_file: small, thumbnail_info: { mimetype: "image/jpeg" } };
    expect(readBody({ msgtype: "m.image", body: "a.png", file: sealed, info })).toMatchObject({
        kind: "image",
        file: { mxc: "mxc://x/sealed", type: "image/png", secret: { key: "k", iv: "i", sha256: "h" } },
        thumbnail: { mxc: "mxc://x/small", type: "image/jpeg", secret: { mxc: "mxc://x/small" } },
    });
});

test("what doesn't say how a sealed file is opened is none, and a small picture that isn't sealed is left alone", () => {
    expect(readBody({ msgtype: "m.file", body: "a", file: { ...sealed, iv: undefined } }).kind).toBe("unknown");
    const info = { thumbnail_url: "mxc://x/other", thumbnail_file: { ...small, url: "https://x/small" } };
    expect(readBody({ msgtype: "m.image", body: "a", url: "mxc://x/y", info })).not.toHaveProperty("thumbnail");
});

test("a picture's caption is its body when a file name stands beside it", () => {
    const body = readBody({ msgtype: "m.image", body: "Sunset", filename: "img.jpg", url: "mxc://x/y" });
    expect(body).toMatchObject({ name: "img.jpg", caption: "Sunset" });
});

test.each([
    ["join", undefined, true, "joined"],
    ["join", "join", true, undefined],
    ["leave", "join", true, "left"],
    ["leave", "join", false, "kicked"],
    ["leave", "invite", true, "declined"],
    ["leave", "invite", false, "withdrawn"],
    ["leave", "ban", false, "unbanned"],
    ["ban", "join", false, "banned"],
    ["invite", undefined, false, "invited"],
])("%s after %s (by oneself: %s) reads as %s", (now, was, self, what) => {
    const previous = was ? { membership: was } : {};
    expect(readMembership({ membership: now }, previous, self)?.what).toBe(what);
});

test.each([
    ["🎉", true],
    ["👍🏽 ❤️", true],
    ["👨‍👩‍👧‍👦", true],
    ["🇩🇪", true],
    ["🎉🎉🎉🎉", false],
    ["1", false],
    ["ok 👍", false],
])("%s is shown large: %s", (text, large) => expect(isJumbo(text)).toBe(large));

test("pictures keep their proportions within the frame", () => {
    expect(fitImage(3600, 1800)).toEqual({ w: 360, h: 180 });
    expect(fitImage(100, 100)).toEqual({ w: 100, h: 100 });
    expect(fitImage(0, 0).w).toBeGreaterThan(0);
});

test("the quote that old clients put on top of an answer is taken off", () => {
    expect(stripReplyFallback("> <@a:b> hello\n> there\n\nanswer")).toBe("answer");
    expect(stripReplyFallback("> a quote of mine")).toBe("> a quote of mine");
});
