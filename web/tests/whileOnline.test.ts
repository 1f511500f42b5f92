/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchWhileOnline } from "../src/api/whileOnline";

const browser = new EventTarget();
beforeEach(() => {
    vi.stubGlobal("addEventListener", browser.addEventListener.bind(browser));
    vi.stubGlobal("removeEventListener", browser.removeEventListener.bind(browser));
});
afterEach(() => vi.unstubAllGlobals());
const goOffline = () => browser.dispatchEvent(new Event("offline"));

/** Answers when it is told to, unless it is aborted. */
function server() {
    let answer = (_: Response) => {};
    const fetch = (_: string, init?: RequestInit) =>
        new Promise<Response>((resolve, reject) => {
            answer = resolve;
            if (init?.signal?.aborted) reject(init.signal.reason);
            init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        });
    return { fetch, answer: (response: Response) => answer(response) };
}
const poll = "/_matrix/client/v3/sync?since=s1&timeout=30000";

test("a poll ends as one that met no server when the browser goes offline", async () => {
    const asked = fetchWhileOnline(server().fetch, poll);
    goOffline();
    await expect(asked).rejects.toThrow(TypeError);
});

test("what is sent is left to come to its own end", async () => {
    const { fetch, answer } = server();
    const asked = fetchWhileOnline(fetch, "/_matrix/client/v3/rooms/r/send/m.room.message/1");
    goOffline();
    answer(new Response("sent"));
    expect(await (await asked).text()).toBe("sent");
});

test("a poll that was answered hears nothing of it, and whoever asked can still call it off", async () => {
    const first = server();
    const answered = fetchWhileOnline(first.fetch, poll);
    first.answer(new Response("{}"));
    await answered;
    goOffline();

    const caller = new AbortController();
    const asked = fetchWhileOnline(server().fetch, poll, { signal: caller.signal });
    caller.abort();
    await expect(asked).rejects.toHaveProperty("name", "AbortError");
});

test("a poll that is called off before it begins asks nobody and has no end", async () => {
    const caller = new AbortController();
    caller.abort();
    const fetch = vi.fn(server().fetch);
    const ended = vi.fn();
    void fetchWhileOnline(fetch, poll, { signal: caller.signal }).then(ended, ended);
    await new Promise((done) => setTimeout(done));
    expect(ended).not.toHaveBeenCalled();
    expect(fetch).not.toHaveBeenCalled();
});
