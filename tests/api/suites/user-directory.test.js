/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "User Directory".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deactivate } from '../support/canaries.js';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const name = (user, displayname) => user.put(`/v3/profile/${enc(user.id)}/displayname`, { displayname });
const search = (user, search_term, limit) => user.post('/v3/user_directory/search', { search_term, limit });
const ids = async (...question) => (await search(...question)).results.map((one) => one.user_id);

test('users are found by name among those one shares a room with', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: `Bartholomäus ${bob.localpart}` });
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  const deadline = Date.now() + 5000;
  let found;
  do {
    found = await alice.post('/v3/user_directory/search', { search_term: bob.localpart, limit: 5 });
  } while (!found.results.length && Date.now() < deadline);
  const entry = found.results.find((one) => one.user_id === bob.id);
  assert.equal(entry.display_name, `Bartholomäus ${bob.localpart}`);
  assert.equal(found.limited, false);
});

test('a user search keeps to its limit and says so', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ preset: 'public_chat' });
  for (let i = 0; i < 3; i++) {
    const other = await register(server, `crowd${alice.localpart}x`);
    await other.join(room);
  }
  const found = await alice.post('/v3/user_directory/search', { search_term: `crowd${alice.localpart}x`, limit: 2 });
  assert.equal(found.results.length, 2);
  assert.equal(found.limited, true);
});

test('a user search needs a term', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('POST', '/v3/user_directory/search', { body: { limit: 2 } });
  assert.equal(answer.status, 400);
});

test('found are those in a room one shares, in a public one, and in one that is open to read; nobody else', async () => {
  const [alice, friend, host, reader, stranger] = await registerAll(server, 'alice', 'lookfriend', 'lookhost', 'lookreader', 'lookstranger');
  await roomOf(alice, friend);
  await host.createRoom({ preset: 'public_chat' });
  await reader.createRoom({ preset: 'private_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] });
  await stranger.createRoom({ preset: 'private_chat' });
  assert.deepEqual(await ids(alice, 'look'), [friend.id, host.id, reader.id]);
  assert.deepEqual(await ids(alice, stranger.id), []);
});

test('a name is found by any part of it, in any case, and by the account name or the whole id', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await name(bob, 'Ärztin Анна 王小明');
  for (const term of ['王小明', '小', '明', 'ÄRZT', 'анна', bob.localpart, bob.localpart.toUpperCase(), `@${bob.localpart}`, bob.id, ` ${bob.id} `])
    assert.deepEqual(await ids(alice, term), [bob.id], term);
  for (const term of ['', '王明', `@${bob.localpart}:elsewhere.test`]) assert.deepEqual(await ids(alice, term), [], term);
  const { results } = await search(alice, '王小明');
  assert.deepEqual(results, [{ user_id: bob.id, display_name: 'Ärztin Анна 王小明' }]);
});

test('who one knows comes first, then whose name begins with the term', async () => {
  const [alice, inside, begins, far] = await registerAll(server, 'alice', 'ranka', 'rankb', 'rankc');
  const word = `rank${alice.localpart}`;
  await roomOf(alice, inside, begins);
  await far.createRoom({ preset: 'public_chat' });
  await name(inside, `Not ${word}`);
  await name(begins, `${word} it is`);
  await name(far, `${word} too`);
  assert.deepEqual(await ids(alice, word), [begins.id, inside.id, far.id]);
});

test('neither oneself nor those one ignores are found, nor accounts that are closed or under a measure', async () => {
  const admin = await administrator(server);
  const [alice, ignored, suspended, locked, closed, left] = await registerAll(server, 'out', 'out', 'out', 'out', 'out', 'out');
  const room = await alice.createRoom({ preset: 'public_chat' });
  for (const user of [ignored, suspended, locked, closed, left]) await user.join(room);
  assert.equal((await ids(alice, 'out')).length, 5);
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/m.ignored_user_list`, { ignored_users: { [ignored.id]: {} } });
  await admin.put(`/v1/admin/suspend/${enc(suspended.id)}`, { suspended: true });
  await admin.put(`/v1/admin/lock/${enc(locked.id)}`, { locked: true });
  await deactivate(closed, false);
  assert.deepEqual(await ids(alice, 'out'), [left.id]);
  await left.leave(room);
  assert.deepEqual(await ids(alice, 'out'), []);
  await admin.put(`/v1/admin/suspend/${enc(suspended.id)}`, { suspended: false });
  assert.deepEqual(await ids(alice, 'out'), [suspended.id]);
});

test('a limit is honoured and said, and there is a largest one', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ preset: 'public_chat' });
  for (let i = 0; i < 12; i++) await (await register(server, `many${alice.localpart}x`)).join(room);
  const term = `many${alice.localpart}x`;
  const count = async (limit) => {
    const { results, limited } = await search(alice, term, limit);
    return [results.length, limited];
  };
  assert.deepEqual(await count(undefined), [10, true]);
  assert.deepEqual(await count(12), [12, false]);
  assert.deepEqual(await count(1_000_000), [12, false]);
  assert.deepEqual(await count(0), [0, true]);
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/user_directory/search', { search_term: 'x', limit: -1 });
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/user_directory/search', { search_term: 'x'.repeat(256) });
  await alice.refused(400, 'M_BAD_JSON', 'POST', '/v3/user_directory/search', { search_term: 7 });
});
