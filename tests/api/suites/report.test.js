/* SPDX-License-Identifier: AGPL-3.0-or-later */
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
