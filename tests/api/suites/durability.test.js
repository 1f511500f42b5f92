/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Pulls the plug under load, again and again, and then looks for every message that was acknowledged: it must be
// there, once, and where it was said. PARLEY_SEED repeats a run, PARLEY_KILLS and PARLEY_CLIENTS make it longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Power, dice } from '../support/power.js';
import { useServer } from '../support/server.js';
import { enc, register } from '../support/user.js';

const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.PARLEY_KILLS ?? 5);
const clientCount = Number(process.env.PARLEY_CLIENTS ?? 12);
const server = useServer();
const power = new Power(server);

/** Sends numbered messages, one after the other, each under a transaction id of its own. */
async function talk(user, room, running) {
  const acknowledged = [];
  for (let n = 0; running(); n++) {
    const body = { msgtype: 'm.text', body: `${user.localpart} ${n}` };
    const answer = await power.ask(user, 'PUT', `/v3/rooms/${enc(room)}/send/m.room.message/n${n}`, { body });
    acknowledged.push({ body: body.body, id: answer.event_id });
  }
  return acknowledged;
}

const messagesOf = (events) => events.filter((event) => event.type === 'm.room.message');

test(`what was acknowledged survives ${kills} kills, once and in order (seed ${seed})`, { timeout: 300_000 }, async (t) => {
  const roll = dice(seed);
  const owner = await register(server, 'owner');
  const rooms = [];
  for (let i = 0; i < 3; i++) rooms.push(await owner.createRoom({ preset: 'public_chat' }));
  const clients = [];
  for (let i = 0; i < clientCount; i++) {
    const user = await register(server, 'client');
    const room = rooms[i % rooms.length];
    await user.join(room);
    clients.push({ user, room });
  }
  const listeners = [];
  for (const room of rooms) {
    const user = await register(server, 'listener');
    await user.join(room);
    await user.sync();
    listeners.push({ user, room });
  }

  let on = true;
  let over = false;
  const running = () => on;
  const talking = clients.map(({ user, room }) => talk(user, room, running));
  const listening = listeners.map(({ user, room }) => power.follow(user, room, () => !over));

  for (let kill = 0; kill < kills; kill++) {
    await new Promise((done) => setTimeout(done, 150 + roll() * 900));
    await power.cycle('kill');
  }
  await new Promise((done) => setTimeout(done, 300));
  on = false;
  const said = await Promise.all(talking);
  over = true;
  const heard = await Promise.all(listening);
  const total = said.reduce((sum, one) => sum + one.length, 0);
  t.diagnostic(`${total} messages acknowledged`);
  assert.ok(total > clientCount, 'the load was a load');

  for (const [index, room] of rooms.entries()) {
    const stored = await power.wholeRoom(owner, room, 'f');
    const ids = stored.map((event) => event.event_id);
    assert.equal(new Set(ids).size, ids.length, 'no event appears twice');
    assert.deepEqual((await power.wholeRoom(owner, room, 'b')).map((event) => event.event_id), ids, 'both directions agree');

    for (const [at, { user, room: own }] of clients.entries()) {
      if (own !== room) continue;
      const present = messagesOf(stored).filter((event) => event.sender === user.id).map((event) => ({ body: event.content.body, id: event.event_id }));
      assert.deepEqual(present, said[at], `${user.id}: every acknowledged message, once, in order`);
    }

    assert.deepEqual(
      messagesOf(heard[index]).map((event) => event.event_id),
      messagesOf(stored).map((event) => event.event_id),
      'a listener heard each message once, in the order of the room',
    );
  }
});

test('a graceful stop ends with exit code 0 and loses nothing', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const sending = Promise.allSettled(Array.from({ length: 40 }, (_, n) => alice.send(room, `${n}`, { txn: `g${n}` })));
  const code = await server.stop();
  const acknowledged = (await sending).filter((one) => one.status === 'fulfilled').map((one) => one.value);
  assert.equal(code, 0);
  await server.relaunch();
  const present = new Set(messagesOf(await power.wholeRoom(alice, room, 'f')).map((event) => event.event_id));
  for (const id of acknowledged) assert.ok(present.has(id), id);
});
