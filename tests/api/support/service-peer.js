/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A real application service: an HTTP server of its own, which keeps what it is sent and answers as it is told to.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Peer } from './peer.js';

const app = '/_matrix/app/v1/';

export class ServicePeer extends Peer {
  /** `registration`: what its file says beside its address and tokens. */
  constructor(registration) {
    super('the service');
    this.asToken = `as-${registration.id}-0123456789abcdef0123456789abcdef`;
    this.hsToken = `hs-${registration.id}-0123456789abcdef0123456789abcdef`;
    this.registration = registration;
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
