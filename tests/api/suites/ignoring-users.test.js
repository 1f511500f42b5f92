/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Ignoring Users".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, joined, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const ignore = (user, ...others) => user.put(`/v3/user/${enc(user.id)}/account_data/m.ignored_user_list`, { ignored_users: Object.fromEntries(others.map((one) => [one.id, {}])) });
const bodies = (events) => events.map((event) => event.content.body).filter(Boolean);
const sliding = (user, pos) => user.request('POST', '/unstable/org.matrix.simplified_msc3575/sync', {
  query: { pos, timeout: 0 },
  body: { lists: { all: { ranges: [[0, 9]], timeline_limit: 20, required_state: [] } } },
});

/** All messages in a room a user is told of from now on, until one with this text comes. */
async function heardUntil(user, room, last) {
  const heard = [];
  await user.syncUntil((answer) => {
    heard.push(...bodies(timeline(answer, room)));
    return heard.includes(last);
  });
  return heard;
}

test('what an ignored person says is not in sync, their state events are, and others are heard as before', async () => {
  const [alice, rude, bob] = await registerAll(server, 'alice', 'rude', 'bob');
  const room = await roomOf(alice, rude, bob);
  await alice.setState(room, 'm.room.power_levels', { ...(await alice.getState(room, 'm.room.power_levels')), state_default: 0, events: {} });
  await alice.sync();
  await ignore(alice, rude);
  await rude.send(room, 'rude words');
  const topic = await rude.setState(room, 'm.room.topic', { topic: 'rude topic' });
  await bob.send(room, 'kind words');
  const events = [];
  await alice.syncUntil((answer) => {
    events.push(...timeline(answer, room));
    return bodies(events).includes('kind words');
  });
  assert.deepEqual(bodies(events), ['kind words']);
  assert.ok(events.some((event) => event.event_id === topic));
});

test('neither history, nor a fresh sync, nor sliding sync has it, nor does it count as unread', async () => {
  const [alice, rude, bob] = await registerAll(server, 'alice', 'rude', 'bob');
  const room = await roomOf(alice, rude, bob);
  await alice.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(await alice.send(room, 'before'))}`);
  await ignore(alice, rude);
  await rude.send(room, `rude words to ${alice.localpart}`);
  await bob.send(room, 'kind words');
  assert.deepEqual(bodies((await alice.messages(room)).chunk), ['kind words', 'before']);
  const fresh = await alice.sync({ since: null });
  assert.deepEqual(bodies(timeline(fresh, room)), ['before', 'kind words']);
  assert.equal(joined(fresh, room).unread_notifications.notification_count, 1);
  assert.equal(joined(fresh, room).unread_notifications.highlight_count, 0);
  const slid = (await sliding(alice)).body.rooms[room];
  assert.deepEqual(bodies(slid.timeline), ['before', 'kind words']);
  assert.equal(slid.notification_count, 1);
});

test('invites of an ignored person are in no sync of any kind', async () => {
  const [alice, rude, bob] = await registerAll(server, 'alice', 'rude', 'bob');
  await ignore(alice, rude);
  await alice.sync();
  await rude.createRoom({ preset: 'private_chat', invite: [alice.id] });
  const welcome = await bob.createRoom({ preset: 'private_chat', invite: [alice.id] });
  const seen = [];
  await alice.syncUntil((answer) => {
    seen.push(...Object.keys(answer.rooms?.invite ?? {}));
    return seen.includes(welcome);
  });
  assert.deepEqual(seen, [welcome]);
  assert.deepEqual(Object.keys((await alice.sync({ since: null })).rooms.invite), [welcome]);
  assert.deepEqual(Object.keys((await sliding(alice)).body.rooms), [welcome]);
  assert.deepEqual((await alice.get('/v3/initialSync')).rooms.map((one) => one.room_id), [welcome]);
});

test('who is not ignored any more is heard again, and a fresh sync has what was missed', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await ignore(alice, bob);
  await alice.sync();
  await bob.send(room, 'missed');
  await alice.sync();
  await ignore(alice);
  await alice.sync();
  await bob.send(room, 'heard');
  assert.deepEqual(await heardUntil(alice, room, 'heard'), ['heard']);
  assert.deepEqual(bodies(timeline(await alice.sync({ since: null }), room)), ['missed', 'heard']);
  const asked = await bob.createRoom({ preset: 'private_chat', invite: [alice.id] });
  await ignore(alice, bob);
  assert.equal((await alice.sync({ since: null })).rooms.invite[asked], undefined);
  await ignore(alice);
  assert.ok((await alice.sync({ since: null })).rooms.invite[asked]);
});

test('typing of an ignored person is not told', async () => {
  const [alice, rude, bob] = await registerAll(server, 'alice', 'rude', 'bob');
  const room = await roomOf(alice, rude, bob);
  await ignore(alice, rude);
  await alice.sync();
  for (const user of [rude, bob]) await user.put(`/v3/rooms/${enc(room)}/typing/${enc(user.id)}`, { typing: true, timeout: 30_000 });
  const seen = [];
  await alice.syncUntil((answer) => {
    seen.push(...(joined(answer, room)?.ephemeral?.events ?? []).filter((one) => one.type === 'm.typing').flatMap((one) => one.content.user_ids));
    return seen.includes(bob.id);
  });
  assert.ok(!seen.includes(rude.id));
});

test('nobody can ignore themselves, and a list that is no list ignores nobody', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await ignore(alice, alice);
  await alice.send(room, 'to myself');
  assert.deepEqual(bodies(timeline(await alice.sync({ since: null }), room)), ['to myself']);
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/m.ignored_user_list`, { ignored_users: 'everybody' });
  assert.deepEqual(bodies(timeline(await alice.sync({ since: null }), room)), ['to myself']);
});
