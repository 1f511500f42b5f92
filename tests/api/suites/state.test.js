/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;

test('state is set and read, with and without a state key', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.setState(room, 'org.test.note', { text: 'one' });
  assert.match(id, /^\$/);
  assert.deepEqual(await alice.get(path(room, 'state/org.test.note')), { text: 'one' });
  assert.deepEqual(await alice.get(path(room, 'state/org.test.note/')), { text: 'one' });
  await alice.put(path(room, 'state/org.test.note'), { text: 'two' });
  assert.deepEqual(await alice.getState(room, 'org.test.note'), { text: 'two' });
  await alice.setState(room, 'org.test.note', { text: 'keyed' }, 'a/b ü');
  assert.deepEqual(await alice.getState(room, 'org.test.note', 'a/b ü'), { text: 'keyed' });
});

test('format=event gives the whole event', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'N' });
  const event = await alice.get(path(room, 'state/m.room.name/'), { format: 'event' });
  assert.equal(event.type, 'm.room.name');
  assert.equal(event.sender, alice.id);
  assert.equal(event.content.name, 'N');
  assert.equal(event.state_key, '');
});

test('state that does not exist is not found', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.refused(404, 'M_NOT_FOUND', 'GET', path(room, 'state/org.test.none/'));
});

test('all state comes as whole events', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const state = await alice.get(path(room, 'state'));
  for (const event of state) {
    for (const key of ['type', 'state_key', 'sender', 'event_id', 'origin_server_ts', 'content', 'room_id']) assert.ok(key in event, `${event.type} ${key}`);
  }
  assert.ok(state.some((event) => event.type === 'm.room.create'));
});

test('a member without power may not set state', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'state/m.room.name/'), { name: 'mine' });
});

test("a state key that is another user's id is refused", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', path(room, `state/org.test.own/${enc(bob.id)}`), {});
});

test('nobody raises their own power or takes it from their equals', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  const levels = await alice.getState(room, 'm.room.power_levels');
  await alice.setState(room, 'm.room.power_levels', { ...levels, users: { ...levels.users, [bob.id]: 100, [carol.id]: 100 } });
  const now = await bob.getState(room, 'm.room.power_levels');
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'state/m.room.power_levels/'), { ...now, users: { ...now.users, [bob.id]: 101 } });
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'state/m.room.power_levels/'), { ...now, users: { ...now.users, [carol.id]: 0 } });
  await bob.setState(room, 'm.room.power_levels', { ...now, users: { ...now.users, [bob.id]: 50 } });
});

test('power levels must be integers', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const bad of ['50', 1.5, null, true]) {
    const answer = await alice.request('PUT', path(room, 'state/m.room.power_levels/'), { body: { state_default: bad } });
    assert.ok([400, 403].includes(answer.status), `${bad}: ${answer.status}`);
  }
});

test('in version 12 the power levels may not name a creator', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const levels = await alice.getState(room, 'm.room.power_levels');
  await alice.refused(400, 'M_BAD_JSON', 'PUT', path(room, 'state/m.room.power_levels/'), { ...levels, users: { [alice.id]: 100 } });
});

test('a second create event is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const answer = await alice.request('PUT', path(room, 'state/m.room.create/'), { body: { room_version: '12' } });
  assert.ok([400, 403].includes(answer.status), answer.text);
});

test('each level and each entry may be raised only up to one’s own', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const before = await alice.getState(room, 'm.room.power_levels');
  await alice.setState(room, 'm.room.power_levels', { ...before, users: { ...before.users, [bob.id]: 60 }, events: { ...before.events, 'm.room.power_levels': 50 } });
  const levels = await bob.getState(room, 'm.room.power_levels');
  const put = (more) => bob.request('PUT', path(room, 'state/m.room.power_levels/'), { body: { ...levels, ...more } });
  const changes = ['ban', 'kick', 'redact', 'invite', 'events_default', 'state_default', 'users_default'].map((key) => (level) => ({ [key]: level }));
  changes.push((level) => ({ notifications: { room: level } }), (level) => ({ events: { ...levels.events, 'org.test.thing': level } }), (level) => ({ users: { ...levels.users, '@other:parley.test': level } }));
  for (const change of changes) {
    refused(await put(change(61)), 403, 'M_FORBIDDEN');
    accepted(await put(change(60)));
  }
});

test('m.room.canonical_alias takes only addresses that lead to this room, and keeps those it has', async () => {
  const alice = await register(server, 'alice');
  const [room, other] = [await alice.createRoom({}), await alice.createRoom({})];
  const name = (word) => `#${word}-${alice.localpart}:parley.test`;
  await alice.put(`/v3/directory/room/${enc(name('here'))}`, { room_id: room });
  await alice.put(`/v3/directory/room/${enc(name('there'))}`, { room_id: other });
  const put = (content) => alice.request('PUT', path(room, 'state/m.room.canonical_alias/'), { body: content });
  for (const key of ['alias', 'alt_aliases']) {
    const content = (alias) => ({ [key]: key === 'alias' ? alias : [alias] });
    for (const alias of [name('there'), name('nowhere')]) refused(await put(content(alias)), 400, 'M_BAD_ALIAS');
    refused(await put(content('no alias')), 400, 'M_INVALID_PARAM');
    refused(await put({ [key]: 7 }), 400, 'M_BAD_JSON');
    accepted(await put(content(name('here'))));
    accepted(await put({}));
  }
  for (const content of [{ alias: '' }, { alias: null }, { alias: name('here'), alt_aliases: [name('here')] }]) accepted(await put(content));
});

test('a room is not replaced by itself', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const path = `/v3/rooms/${enc(room)}/state/m.room.tombstone/`;
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path, { body: 'x', replacement_room: room });
  await alice.put(path, { body: 'x', replacement_room: await alice.createRoom({}) });
});

test('canonical_alias must name an existing alias of this room', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const answer = await alice.request('PUT', path(room, 'state/m.room.canonical_alias/'), { body: { alias: '#no-such-alias:parley.test' } });
  assert.equal(answer.status, 400);
  assert.ok(['M_BAD_ALIAS', 'M_INVALID_PARAM'].includes(answer.body.errcode));
});

test('state outlives a restart', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'lasting' });
  const before = await alice.get(path(room, 'state'));
  await server.restart();
  const byType = (state) => state.map((event) => event.event_id).sort();
  assert.deepEqual(byType(await alice.get(path(room, 'state'))), byType(before));
});
