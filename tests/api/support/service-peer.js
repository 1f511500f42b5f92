/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A real application service: an HTTP server of its own, which keeps what it is sent and answers as it is told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';

const app = '/_matrix/app/v1/';

export class ServicePeer {
  /** `registration`: what its file says beside its address and tokens. */
  constructor(registration) {
    this.asToken = `as-${registration.id}-0123456789abcdef0123456789abcdef`;
    this.hsToken = `hs-${registration.id}-0123456789abcdef0123456789abcdef`;
    this.registration = registration;
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

  /** Writes the registration and returns its path. JSON is YAML too. */
  async prepare() {
    await this.listen();
    this.folder = mkdtempSync(join(tmpdir(), 'parley-service-'));
    this.file = join(this.folder, 'registration.yaml');
    const text = {
      url: `http://127.0.0.1:${this.port}`,
      as_token: this.asToken,
      hs_token: this.hsToken,
      namespaces: {},
      ...this.registration,
    };
    writeFileSync(this.file, JSON.stringify(text), { mode: 0o600 });
    return this.file;
  }

  async destroy() {
    await this.close();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const entry = {
      method: request.method,
      path: request.url,
      authorization: request.headers.authorization,
      body: text ? JSON.parse(text) : undefined,
      text,
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
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  /** All transactions it was sent, acknowledged or not. */
  transactions() {
    return this.requests
      .filter(({ method, path }) => method === 'PUT' && path.startsWith(`${app}transactions/`))
      .map((entry) => ({ ...entry, id: entry.path.slice(`${app}transactions/`.length) }));
  }

  /** What it has acknowledged, each transaction once, as a service that keeps the ids it has seen does. */
  acknowledged() {
    const seen = new Map();
    for (const one of this.transactions()) if (one.status === 200 && !seen.has(one.id)) seen.set(one.id, one);
    return [...seen.values()];
  }

  events() {
    return this.acknowledged().flatMap(({ body }) => body.events);
  }

  ephemeral() {
    return this.acknowledged().flatMap(({ body }) => body.ephemeral ?? []);
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
        fail(new assert.AssertionError({ message: `${what} did not come to the service within ${seconds} s` }));
      }, seconds * 1000);
      this.waiting.add(look);
    });
  }

  /** Waits for an event by its id, and returns it. */
  async event(id, options) {
    return this.until(() => this.events().find((event) => event.event_id === id), { what: `the event ${id}`, ...options });
  }
}

/** Services for the tests of one file, and the server that knows them. */
export function useServices(server, ...registrations) {
  const peers = registrations.map((registration) => new ServicePeer(registration));
  before(async () => {
    const files = [];
    for (const peer of peers) files.push(await peer.prepare());
    server.set = { ...server.set, 'appservices.files': files.join(',') };
    await server.start();
  });
  after(async () => {
    await server.destroy();
    for (const peer of peers) await peer.destroy();
  });
  return peers;
}
