/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Fetch } from "./http";

const isPoll = (address: string): boolean => /\/sync(\?|$)/.test(address);

/**
 * A `fetch` whose polls end when the browser says that it has lost its connection: as if there had been no answer, which
 * otherwise shows only when the poll's own time is over.
 */
export async function fetchWhileOnline(fetch: Fetch, address: string, init: RequestInit = {}): Promise<Response> {
    if (!isPoll(address)) return fetch(address, init);
    /* The SDK, stopped while it starts, begins its first poll all the same and hears no refusal: the page would. */
    if (init.signal?.aborted) return new Promise(() => {});
    const poll = new AbortController();
    let lost = false;
    const stop = () => poll.abort(init.signal?.reason);
    const lose = () => {
        lost = true;
        poll.abort();
    };
    init.signal?.addEventListener("abort", stop);
    addEventListener("offline", lose);
    try {
        return await fetch(address, { ...init, signal: poll.signal });
    } catch (cause) {
        throw lost ? new TypeError("the connection was lost") : cause;
    } finally {
        removeEventListener("offline", lose);
        init.signal?.removeEventListener("abort", stop);
    }
}
