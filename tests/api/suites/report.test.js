/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Reporting Content".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();

test('a member reports an event, a room and a user', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'rude');
  assert.deepEqual(await bob.post(`/v3/rooms/${enc(room)}/report/${enc(id)}`, { reason: 'rude' }), {});
  assert.deepEqual(await bob.post(`/v3/rooms/${enc(room)}/report`, { reason: 'rude' }), {});
  assert.deepEqual(await bob.post(`/v3/users/${enc(alice.id)}/report`, { reason: 'rude' }), {});
});

test('who is not in the room cannot report its events', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'private');
  await bob.refused(404, 'M_NOT_FOUND', 'POST', `/v3/rooms/${enc(room)}/report/${enc(id)}`, { reason: 'x' });
});

test('an unknown event cannot be reported', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.refused(404, 'M_NOT_FOUND', 'POST', `/v3/rooms/${enc(room)}/report/${enc('$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')}`, { reason: 'x' });
});

test('a reason that is no text is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'x');
  const answer = await alice.request('POST', `/v3/rooms/${enc(room)}/report/${enc(id)}`, { body: { reason: 7 } });
  assert.equal(answer.status, 400);
});

test('who left the room cannot report its events any more, but the room and its people, which anybody can', async () => {
  const [alice, bob, stranger] = await registerAll(server, 'alice', 'bob', 'stranger');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'rude');
  await bob.leave(room);
  await bob.refused(404, 'M_NOT_FOUND', 'POST', `/v3/rooms/${enc(room)}/report/${enc(id)}`, { reason: 'rude' });
  for (const user of [bob, stranger]) {
    assert.deepEqual(await user.post(`/v3/rooms/${enc(room)}/report`, { reason: '' }), {});
    assert.deepEqual(await user.post(`/v3/users/${enc(alice.id)}/report`, { reason: '' }), {});
  }
  await stranger.refused(404, 'M_NOT_FOUND', 'POST', `/v3/rooms/${enc('!nowhere:parley.test')}/report`, { reason: 'x' });
  await stranger.refused(404, 'M_NOT_FOUND', 'POST', `/v3/users/${enc('@nobody:parley.test')}/report`, { reason: 'x' });
});

test('rooms and people are reported with a reason, which may be empty but not long', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  for (const path of [`/v3/rooms/${enc(room)}/report`, `/v3/users/${enc(alice.id)}/report`]) {
    await bob.refused(400, 'M_BAD_JSON', 'POST', path, {});
    await bob.refused(400, 'M_BAD_JSON', 'POST', path, { reason: null });
    await bob.refused(400, 'M_INVALID_PARAM', 'POST', path, { reason: 'x'.repeat(4097) });
    assert.deepEqual(await bob.post(path, { reason: 'x'.repeat(4096) }), {});
  }
});

test('an event is reported without a reason too', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'x');
  assert.deepEqual(await alice.post(`/v3/rooms/${enc(room)}/report/${enc(id)}`, {}), {});
});

test('a hundred reports a day are enough for one person', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const path = `/v3/users/${enc(alice.id)}/report`;
  for (let i = 0; i < 100; i += 10) await Promise.all(Array.from({ length: 10 }, () => bob.post(path, { reason: 'again' })));
  const body = await bob.refused(429, 'M_LIMIT_EXCEEDED', 'POST', path, { reason: 'again' });
  assert.ok(body.retry_after_ms > 23 * 60 * 60 * 1000 && body.retry_after_ms <= 24 * 60 * 60 * 1000);
  assert.deepEqual(await alice.post(`/v3/users/${enc(bob.id)}/report`, { reason: 'he reports' }), {});
});
