/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const upgrade = async (user, room, body = { new_version: '12' }) => (await user.post(path(room, 'upgrade'), body)).replacement_room;
const stateOf = (user, room) => user.get(path(room, 'state'));

test('the new room names its predecessor, the old one its successor', async () => {
  const alice = await register(server, 'alice');
  const old = await alice.createRoom({ room_version: '10', creation_content: { type: 'org.test.club' } });
  const last = await alice.send(old, 'last words');
  const next = await upgrade(alice, old, { new_version: '11' });
  const create = await alice.getState(next, 'm.room.create');
  assert.deepEqual(create.predecessor, { room_id: old, event_id: last });
  assert.equal(create.room_version, '11');
  assert.equal(create.type, 'org.test.club');
  const tombstone = await alice.getState(old, 'm.room.tombstone');
  assert.equal(tombstone.replacement_room, next);
  assert.equal(typeof tombstone.body, 'string');
});

test('without a type the new room has none either', async () => {
  const alice = await register(server, 'alice');
  const next = await upgrade(alice, await alice.createRoom({}));
  assert.ok(!('type' in (await alice.getState(next, 'm.room.create'))));
});

test('settings go along, messages and members do not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const carried = {
    'm.room.name': { name: 'Garden' },
    'm.room.topic': { topic: 'Tomatoes' },
    'm.room.avatar': { url: 'mxc://parley.test/a' },
    'm.room.server_acl': { allow: ['*'], deny: [], allow_ip_literals: true },
    'm.room.encryption': { algorithm: 'm.megolm.v1.aes-sha2' },
    'm.room.guest_access': { guest_access: 'forbidden' },
    'm.room.history_visibility': { history_visibility: 'joined' },
    'm.room.join_rules': { join_rule: 'public' },
  };
  const old = await alice.createRoom({ invite: [bob.id] });
  await bob.join(old);
  for (const [type, content] of Object.entries(carried)) await alice.setState(old, type, content);
  await alice.setState(old, 'org.test.own', { kept: false });
  const next = await upgrade(alice, old);
  for (const [type, content] of Object.entries(carried)) assert.deepEqual(await alice.getState(next, type), content, type);
  const state = await stateOf(alice, next);
  assert.ok(!state.some((event) => event.type === 'org.test.own'));
  assert.deepEqual(state.filter((event) => event.type === 'm.room.member').map((event) => event.state_key), [alice.id]);
});

test('bans go along with their reasons', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = await alice.createRoom({ preset: 'public_chat' });
  await alice.post(path(old, 'ban'), { user_id: bob.id, reason: 'weeds' });
  const next = await upgrade(alice, old);
  assert.deepEqual(await alice.getState(next, 'm.room.member', bob.id), { membership: 'ban', reason: 'weeds' });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(next, 'join'), {});
});

test('power levels go along, and those of the old room rise', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = await alice.createRoom({ room_version: '11', power_level_content_override: { users: { [alice.id]: 100, [bob.id]: 50 }, kick: 77 } });
  const next = await upgrade(alice, old, { new_version: '11' });
  const levels = await alice.getState(next, 'm.room.power_levels');
  assert.deepEqual([levels.users, levels.kick, levels.events_default], [{ [alice.id]: 100, [bob.id]: 50 }, 77, 0]);
  const risen = await alice.getState(old, 'm.room.power_levels');
  assert.deepEqual([risen.events_default, risen.invite, risen.kick], [50, 50, 77]);
});

test('the old room rises above what everybody has', async () => {
  const alice = await register(server, 'alice');
  const old = await alice.createRoom({ room_version: '11', power_level_content_override: { users_default: 60 } });
  await upgrade(alice, old);
  const risen = await alice.getState(old, 'm.room.power_levels');
  assert.deepEqual([risen.events_default, risen.invite], [61, 61]);
});

test('to version 12: the creator is no longer among the levels, and ending the room is for creators', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const old = await alice.createRoom({ room_version: '11', power_level_content_override: { users: { [alice.id]: 100, [bob.id]: 100, [carol.id]: 50 } } });
  const next = await upgrade(alice, old, { new_version: '12', additional_creators: [bob.id] });
  assert.match(next, /^![A-Za-z0-9_-]{43}$/);
  const create = await alice.getState(next, 'm.room.create');
  assert.deepEqual(create.additional_creators, [bob.id]);
  assert.deepEqual(create.predecessor, { room_id: old });
  const levels = await alice.getState(next, 'm.room.power_levels');
  assert.deepEqual(levels.users, { [carol.id]: 50 });
  assert.equal(levels.events['m.room.tombstone'], 150);
});

test('additional creators are not carried over by themselves, and mean nothing to a version without', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = await alice.createRoom({ creation_content: { additional_creators: [bob.id] } });
  const next = await upgrade(alice, old);
  assert.ok(!('additional_creators' in (await alice.getState(next, 'm.room.create'))));
  const back = await upgrade(alice, next, { new_version: '11', additional_creators: [bob.id] });
  assert.ok(!('additional_creators' in (await alice.getState(back, 'm.room.create'))));
  assert.equal((await alice.getState(back, 'm.room.power_levels')).users[alice.id], 100);
  await alice.setState(back, 'm.room.name', { name: 'still mine' });
});

test('aliases and the place in the directory move', async () => {
  const alice = await register(server, 'alice');
  const name = `moved-${alice.localpart}`;
  const old = await alice.createRoom({ visibility: 'public', room_alias_name: name });
  const next = await upgrade(alice, old);
  const alias = `#${name}:parley.test`;
  assert.equal((await alice.get(`/v3/directory/room/${enc(alias)}`)).room_id, next);
  assert.deepEqual((await alice.get(path(next, 'aliases'))).aliases, [alias]);
  assert.deepEqual((await alice.get(path(old, 'aliases'))).aliases, []);
  assert.equal((await alice.getState(next, 'm.room.canonical_alias')).alias, alias);
  assert.deepEqual(await alice.getState(old, 'm.room.canonical_alias'), {});
  assert.equal((await alice.get(`/v3/directory/list/room/${enc(next)}`)).visibility, 'public');
  assert.equal((await alice.get(`/v3/directory/list/room/${enc(old)}`)).visibility, 'private');
});

test('a space keeps its children', async () => {
  const alice = await register(server, 'alice');
  const child = await alice.createRoom({});
  const old = await alice.createRoom({ creation_content: { type: 'm.space' } });
  await alice.setState(old, 'm.space.child', { via: ['parley.test'] }, child);
  await alice.setState(old, 'm.space.child', {}, '!gone:parley.test');
  const next = await upgrade(alice, old);
  const children = (await stateOf(alice, next)).filter((event) => event.type === 'm.space.child');
  assert.deepEqual(children.map((event) => event.state_key), [child]);
});

test('who joins the new room finds tags, push rules and the direct chat again', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(old);
  const tags = `/v3/user/${enc(bob.id)}/rooms`;
  await bob.put(`${tags}/${enc(old)}/tags/m.favourite`, { order: 0.25 });
  await bob.put(`/v3/pushrules/global/room/${enc(old)}`, { actions: [] });
  await bob.put(`/v3/pushrules/global/override/${enc(old)}`, { actions: [], conditions: [{ kind: 'event_match', key: 'room_id', pattern: old }] });
  await bob.put(`/v3/pushrules/global/override/${enc(old)}/enabled`, { enabled: false });
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/m.direct`, { [alice.id]: [old] });
  const next = await upgrade(alice, old);
  await bob.sync();
  await bob.join(next);
  assert.deepEqual((await bob.get(`${tags}/${enc(next)}/tags`)).tags, { 'm.favourite': { order: 0.25 } });
  assert.deepEqual((await bob.get(`/v3/pushrules/global/room/${enc(next)}`)).actions, []);
  const override = await bob.get(`/v3/pushrules/global/override/${enc(next)}`);
  assert.deepEqual([override.enabled, override.conditions[0].pattern], [false, next]);
  assert.deepEqual((await bob.get(`/v3/user/${enc(bob.id)}/account_data/m.direct`))[alice.id], [old, next]);
  const answer = await bob.sync();
  assert.deepEqual(answer.rooms.join[next].account_data.events.find((event) => event.type === 'm.tag')?.content.tags, { 'm.favourite': { order: 0.25 } });
});

test('who upgrades keeps their tags as well', async () => {
  const alice = await register(server, 'alice');
  const old = await alice.createRoom({});
  await alice.put(`/v3/user/${enc(alice.id)}/rooms/${enc(old)}/tags/work`, {});
  const next = await upgrade(alice, old);
  assert.deepEqual((await alice.get(`/v3/user/${enc(alice.id)}/rooms/${enc(next)}/tags`)).tags, { work: {} });
});

test('a room that only claims to follow another inherits nothing', async () => {
  const [alice, mallory] = await registerAll(server, 'alice', 'mallory');
  const old = await alice.createRoom({ preset: 'public_chat' });
  await alice.put(`/v3/user/${enc(alice.id)}/rooms/${enc(old)}/tags/work`, {});
  const false_ = await mallory.createRoom({ preset: 'public_chat', creation_content: { predecessor: { room_id: old } } });
  await alice.join(false_);
  assert.deepEqual((await alice.get(`/v3/user/${enc(alice.id)}/rooms/${enc(false_)}/tags`)).tags, {});
});

test('refusals: power, membership, unknown versions, bodies', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'upgrade'), { new_version: '12' });
  await carol.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'upgrade'), { new_version: '12' });
  await alice.refused(403, 'M_FORBIDDEN', 'POST', path('!none:parley.test', 'upgrade'), { new_version: '12' });
  await alice.refused(400, 'M_UNSUPPORTED_ROOM_VERSION', 'POST', path(room, 'upgrade'), { new_version: 'ninety' });
  await alice.refused(400, 'M_BAD_JSON', 'POST', path(room, 'upgrade'), {});
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', path(room, 'upgrade'), { new_version: '12', additional_creators: ['bob'] });
  const untouched = await stateOf(alice, room);
  assert.ok(!untouched.some((event) => event.type === 'm.room.tombstone'));
  assert.equal((await alice.get('/v3/joined_rooms')).joined_rooms.length, 1);
});
