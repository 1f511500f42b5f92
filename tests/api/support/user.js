/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Somebody who uses the server: registers, signs in, and speaks raw requests in their own name.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

export const password = 'correct horse 7 battery';

export const enc = encodeURIComponent;

/** Asserts status and errcode of a refusal and returns its body. */
export function refused(response, status, errcode) {
  const statuses = [status].flat();
  assert.ok(statuses.includes(response.status), `expected status ${statuses.join(' or ')}, got ${response.status}: ${response.text.slice(0, 400)}`);
  if (errcode) assert.equal(response.body?.errcode, errcode, response.text.slice(0, 400));
  return response.body;
}

/** Asserts status 200 and returns the body. */
export function accepted(response) {
  assert.equal(response.status, 200, response.text.slice(0, 600));
  return response.body;
}

const addressOf = (path) => (path.startsWith('/_') ? path : `/_matrix/client${path}`);

export class User {
  constructor(server, { user_id: id, access_token: token, device_id: device, ...rest }) {
    Object.assign(this, { server, id, token, device, rest, nextBatch: undefined });
  }

  get localpart() {
    return this.id.slice(1, this.id.indexOf(':'));
  }

  /** A request in this user's name. A path without /_ in front is one of the client API. */
  request(method, path, options = {}) {
    return this.server.request(method, addressOf(path), { token: this.token, ...options });
  }

  /** The same, without taking the answer yet. */
  slowRequest(method, path, options = {}) {
    return this.server.slowRequest(method, addressOf(path), { token: this.token, ...options });
  }

  async get(path, query) {
    return accepted(await this.request('GET', path, { query }));
  }

  async post(path, body = {}, query) {
    return accepted(await this.request('POST', path, { body, query }));
  }

  async put(path, body = {}, query) {
    return accepted(await this.request('PUT', path, { body, query }));
  }

  async delete(path, body) {
    return accepted(await this.request('DELETE', path, { body }));
  }

  async refused(status, errcode, method, path, body, query) {
    return refused(await this.request(method, path, { body, query }), status, errcode);
  }

  /** The new room's id. */
  async createRoom(options = {}) {
    return (await this.post('/v3/createRoom', options)).room_id;
  }

  async invite(room, user) {
    await this.post(`/v3/rooms/${enc(room)}/invite`, { user_id: user.id });
  }

  async join(room) {
    await this.post(`/v3/join/${enc(room)}`);
  }

  async leave(room) {
    await this.post(`/v3/rooms/${enc(room)}/leave`);
  }

  /** Sends an event; `content` may be plain text. Returns its id. */
  async send(room, content, { type = 'm.room.message', txn = randomBytes(8).toString('hex') } = {}) {
    const body = typeof content === 'string' ? { msgtype: 'm.text', body: content } : content;
    return (await this.put(`/v3/rooms/${enc(room)}/send/${enc(type)}/${enc(txn)}`, body)).event_id;
  }

  async setState(room, type, content, key = '') {
    return (await this.put(`/v3/rooms/${enc(room)}/state/${enc(type)}/${enc(key)}`, content)).event_id;
  }

  async getState(room, type, key = '') {
    return this.get(`/v3/rooms/${enc(room)}/state/${enc(type)}/${enc(key)}`);
  }

  async redact(room, event, reason) {
    const txn = randomBytes(8).toString('hex');
    return (await this.put(`/v3/rooms/${enc(room)}/redact/${enc(event)}/${txn}`, reason ? { reason } : {})).event_id;
  }

  async event(room, event) {
    return this.get(`/v3/rooms/${enc(room)}/event/${enc(event)}`);
  }

  async messages(room, query = {}) {
    return this.get(`/v3/rooms/${enc(room)}/messages`, { dir: 'b', ...query });
  }

  /** One sync, from where the last one ended unless `since` says otherwise (null: from the beginning). */
  async sync({ since = this.nextBatch, timeout = 0, filter, full_state, set_presence } = {}) {
    const answer = await this.get('/v3/sync', { since: since ?? undefined, timeout, filter, full_state, set_presence });
    this.nextBatch = answer.next_batch;
    return answer;
  }

  /** Syncs until `pick` returns something for an answer, and returns that. */
  async syncUntil(pick, { what = 'what was awaited', seconds = 10, ...options } = {}) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const left = deadline - Date.now();
      assert.ok(left > 0, `${what} did not come within ${seconds} s`);
      const found = pick(await this.sync({ timeout: Math.min(left, 5000), ...options }));
      if (found !== undefined && found !== null && found !== false) return found;
    }
  }

  async signInAgain(extra = {}) {
    const answer = await signIn(this.server, { type: 'm.login.password', identifier: { type: 'm.id.user', user: this.localpart }, password, ...extra });
    return new User(this.server, accepted(answer));
  }
}

export function signIn(server, body) {
  return server.request('POST', '/_matrix/client/v3/login', { body });
}

/** A new user by m.login.dummy; the name gets a number so that tests never meet each other's users. */
export async function register(server, name = 'user', extra = {}) {
  const username = `${name}${++server.users}`;
  const response = await server.request('POST', '/_matrix/client/v3/register', {
    body: { username, password, auth: { type: 'm.login.dummy' }, ...extra },
  });
  return new User(server, accepted(response));
}

export async function registerAll(server, ...names) {
  return Promise.all(names.map((name) => register(server, name)));
}

/** Agrees to the policy in force, as guests have to. */
export async function agree(user) {
  const { version, documents } = await user.get('/_parley/v1/policy');
  await user.post('/_parley/v1/policy/agree', { version, language: 'en', sha256: documents.en.sha256, agree: true });
}

/** A room the first user made and all others have joined. */
export async function roomOf(creator, ...others) {
  const room = await creator.createRoom({ preset: 'private_chat', invite: others.map((user) => user.id) });
  for (const other of others) await other.join(room);
  return room;
}

/** The room's part of a sync answer. */
export const joined = (answer, room) => answer.rooms?.join?.[room];
export const timeline = (answer, room) => joined(answer, room)?.timeline?.events ?? [];
export const ephemeral = (answer, room, type) => joined(answer, room)?.ephemeral?.events?.find((event) => event.type === type);
