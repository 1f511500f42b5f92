/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Somebody else's HTTP server: it keeps what it is sent, and answers as it is told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

export class Peer {
  /** `what` it is, for what a test says when nothing comes. */
  constructor(what) {
    this.what = what;
    this.port = 0;
    this.requests = [];
    this.waiting = new Set();
    this.answers = async () => ({ status: 200, body: {} });
  }

  /** Starts listening, at the port it had before. */
  async listen() {
    this.http = createServer((request, response) => this.#serve(request, response)).listen(this.port, '127.0.0.1');
    await once(this.http, 'listening');
    this.port = this.http.address().port;
  }

  /** Stops listening: connections are refused. */
  async close() {
    if (!this.http) return;
    this.http.closeAllConnections();
    this.http.close();
    await once(this.http, 'close');
    this.http = null;
  }

  /** What is kept of a request. */
  read(bytes) {
    const text = bytes.toString();
    return { text, body: text ? JSON.parse(text) : undefined };
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const entry = {
      method: request.method,
      path: request.url,
      headers: request.headers,
      authorization: request.headers.authorization,
      port: request.socket.remotePort,
      at: performance.now(),
      ...this.read(Buffer.concat(chunks)),
    };
    this.requests.push(entry);
    const answer = (await this.answers(entry)) ?? { status: 200, body: {} };
    entry.status = answer.status;
    for (const look of this.waiting) look();
    if (answer.hang) return;
    if (answer.drop) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  /** Waits until `pick` returns something. */
  async until(pick, { what = 'what was awaited', seconds = 20 } = {}) {
    const found = pick();
    if (found) return found;
    return new Promise((done, fail) => {
      const look = () => {
        const now = pick();
        if (!now) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        done(now);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        fail(new assert.AssertionError({ message: `${what} did not come to ${this.what} within ${seconds} s` }));
      }, seconds * 1000);
      this.waiting.add(look);
    });
  }
}
