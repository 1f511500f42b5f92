/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Aliases and the room directory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register, registerAll } from '../support/user.js';

const server = useServer();
let aliases = 0;
const freshAlias = () => `#alias-${++aliases}:parley.test`;
const byAlias = (alias) => `/v3/directory/room/${enc(alias)}`;

test('an alias is set, found by anyone, listed and removed', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const alias = freshAlias();
  assert.deepEqual(await alice.put(byAlias(alias), { room_id: room }), {});
  const found = accepted(await server.request('GET', `/_matrix/client${byAlias(alias)}`));
  assert.equal(found.room_id, room);
  assert.deepEqual(found.servers, [server.name]);
  assert.deepEqual((await alice.get(`/v3/rooms/${enc(room)}/aliases`)).aliases, [alias]);
  assert.deepEqual(await alice.delete(byAlias(alias)), {});
  await alice.refused(404, 'M_NOT_FOUND', 'GET', byAlias(alias));
});

test('a taken alias is refused with 409', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const alias = freshAlias();
  await alice.put(byAlias(alias), { room_id: room });
  refused(await alice.request('PUT', byAlias(alias), { body: { room_id: room } }), 409, 'M_UNKNOWN');
});

test('aliases of other servers, and what is no alias, are refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const alias of ['#x:elsewhere.test', 'noalias', '#nocolon']) {
    const answer = await alice.request('PUT', byAlias(alias), { body: { room_id: room } });
    assert.ok([400, 403].includes(answer.status), `${alias}: ${answer.text}`);
  }
});

test('only who may is let to remove an alias', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  const alias = freshAlias();
  await alice.put(byAlias(alias), { room_id: room });
  await bob.refused(403, 'M_FORBIDDEN', 'DELETE', byAlias(alias));
  await alice.refused(404, 'M_NOT_FOUND', 'DELETE', byAlias('#no-such:parley.test'));
});

test('removing an alias takes it out of canonical_alias', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const alias = freshAlias();
  await alice.put(byAlias(alias), { room_id: room });
  await alice.setState(room, 'm.room.canonical_alias', { alias, alt_aliases: [] });
  await alice.delete(byAlias(alias));
  assert.equal((await alice.getState(room, 'm.room.canonical_alias')).alias, undefined);
});

test('a room is published, described in the list, and taken off it', async () => {
  const alice = await register(server, 'alice');
  const name = `Published ${alice.localpart}`;
  const room = await alice.createRoom({ preset: 'public_chat', visibility: 'public', name, topic: 'T', room_alias_name: `pub-${alice.localpart}` });
  const list = `/v3/directory/list/room/${enc(room)}`;
  assert.deepEqual(await alice.get(list), { visibility: 'public' });
  const find = async () => (accepted(await server.request('GET', '/_matrix/client/v3/publicRooms', { token: alice.token })).chunk ?? []).find((one) => one.room_id === room);
  const entry = await find();
  assert.equal(entry.name, name);
  assert.equal(entry.topic, 'T');
  assert.equal(entry.num_joined_members, 1);
  assert.equal(entry.canonical_alias, `#pub-${alice.localpart}:parley.test`);
  assert.equal(entry.join_rule ?? 'public', 'public');
  assert.equal(entry.world_readable, false);
  assert.deepEqual(await alice.put(list, { visibility: 'private' }), {});
  assert.equal(await find(), undefined);
});

test('only those with power publish a room', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/directory/list/room/${enc(room)}`, { visibility: 'public' });
});

test('the list is paged and searched', async () => {
  const alice = await register(server, 'alice');
  const word = `needle${alice.localpart}`;
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await alice.createRoom({ preset: 'public_chat', visibility: 'public', name: `${word} ${i}` }));
  const search = (body) => alice.post('/v3/publicRooms', { filter: { generic_search_term: word }, ...body });
  assert.deepEqual((await search({})).chunk.map((one) => one.room_id).sort(), made.sort());
  const seen = [];
  let since;
  do {
    const page = await search({ limit: 2, since });
    assert.ok(page.chunk.length <= 2);
    seen.push(...page.chunk.map((one) => one.room_id));
    since = page.next_batch;
  } while (since && seen.length < 20);
  assert.deepEqual(seen.sort(), made.sort());
});

test('larger rooms come first', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const word = `size${alice.localpart}`;
  const small = await alice.createRoom({ preset: 'public_chat', visibility: 'public', name: `${word} small` });
  const large = await alice.createRoom({ preset: 'public_chat', visibility: 'public', name: `${word} large` });
  for (const user of [bob, carol]) await user.join(large);
  const { chunk } = await alice.post('/v3/publicRooms', { filter: { generic_search_term: word } });
  assert.deepEqual(chunk.map((one) => one.room_id), [large, small]);
});

test('spaces are found by room type', async () => {
  const alice = await register(server, 'alice');
  const word = `typed${alice.localpart}`;
  const space = await alice.createRoom({ preset: 'public_chat', visibility: 'public', name: `${word} s`, creation_content: { type: 'm.space' } });
  const room = await alice.createRoom({ preset: 'public_chat', visibility: 'public', name: `${word} r` });
  const pick = async (room_types) => (await alice.post('/v3/publicRooms', { filter: { generic_search_term: word, room_types } })).chunk.map((one) => one.room_id);
  assert.deepEqual(await pick(['m.space']), [space]);
  assert.deepEqual(await pick([null]), [room]);
});

test('an unknown room has no visibility', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/directory/list/room/${enc('!nowhere:parley.test')}`);
});

test('a summary shows a public room to those outside, and hides a private one', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const open = await alice.createRoom({ preset: 'public_chat', name: 'Open', topic: 'to all' });
  const seen = await bob.get(`/v1/room_summary/${enc(open)}`);
  assert.deepEqual([seen.room_id, seen.name, seen.topic, seen.join_rule, seen.membership], [open, 'Open', 'to all', 'public', 'leave']);
  assert.equal(seen.num_joined_members, 1);
  const closed = await alice.createRoom({ name: 'Closed' });
  await bob.refused(404, 'M_NOT_FOUND', 'GET', `/v1/room_summary/${enc(closed)}`);
  await bob.refused(404, 'M_NOT_FOUND', 'GET', `/v1/room_summary/${enc('!nowhere:parley.test')}`);
  await alice.invite(closed, bob);
  assert.equal((await bob.get(`/v1/room_summary/${enc(closed)}`)).membership, 'invite');
});

test('a restricted room shows its summary to those who could enter, by its address too', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const lobby = await alice.createRoom({ preset: 'public_chat' });
  const allow = [{ type: 'm.room_membership', room_id: lobby }];
  const inner = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'restricted', allow } }] });
  const alias = freshAlias();
  await alice.put(byAlias(alias), { room_id: inner });
  await bob.join(lobby);
  const seen = await bob.get(`/v1/room_summary/${enc(alias)}`);
  assert.deepEqual([seen.room_id, seen.join_rule, seen.allowed_room_ids], [inner, 'restricted', [lobby]]);
  await carol.refused(404, 'M_NOT_FOUND', 'GET', `/v1/room_summary/${enc(alias)}`);
});
