/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll } from '../support/user.js';

const server = useServer();

const presets = {
  private_chat: { join: 'invite', history: 'shared', guest: 'can_join' },
  trusted_private_chat: { join: 'invite', history: 'shared', guest: 'can_join' },
  public_chat: { join: 'public', history: 'shared', guest: 'forbidden' },
};

for (const [preset, expected] of Object.entries(presets)) {
  test(`preset ${preset} sets join rules, history and guest access`, async () => {
    const alice = await register(server, 'alice');
    const room = await alice.createRoom({ preset });
    assert.equal((await alice.getState(room, 'm.room.join_rules')).join_rule, expected.join);
    assert.equal((await alice.getState(room, 'm.room.history_visibility')).history_visibility, expected.history);
    const guests = await alice.request('GET', `/v3/rooms/${enc(room)}/state/m.room.guest_access/`);
    assert.equal(guests.status === 404 ? 'forbidden' : guests.body.guest_access, expected.guest);
  });
}

for (const [visibility, join] of [['public', 'public'], ['private', 'invite']]) {
  test(`without a preset, visibility ${visibility} means join rule ${join}`, async () => {
    const alice = await register(server, 'alice');
    const room = await alice.createRoom({ visibility });
    assert.equal((await alice.getState(room, 'm.room.join_rules')).join_rule, join);
  });
}

for (const version of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']) {
  test(`room version ${version} names the creator as version ${version} does`, async () => {
    const alice = await register(server, 'alice');
    const room = await alice.createRoom({ room_version: version });
    assert.match(room, /^![^:]+:parley\.test$/);
    const create = await alice.getState(room, 'm.room.create');
    assert.equal(create.room_version, version);
    assert.equal(create.creator, version === '11' ? undefined : alice.id);
    const levels = await alice.getState(room, 'm.room.power_levels');
    assert.equal(levels.users[alice.id], 100);
    assert.ok((levels.events['m.room.tombstone'] ?? 100) >= 100);
  });
}

test('room version 12 is the default: the id is a hash and the creator is not among the power levels', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  assert.match(room, /^![A-Za-z0-9_-]{43}$/);
  const create = await alice.getState(room, 'm.room.create');
  assert.equal(create.room_version, '12');
  const levels = await alice.getState(room, 'm.room.power_levels');
  assert.equal(levels.users?.[alice.id], undefined);
  assert.equal(levels.events['m.room.tombstone'], 150);
});

test('in version 12 the id of the room is that of its create event', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const state = await alice.get(`/v3/rooms/${enc(room)}/state`);
  const create = state.find((event) => event.type === 'm.room.create');
  assert.equal(create.event_id.slice(1), room.slice(1));
});

test('additional creators of version 12 have all power', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ creation_content: { additional_creators: [bob.id] }, invite: [bob.id] });
  await bob.join(room);
  await bob.setState(room, 'm.room.name', { name: 'by a co-creator' });
  const levels = await bob.getState(room, 'm.room.power_levels');
  await bob.setState(room, 'm.room.power_levels', { ...levels, state_default: 120 });
});

test('additional creators that are not user ids are refused, and leave no room behind', async () => {
  const alice = await register(server, 'alice');
  for (const creators of ['x', ['@foo:example.com', 42], ['nobody'], ['@invalid:dom$ain$.com']]) {
    await alice.refused(400, 'M_BAD_JSON', 'POST', '/v3/createRoom', { creation_content: { additional_creators: creators } });
  }
  assert.deepEqual((await alice.get('/v3/joined_rooms')).joined_rooms, []);
  await alice.createRoom({ creation_content: { additional_creators: ['@foo:example.com', '@bar:baz.code:8448'] } });
});

test('trusted_private_chat gives the invited the same power', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const eleven = await alice.createRoom({ preset: 'trusted_private_chat', room_version: '11', invite: [bob.id] });
  assert.equal((await alice.getState(eleven, 'm.room.power_levels')).users[bob.id], 100);
  const twelve = await alice.createRoom({ preset: 'trusted_private_chat', invite: [bob.id] });
  assert.deepEqual((await alice.getState(twelve, 'm.room.create')).additional_creators, [bob.id]);
});

test('an unknown room version is refused', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(400, 'M_UNSUPPORTED_ROOM_VERSION', 'POST', '/v3/createRoom', { room_version: 'ninety' });
});

test('name, topic and alias end up in the state', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'Garden', topic: 'Tomatoes', room_alias_name: `garden-${alice.localpart}` });
  assert.equal((await alice.getState(room, 'm.room.name')).name, 'Garden');
  const topic = await alice.getState(room, 'm.room.topic');
  assert.equal(topic.topic, 'Tomatoes');
  assert.equal((await alice.getState(room, 'm.room.canonical_alias')).alias, `#garden-${alice.localpart}:parley.test`);
});

test('the topic is also given in the extensible form', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ topic: 'Tomatoes' });
  const topic = await alice.getState(room, 'm.room.topic');
  assert.deepEqual(topic['m.topic']?.['m.text']?.[0]?.body, 'Tomatoes');
});

test('initial_state goes in, and overrides the preset', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({
    preset: 'private_chat',
    initial_state: [
      { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } },
      { type: 'org.test.colour', content: { colour: 'green' } },
      { type: 'org.test.keyed', state_key: 'k', content: { n: 1 } },
    ],
  });
  assert.equal((await alice.getState(room, 'm.room.history_visibility')).history_visibility, 'joined');
  assert.deepEqual(await alice.getState(room, 'org.test.colour'), { colour: 'green' });
  assert.deepEqual(await alice.getState(room, 'org.test.keyed', 'k'), { n: 1 });
});

test('name and topic override initial_state', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'right', initial_state: [{ type: 'm.room.name', state_key: '', content: { name: 'wrong' } }] });
  assert.equal((await alice.getState(room, 'm.room.name')).name, 'right');
});

test('power_level_content_override replaces single fields', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ room_version: '11', power_level_content_override: { events_default: 50, users: { [alice.id]: 100, '@bob:parley.test': 20 } } });
  const levels = await alice.getState(room, 'm.room.power_levels');
  assert.equal(levels.events_default, 50);
  assert.deepEqual(levels.users, { [alice.id]: 100, '@bob:parley.test': 20 });
  assert.equal(levels.ban ?? 50, 50);
});

test('creation_content is kept, its room version is not', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ creation_content: { type: 'm.space', 'm.federate': false, room_version: '1' } });
  const create = await alice.getState(room, 'm.room.create');
  assert.equal(create.type, 'm.space');
  assert.equal(create['m.federate'], false);
  assert.equal(create.room_version, '12');
});

test('invited users see the invite, is_direct is passed on', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ invite: [bob.id], is_direct: true, name: 'Two of us' });
  const invite = await bob.syncUntil((answer) => answer.rooms?.invite?.[room]);
  const events = invite.invite_state.events;
  const member = events.find((event) => event.type === 'm.room.member' && event.state_key === bob.id);
  assert.equal(member.content.membership, 'invite');
  assert.equal(member.content.is_direct, true);
  assert.equal(member.sender, alice.id);
  assert.equal(events.find((event) => event.type === 'm.room.name').content.name, 'Two of us');
  for (const type of ['m.room.create', 'm.room.join_rules']) assert.ok(events.some((event) => event.type === type), type);
  for (const event of events) assert.equal(typeof event.state_key, 'string');
});

test('the events of a new room stand in the order the specification gives', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ preset: 'private_chat', name: 'N', topic: 'T', initial_state: [{ type: 'org.test.x', content: {} }] });
  const { chunk } = await alice.messages(room, { dir: 'f', limit: 50 });
  const types = chunk.map((event) => event.type);
  assert.deepEqual(types.slice(0, 3), ['m.room.create', 'm.room.member', 'm.room.power_levels']);
  const at = (type) => types.indexOf(type);
  assert.ok(at('m.room.join_rules') < at('org.test.x'));
  assert.ok(at('org.test.x') < at('m.room.name'));
});

test('a room whose creation would fail leaves nothing behind', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('POST', '/v3/createRoom', { body: { room_version: '11', power_level_content_override: { users: { [alice.id]: 0 } }, name: 'impossible' } });
  assert.ok(answer.status >= 400 && answer.status < 500, answer.text);
  assert.deepEqual((await alice.get('/v3/joined_rooms')).joined_rooms, []);
});

test('a taken alias is refused', async () => {
  const alice = await register(server, 'alice');
  await alice.createRoom({ room_alias_name: `twice-${alice.localpart}` });
  await alice.refused(400, 'M_ROOM_IN_USE', 'POST', '/v3/createRoom', { room_alias_name: `twice-${alice.localpart}` });
});

test('fields of the wrong type are refused', async () => {
  const alice = await register(server, 'alice');
  for (const body of [{ name: 7 }, { invite: 'bob' }, { invite: [7] }, { initial_state: {} }, { preset: 'palace' }, { visibility: 'transparent' }, { creation_content: [] }, { power_level_content_override: 'all' }, { invite: ['no-sigil'] }]) {
    const answer = await alice.request('POST', '/v3/createRoom', { body });
    assert.equal(answer.status, 400, JSON.stringify(body));
  }
});

test('many rooms made at the same moment are all made', async () => {
  const alice = await register(server, 'alice');
  const rooms = await Promise.all(Array.from({ length: 25 }, () => alice.createRoom({ preset: 'public_chat' })));
  assert.equal(new Set(rooms).size, 25);
});
