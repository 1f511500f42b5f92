/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { register, registerAll } from '../support/user.js';

const server = useServer();
const path = '/v1/mutual_rooms';

test('the rooms both have joined are told, and no others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const shared = await alice.createRoom({ preset: 'public_chat' });
  const left = await alice.createRoom({ preset: 'public_chat' });
  await alice.createRoom({ invite: [bob.id] });
  await alice.createRoom({});
  await bob.createRoom({});
  await bob.join(shared);
  await bob.join(left);
  await bob.leave(left);
  assert.deepEqual(await alice.get(path, { user_id: bob.id }), { joined: [shared], count: 1 });
  assert.deepEqual(await bob.get(path, { user_id: alice.id }), { joined: [shared], count: 1 });
});

test('somebody unknown shares nothing', async () => {
  const alice = await register(server, 'alice');
  await alice.createRoom({});
  assert.deepEqual(await alice.get(path, { user_id: '@nobody:parley.test' }), { joined: [], count: 0 });
  assert.deepEqual(await alice.get(path, { user_id: '@nobody:elsewhere.test' }), { joined: [], count: 0 });
});

test('what is no user id of somebody else, and unknown tokens, are refused', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  for (const query of [{}, { user_id: 'bob' }, { user_id: '@Bob Smith:parley.test' }, { user_id: alice.id }, { user_id: bob.id, from: 'x' }, { user_id: bob.id, from: 'm0' }]) {
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', path, undefined, query);
  }
});

test('more than a hundred come in pages', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const rooms = [];
  for (let i = 0; i < 102; i++) {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    rooms.push(room);
  }
  const first = await alice.get(path, { user_id: bob.id });
  assert.equal(first.joined.length, 100);
  assert.equal(first.count, 102);
  const second = await alice.get(path, { user_id: bob.id, from: first.next_batch });
  assert.deepEqual([...first.joined, ...second.joined].sort(), rooms.sort());
  assert.ok(!('next_batch' in second));
});
