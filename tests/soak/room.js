/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A room of the soak: what it holds is compared with what its clients had acknowledged and what its listener heard.
import assert from 'node:assert/strict';

const messagesOf = (events) => events.filter((event) => event.type === 'm.room.message');

export class Room {
  constructor(id, listener, power) {
    Object.assign(this, { id, listener, power });
    this.from = undefined; // everything up to this position was compared
    this.ids = []; // of all events seen so far, in order
  }

  /** Follows the room while `running()`; the events are kept for the next look. */
  async listen(running) {
    this.heard = await this.power.follow(this.listener, this.id, running);
  }

  /** While at rest: every event since the last look is there once, in order, for everyone. */
  async check(clients) {
    const to = (await this.power.ask(this.listener, 'GET', '/v3/sync')).next_batch;
    const fresh = this.from === undefined ? await this.power.wholeRoom(this.listener, this.id, 'f') : await this.power.between(this.listener, this.id, this.from, to);
    this.from = to;
    for (const { event_id: id } of fresh) this.ids.push(id);

    const messages = messagesOf(fresh);
    for (const client of clients) {
      const acknowledged = client.said.get(this.id);
      if (!acknowledged) continue;
      const present = messages.filter((event) => event.sender === client.user.id).map((event) => ({ body: event.content.body, id: event.event_id }));
      assert.deepEqual(present, acknowledged, `${client.user.id}: every acknowledged message, once, in order`);
      client.said.set(this.id, []);
    }
    assert.deepEqual(
      messagesOf(this.heard).map((event) => event.event_id),
      messages.map((event) => event.event_id),
      'the listener heard each message once, in the order of the room',
    );
    return messages.length;
  }

  /** The whole history, read both ways, is what the looks along the way have seen. */
  async checkAll() {
    assert.equal(new Set(this.ids).size, this.ids.length, 'no event appears twice');
    for (const dir of ['f', 'b']) {
      const all = await this.power.wholeRoom(this.listener, this.id, dir);
      assert.deepEqual(all.map((event) => event.event_id), this.ids, `the history read ${dir === 'f' ? 'forwards' : 'backwards'}`);
    }
  }
}
