/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What a client has heard so far, and waiting for what it has not heard yet.
import assert from 'node:assert/strict';

export class Inbox {
  #heard = [];
  #waiting = new Set();

  add(event) {
    this.#heard.push(event);
    for (const look of this.#waiting) look(event);
  }

  /** The first that pleases `accept`, of those that came and those to come. */
  until(accept, what, seconds = 30) {
    const found = this.#heard.find(accept);
    if (found) return Promise.resolve(found);
    return new Promise((done, fail) => {
      const look = (event) => {
        if (event && !accept(event)) return;
        clearTimeout(deadline);
        this.#waiting.delete(look);
        if (event) done(event);
        else fail(new assert.AssertionError({ message: `${what} did not come within ${seconds} s; heard: ${this.#words()}` }));
      };
      const deadline = setTimeout(look, seconds * 1000);
      this.#waiting.add(look);
    });
  }

  #words() {
    return JSON.stringify(this.#heard.slice(-12).map(({ type, sender, locked, content }) => [type, sender, content?.body ?? content?.membership, locked]));
  }

  /** Until somebody is in the room, as far as this client knows. */
  joined(room, user) {
    return this.until(
      (event) => event.type === 'm.room.member' && event.room_id === room && event.state_key === user && event.content.membership === 'join',
      `${user} coming into the room`,
    );
  }

  invited(user) {
    return this.until((event) => event.type === 'm.room.member' && event.state_key === user && event.content.membership === 'invite', 'an invite');
  }

  /** Until a message with these words (a picture: its name) is read. */
  message(room, words) {
    return this.until((event) => event.room_id === room && !event.locked && event.content?.body === words, `“${words}”`);
  }
}
