/* SPDX-License-Identifier: AGPL-3.0-or-later */
// One of the soak's users: does what people do, in random order, and remembers what the server acknowledged.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { png } from '../api/support/image.js';
import { enc } from '../api/support/user.js';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

export class Client {
  constructor(user, rooms, power, roll) {
    Object.assign(this, { user, rooms, power, roll });
    this.said = new Map(rooms.map((room) => [room, []])); // acknowledged since the last look, in order
    this.noted = 0; // the last acknowledged value of the account data
    this.pictures = []; // the last few acknowledged uploads
    this.count = 0;
  }

  /** Acts until `running()` says no more, with a person's pauses (`gap` ms on average). */
  async live(running, gap) {
    while (running()) {
      await this.#act();
      await pause(this.roll() * 2 * gap);
    }
  }

  #ask(method, path, options) {
    return this.power.ask(this.user, method, path, options);
  }

  #act() {
    const room = this.rooms[Math.floor(this.roll() * this.rooms.length)];
    const at = `/v3/rooms/${enc(room)}`;
    let chance = this.roll() * 100;
    for (const [weight, action] of Client.#actions) {
      if ((chance -= weight) < 0) return action(this, at, room);
    }
    throw new Error('the weights do not add up to 100');
  }

  static #actions = [
    [62, (me, at, room) => me.#say(at, room)],
    [8, (me, at) => me.#ask('GET', `${at}/messages`, { query: { dir: 'b', limit: 50 } })],
    [8, (me) => me.#ask('GET', '/v3/sync', { query: { since: me.user.nextBatch, timeout: 0 } }).then((body) => (me.user.nextBatch = body.next_batch))],
    [7, (me, at, room) => me.#read(at, room)],
    [5, (me, at) => me.#ask('PUT', `${at}/typing/${enc(me.user.id)}`, { body: { typing: true, timeout: 5000 } })],
    [4, (me) => me.#note()],
    [2, (me, at) => me.#ask('PUT', `${at}/state/m.room.member/${enc(me.user.id)}`, { body: { membership: 'join', displayname: `${me.count}` } })],
    [2, (me) => me.#ask('GET', '/v3/sync', { query: { full_state: true } })],
    [2, (me) => me.#show()],
  ];

  async #say(at, room) {
    const body = `${this.user.localpart} ${this.count++}`;
    const content = { msgtype: 'm.text', body };
    const { event_id: id } = await this.#ask('PUT', `${at}/send/m.room.message/t${this.count}`, { body: content });
    this.said.get(room).push({ body, id });
    this.last = { room, id };
  }

  async #read(at, room) {
    if (this.last?.room === room) await this.#ask('POST', `${at}/receipt/m.read/${enc(this.last.id)}`, { body: {} });
  }

  async #note() {
    const value = this.noted + 1;
    await this.#ask('PUT', this.#notePath(), { body: { value } });
    this.noted = value;
  }

  #notePath() {
    return `/v3/user/${enc(this.user.id)}/account_data/org.parley.soak`;
  }

  async #show() {
    const bytes = png(8 + Math.floor(this.roll() * 64), 8);
    const { content_uri: uri } = await this.#ask('POST', '/_matrix/media/v3/upload', { body: bytes, type: 'image/png' });
    const path = `/_matrix/client/v1/media/download/${uri.slice('mxc://'.length)}`;
    this.pictures.push({ path, hash: await this.#look(path) });
    if (this.pictures.length > 20) this.pictures.shift();
  }

  async #look(path) {
    const response = await this.power.stubborn(() => this.user.request('GET', path));
    assert.equal(response.status, 200, `${path}: ${response.text.slice(0, 200)}`);
    return hash(response.bytes);
  }

  /** While at rest: the account data last acknowledged is there, and so are the pictures. */
  async check() {
    if (this.noted > 0) {
      const { value } = await this.#ask('GET', this.#notePath());
      assert.equal(value, this.noted, `${this.user.id}: the account data acknowledged last`);
    }
    for (const { path, hash: before } of this.pictures) assert.equal(await this.#look(path), before, `${path} changed`);
  }
}
