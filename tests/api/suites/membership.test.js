/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const membership = async (reader, room, user) => (await reader.getState(room, 'm.room.member', user.id)).membership;

test('anybody joins a public room, by id and by alias', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat', room_alias_name: `open-${alice.localpart}` });
  assert.deepEqual(await bob.post(path(room, 'join')), { room_id: room });
  assert.deepEqual(await carol.post(`/v3/join/${enc(`#open-${alice.localpart}:parley.test`)}`), { room_id: room });
  assert.equal(await membership(alice, room, carol), 'join');
});

test('nobody joins a private room uninvited', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'private_chat' });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
});

test('joining a room that does not exist fails', async () => {
  const alice = await register(server, 'alice');
  const unknown = await alice.request('POST', `/v3/join/${enc('!nowhere:parley.test')}`, { body: {} });
  assert.ok([403, 404].includes(unknown.status), unknown.text);
  await alice.refused(404, 'M_NOT_FOUND', 'POST', `/v3/join/${enc('#nowhere:parley.test')}`, {});
});

test('the member event may be written by who it is about, from outside the room as well', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: 'Bob' });
  const say = (user, room, content) => user.request('PUT', `/v3/rooms/${enc(room)}/state/m.room.member/${enc(user.id)}`, { body: content });
  const open = await alice.createRoom({ preset: 'public_chat' });
  const { event_id: id } = accepted(await say(bob, open, { membership: 'join', displayname: 'another name here', join_authorised_via_users_server: alice.id }));
  assert.deepEqual(await alice.getState(open, 'm.room.member', bob.id), { membership: 'join', displayname: 'another name here' });
  assert.equal((await bob.event(open, id)).state_key, bob.id);

  const parent = await roomOf(alice, bob);
  const join_rules = { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: parent }] };
  const restricted = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: join_rules }] });
  accepted(await say(bob, restricted, { membership: 'join' }));
  refused(await say(carol, restricted, { membership: 'join' }), 403, 'M_FORBIDDEN');

  const closed = await alice.createRoom({ invite: [bob.id] });
  accepted(await say(bob, closed, { membership: 'leave', reason: 'no, thank you' }));
  assert.equal((await alice.getState(closed, 'm.room.member', bob.id)).reason, 'no, thank you');
  for (const membership of ['join', 'leave', 'knock', 'ban', 'invite']) refused(await say(carol, closed, { membership }), 403, 'M_FORBIDDEN');
  refused(await say(carol, closed, {}), 400, 'M_BAD_JSON');
  refused(await say(carol, '!nothing', { membership: 'join' }), 403, 'M_FORBIDDEN');
});

test('joining twice changes nothing', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  const before = await alice.get(path(room, 'state'));
  await bob.join(room);
  const after = await alice.get(path(room, 'state'));
  const member = (state) => state.find((event) => event.type === 'm.room.member' && event.state_key === bob.id).event_id;
  assert.equal(member(before), member(after));
});

test('an invite carries its reason and lets the invited in', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  assert.deepEqual(await alice.post(path(room, 'invite'), { user_id: bob.id, reason: 'cake' }), {});
  const content = await alice.getState(room, 'm.room.member', bob.id);
  assert.equal(content.membership, 'invite');
  assert.equal(content.reason, 'cake');
  await bob.post(path(room, 'join'), { reason: 'I like cake' });
  assert.equal((await alice.getState(room, 'm.room.member', bob.id)).reason, 'I like cake');
});

test('an invite can be declined', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ invite: [bob.id] });
  await bob.syncUntil((answer) => answer.rooms?.invite?.[room]);
  await bob.leave(room);
  assert.equal(await membership(alice, room, bob), 'leave');
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
});

test('who is not in the room cannot invite, and nobody invites a member', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'invite'), { user_id: carol.id });
  await bob.join(room);
  await alice.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'invite'), { user_id: bob.id });
});

test('an invite for what is no user is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const user of ['bob', '', 7, '#alias:parley.test']) {
    const answer = await alice.request('POST', path(room, 'invite'), { body: { user_id: user } });
    assert.equal(answer.status, 400, `${user}: ${answer.text}`);
  }
  const missing = await alice.request('POST', path(room, 'invite'), { body: {} });
  assert.equal(missing.status, 400);
});

test('inviting needs the invite power level', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat', power_level_content_override: { invite: 50 } });
  await bob.join(room);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'invite'), { user_id: carol.id });
});

test('who leaves is out and sees no more', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.post(path(room, 'leave'), { reason: 'bye' });
  assert.equal((await alice.getState(room, 'm.room.member', bob.id)).reason, 'bye');
  assert.deepEqual((await bob.get('/v3/joined_rooms')).joined_rooms, []);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'send/m.room.message/x1'), { msgtype: 'm.text', body: 'still here' });
  const secret = await alice.send(room, 'after the leave');
  await bob.refused([403, 404], undefined, 'GET', path(room, `event/${enc(secret)}`));
});

test('a left room can be read up to the leave', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const seen = await alice.send(room, 'before');
  await bob.leave(room);
  const unseen = await alice.send(room, 'after');
  const { chunk } = await bob.messages(room, { limit: 50 });
  const ids = chunk.map((event) => event.event_id);
  assert.ok(ids.includes(seen));
  assert.ok(!ids.includes(unseen));
});

test('forget takes a left room away', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.refused(400, 'M_UNKNOWN', 'POST', path(room, 'forget'), {});
  await bob.leave(room);
  assert.deepEqual(await bob.post(path(room, 'forget')), {});
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(room, 'messages'), undefined, { dir: 'b' });
  const full = await bob.sync({ since: null, filter: { room: { include_leave: true } } });
  assert.equal(full.rooms?.leave?.[room], undefined);
});

test('a forgotten room can be joined again by invite', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.leave(room);
  await bob.post(path(room, 'forget'));
  await alice.invite(room, bob);
  await bob.join(room);
  await bob.messages(room);
});

test('a kick removes a member and tells the reason', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  assert.deepEqual(await alice.post(path(room, 'kick'), { user_id: bob.id, reason: 'too loud' }), {});
  const content = await alice.getState(room, 'm.room.member', bob.id);
  assert.deepEqual([content.membership, content.reason], ['leave', 'too loud']);
});

test('kicking needs power over the kicked', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'kick'), { user_id: carol.id });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'kick'), { user_id: alice.id });
});

test('a kick of somebody who is not there is refused', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  await alice.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'kick'), { user_id: bob.id });
});

test('a kick takes an invite back', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ invite: [bob.id] });
  await alice.post(path(room, 'kick'), { user_id: bob.id });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
});

test('the banned stay out until unbanned', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.join(room);
  assert.deepEqual(await alice.post(path(room, 'ban'), { user_id: bob.id, reason: 'spam' }), {});
  assert.equal(await membership(alice, room, bob), 'ban');
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
  await alice.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'invite'), { user_id: bob.id });
  assert.deepEqual(await alice.post(path(room, 'unban'), { user_id: bob.id }), {});
  assert.equal(await membership(alice, room, bob), 'leave');
  await bob.join(room);
});

test('somebody who was never there can be banned', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await alice.post(path(room, 'ban'), { user_id: bob.id });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
});

test('ban and unban need power', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'ban'), { user_id: carol.id });
  await alice.post(path(room, 'ban'), { user_id: carol.id });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'unban'), { user_id: carol.id });
});

test('unbanning who is not banned is refused', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const answer = await alice.request('POST', path(room, 'unban'), { body: { user_id: bob.id } });
  assert.ok([400, 403].includes(answer.status), answer.text);
  assert.equal(await membership(alice, room, bob), 'join');
});

for (const version of ['10', '11', '12']) {
  test(`somebody knocks and is let in, room version ${version}`, async () => {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    const room = await alice.createRoom({ room_version: version, initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }], name: 'Door' });
    await bob.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
    assert.deepEqual(await bob.post(`/v3/knock/${enc(room)}`, { reason: 'knock knock' }), { room_id: room });
    const content = await alice.getState(room, 'm.room.member', bob.id);
    assert.deepEqual([content.membership, content.reason], ['knock', 'knock knock']);
    const knock = await bob.syncUntil((answer) => answer.rooms?.knock?.[room]);
    assert.ok(knock.knock_state.events.some((event) => event.type === 'm.room.name'));
    await alice.invite(room, bob);
    await bob.join(room);
    assert.equal(await membership(alice, room, bob), 'join');
  });
}

test('a knock is refused where the room does not take any', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'private_chat' });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/knock/${enc(room)}`, {});
});

test('a knock can be taken back and be rejected', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }] });
  await bob.post(`/v3/knock/${enc(room)}`);
  await bob.leave(room);
  assert.equal(await membership(alice, room, bob), 'leave');
  await bob.post(`/v3/knock/${enc(room)}`);
  await alice.post(path(room, 'kick'), { user_id: bob.id });
  assert.equal(await membership(alice, room, bob), 'leave');
});

test('a restricted room lets in members of the room it names', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const club = await roomOf(alice, bob);
  const room = await alice.createRoom({
    initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: club }] } }],
  });
  await bob.join(room);
  assert.equal(await membership(alice, room, bob), 'join');
  await carol.refused(403, 'M_FORBIDDEN', 'POST', path(room, 'join'), {});
});

test('joined_rooms lists the rooms joined', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const rooms = [await roomOf(alice, bob), await roomOf(alice, bob)];
  await alice.createRoom({ invite: [bob.id] });
  assert.deepEqual((await bob.get('/v3/joined_rooms')).joined_rooms.sort(), rooms.sort());
});

test('joined_members gives names and pictures', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: 'Bob' });
  const room = await roomOf(alice, bob);
  const { joined } = await alice.get(path(room, 'joined_members'));
  assert.deepEqual(Object.keys(joined).sort(), [alice.id, bob.id].sort());
  assert.deepEqual(joined[bob.id], { display_name: 'Bob' });
  // As the specification has it of who has no name; some clients take no answer in which one is missing.
  assert.deepEqual(joined[alice.id], { display_name: alice.id });
});

test('members can be picked by membership', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob);
  await alice.invite(room, carol);
  const pick = async (query) => (await alice.get(path(room, 'members'), query)).chunk.map((event) => event.state_key).sort();
  assert.deepEqual(await pick(), [alice.id, bob.id, carol.id].sort());
  assert.deepEqual(await pick({ membership: 'join' }), [alice.id, bob.id].sort());
  assert.deepEqual(await pick({ not_membership: 'join' }), [carol.id]);
});

test('members at an earlier point are those of then', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  const { next_batch: at } = await alice.sync();
  await bob.join(room);
  const { chunk } = await alice.get(path(room, 'members'), { at });
  assert.deepEqual(chunk.map((event) => event.state_key), [alice.id]);
});

test('outsiders see no members', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(room, 'members'));
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(room, 'joined_members'));
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(room, 'state'));
});

test('others see joins and leaves in their sync', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await alice.sync();
  await bob.join(room);
  await bob.leave(room);
  const seen = [];
  await alice.syncUntil((answer) => {
    seen.push(...timeline(answer, room).map((event) => event.content.membership));
    return seen.length >= 2;
  });
  assert.deepEqual(seen, ['join', 'leave']);
});
