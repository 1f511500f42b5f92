/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const profile = (user, field = '') => `/v3/profile/${enc(user.id)}${field && `/${field}`}`;

test('a display name is set and read by others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  assert.deepEqual(await alice.put(profile(alice, 'displayname'), { displayname: 'Alice Ä. 爱丽丝' }), {});
  assert.equal((await bob.get(profile(alice))).displayname, 'Alice Ä. 爱丽丝');
  assert.deepEqual(await bob.get(profile(alice, 'displayname')), { displayname: 'Alice Ä. 爱丽丝' });
});

test('an avatar is set and read by others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'avatar_url'), { avatar_url: 'mxc://parley.test/abc' });
  assert.deepEqual(await bob.get(profile(alice, 'avatar_url')), { avatar_url: 'mxc://parley.test/abc' });
});

test("another user's profile cannot be changed", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', profile(alice, 'displayname'), { displayname: 'Bob was here' });
});

test('an unknown user has no profile', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/profile/${enc('@nobody:parley.test')}`);
});

test('a new name reaches the rooms as member events', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await alice.put(profile(alice, 'displayname'), { displayname: 'New Alice' });
  const event = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.type === 'm.room.member' && one.state_key === alice.id));
  assert.equal(event.content.displayname, 'New Alice');
  assert.equal(event.content.membership, 'join');
  assert.equal((await bob.getState(room, 'm.room.member', alice.id)).displayname, 'New Alice');
});

test('a room joined later gets the name too', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'displayname'), { displayname: 'Alice' });
  await alice.put(profile(alice, 'avatar_url'), { avatar_url: 'mxc://parley.test/face' });
  const room = await roomOf(bob, alice);
  const content = await bob.getState(room, 'm.room.member', alice.id);
  assert.equal(content.displayname, 'Alice');
  assert.equal(content.avatar_url, 'mxc://parley.test/face');
});

test('a name can be removed again', async () => {
  const alice = await register(server, 'alice');
  await alice.put(profile(alice, 'displayname'), { displayname: 'Alice' });
  await alice.request('DELETE', profile(alice, 'displayname'));
  const answer = await alice.request('GET', profile(alice));
  assert.equal(answer.body.displayname, undefined);
});

test('a name that is too long is refused', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('PUT', profile(alice, 'displayname'), { body: { displayname: 'x'.repeat(70_000) } });
  assert.ok([400, 413].includes(answer.status), String(answer.status));
});
