/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A server whose plug is pulled, and clients that do not give up over it.
import assert from 'node:assert/strict';
import { enc, timeline } from './user.js';

/** Small, repeatable dice (mulberry32): numbers from 0 to below 1. */
export function dice(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const lost = (error) => ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(error.code) || /socket hang up/.test(error.message);

export class Power {
  #server;
  #back = Promise.resolve();

  constructor(server) {
    this.#server = server;
  }

  /** Ends the server by `how` ('kill' or 'stop') and starts it again. Returns the exit code. */
  async cycle(how) {
    let release;
    this.#back = new Promise((done) => (release = done));
    const code = await this.#server[how]();
    await this.#server.relaunch();
    release();
    return code;
  }

  /** Does `attempt` (which returns a response) again, over restarts, until the answer is something other than "not now". */
  async stubborn(attempt) {
    for (;;) {
      try {
        const response = await attempt();
        if (![502, 503].includes(response.status)) return response;
      } catch (error) {
        if (!lost(error)) throw error;
      }
      await this.#back;
    }
  }

  /** Such a request in a user's name. Returns the body of a good answer. */
  async ask(user, method, path, options = {}) {
    const response = await this.stubborn(() => user.request(method, path, { signal: AbortSignal.timeout(120_000), ...options }));
    assert.equal(response.status, 200, `${method} ${path}: ${response.text}`);
    return response.body;
  }

  /** Follows a room by sync alone while `running()`, and then until nothing comes any more, filling gaps as a client does. */
  async follow(user, room, running) {
    const heard = [];
    let since = user.nextBatch ?? (await this.ask(user, 'GET', '/v3/sync')).next_batch;
    for (let quiet = 0; running() || quiet < 2; ) {
      const answer = await this.ask(user, 'GET', '/v3/sync', { query: { since, timeout: running() ? 500 : 0 } });
      const part = answer.rooms?.join?.[room];
      const fresh = timeline(answer, room);
      if (part?.timeline.limited) heard.push(...(await this.between(user, room, since, part.timeline.prev_batch)));
      heard.push(...fresh);
      quiet = running() || fresh.length > 0 ? 0 : quiet + 1;
      since = answer.next_batch;
    }
    user.nextBatch = since;
    return heard;
  }

  /** The events of a room after `from` and up to `to`, oldest first. */
  async between(user, room, from, to) {
    const missed = [];
    for (let at = to; at !== undefined; ) {
      const page = await this.ask(user, 'GET', `/v3/rooms/${enc(room)}/messages`, { query: { dir: 'b', from: at, to: from, limit: 200 } });
      missed.push(...page.chunk);
      at = page.chunk.length > 0 ? page.end : undefined;
    }
    return missed.reverse();
  }

  /** A whole room, oldest first, read forwards ('f') or backwards ('b'). */
  async wholeRoom(user, room, dir) {
    const all = [];
    let from;
    do {
      const page = await this.ask(user, 'GET', `/v3/rooms/${enc(room)}/messages`, { query: { dir, from, limit: 200 } });
      all.push(...page.chunk);
      from = page.end;
    } while (from !== undefined);
    return dir === 'b' ? all.reverse() : all;
  }
}
