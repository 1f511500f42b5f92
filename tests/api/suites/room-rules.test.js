/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What a room may ask of its members beside the authorisation rules: slow mode, and moderation policy lists it follows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, refused, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const HOUR = 3600 * 1000;
const slow = (user, room, content) => user.setState(room, 'org.parley.slow_mode', content);
const trySend = (user, room, txn, body = { msgtype: 'm.text', body: 'hello' }, type = 'm.room.message') =>
  user.request('PUT', `/v3/rooms/${enc(room)}/send/${type}/${txn}`, { body });

// ---- slow mode

test('slow mode lets each member write one message in a while, and says when the next may come', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await slow(alice, room, { interval: HOUR });
  const first = await trySend(bob, room, 't1');
  assert.equal(first.status, 200);
  const second = await trySend(bob, room, 't2');
  const { retry_after_ms } = refused(second, 429, 'M_LIMIT_EXCEEDED');
  assert.ok(retry_after_ms > HOUR - 60_000 && retry_after_ms <= HOUR, `${retry_after_ms}`);
  assert.equal(second.headers['retry-after'], String(Math.ceil(retry_after_ms / 1000)));
  assert.equal((await trySend(carol, room, 't1')).status, 200, 'each has a turn of their own');
  const again = await trySend(bob, room, 't1');
  assert.equal(again.body?.event_id, first.body.event_id, 'what was sent already is no message more');
});

test('slow mode does not hold up moderators, reactions, edits and redactions', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await slow(alice, room, { interval: HOUR });
  for (const text of ['one', 'two', 'three']) await alice.send(room, text);
  const said = await bob.send(room, 'said');
  await bob.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: said, key: '👍' } }, { type: 'm.reaction' });
  await bob.send(room, { msgtype: 'm.text', body: '* sad', 'm.new_content': { msgtype: 'm.text', body: 'sad' }, 'm.relates_to': { rel_type: 'm.replace', event_id: said } });
  await bob.redact(room, said);
  refused(await trySend(bob, room, 't'), 429, 'M_LIMIT_EXCEEDED');
  refused(await trySend(bob, room, 's', { body: 'x' }, 'm.sticker'), 429, 'M_LIMIT_EXCEEDED');
});

test('a message that was refused costs no turn', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await slow(alice, room, { interval: HOUR });
  refused(await trySend(bob, room, 't1', { body: 'x'.repeat(66_000) }), [400, 413], 'M_TOO_LARGE');
  assert.equal((await trySend(bob, room, 't2')).status, 200);
});

test('slow mode holds over a restart of the server, and ends when it is taken off', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await slow(alice, room, { interval: HOUR });
  await bob.send(room, 'hello');
  await server.restart();
  refused(await trySend(bob, room, 't'), 429, 'M_LIMIT_EXCEEDED');
  await slow(alice, room, {});
  assert.equal((await trySend(bob, room, 't')).status, 200);
});

test('who may not change the room may not slow it down, and an interval is a number of milliseconds', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const path = `/v3/rooms/${enc(room)}/state/org.parley.slow_mode`;
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path, { interval: HOUR });
  for (const interval of ['1000', -1, 12 * HOUR + 1, null, []]) await alice.refused(400, 'M_BAD_JSON', 'PUT', path, { interval });
  await alice.put(path, { interval: 12 * HOUR });
});

test('slow mode goes along when a room is upgraded', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ room_version: '10' });
  await slow(alice, room, { interval: HOUR });
  const { replacement_room } = await alice.post(`/v3/rooms/${enc(room)}/upgrade`, { new_version: '12' });
  assert.deepEqual(await alice.getState(replacement_room, 'org.parley.slow_mode'), { interval: HOUR });
});

// ---- Moderation policy lists

const follow = (user, room, ...rooms) => user.setState(room, 'org.parley.policy_lists', { rooms });
const rule = (user, list, key, entity, extra = {}) =>
  user.setState(list, 'm.policy.rule.user', { entity, recommendation: 'm.ban', reason: 'spam', ...extra }, key);

test('whom a followed list recommends to ban neither joins, knocks nor is invited', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const list = await alice.createRoom({});
  const open = await alice.createRoom({ preset: 'public_chat' });
  const knock = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
  for (const room of [open, knock]) await follow(alice, room, list);
  await rule(alice, list, 'one', bob.id);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/join/${enc(open)}`);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/knock/${enc(knock)}`);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/rooms/${enc(open)}/state/m.room.member/${enc(bob.id)}`, { membership: 'join' });
  await alice.refused(403, 'M_FORBIDDEN', 'POST', `/v3/rooms/${enc(knock)}/invite`, { user_id: bob.id });
  await carol.join(open);
  await alice.setState(list, 'm.policy.rule.user', {}, 'one');
  await bob.join(open);
});

test('a rule may be a glob, bans only where it says so, and leaves those who are in', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const list = await alice.createRoom({});
  const room = await alice.createRoom({ preset: 'public_chat' });
  await carol.join(room);
  await follow(alice, room, list);
  await rule(alice, list, 'a', `@${bob.localpart.slice(0, 3)}?*:*`, { recommendation: 'org.example.mute' });
  await rule(alice, list, 'b', '@other*:*');
  await bob.join(room);
  await bob.leave(room);
  await rule(alice, list, 'a', `@${bob.localpart.slice(0, 3)}?*:*`);
  await rule(alice, list, 'c', '@carol*:*');
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/join/${enc(room)}`);
  await carol.send(room, 'still here');
  await carol.setState(room, 'm.room.member', { membership: 'join', displayname: 'C.' }, carol.id);
});

test('only somebody in a list’s room can make another room follow it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const list = await alice.createRoom({});
  const room = await bob.createRoom({});
  const path = `/v3/rooms/${enc(room)}/state/org.parley.policy_lists`;
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path, { rooms: [list] });
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path, { rooms: ['!nowhere:parley.test'] });
  for (const rooms of ['x', [1], Array(9).fill(room), { room }]) await bob.refused(400, 'M_BAD_JSON', 'PUT', path, { rooms });
  await alice.invite(list, bob);
  await bob.join(list);
  await bob.put(path, { rooms: [list] });
});
