/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Presence". What time does to it is tests/unit/sync/test_presence.c.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { accepted, enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const status = (user) => `/v3/presence/${enc(user.id)}/status`;
const told = (answer, user) => answer.presence?.events.filter((one) => one.sender === user.id).at(-1);
/** What `reader` is told of `user` until the state is this one. */
const toldThat = (reader, user, presence) => reader.syncUntil((answer) => told(answer, user)?.content.presence === presence && told(answer, user), { set_presence: 'offline' });

test('presence is set, read, and told to those who share a room', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await bob.sync();
  const status = `/v3/presence/${enc(alice.id)}/status`;
  assert.deepEqual(await alice.put(status, { presence: 'unavailable', status_msg: 'tea' }), {});
  const now = await bob.get(status);
  assert.equal(now.presence, 'unavailable');
  assert.equal(now.status_msg, 'tea');
  const event = await bob.syncUntil((answer) => answer.presence?.events.find((one) => one.sender === alice.id && one.content.status_msg === 'tea'));
  assert.equal(event.type, 'm.presence');
  assert.equal(event.content.presence, 'unavailable');
});

test("another user's presence cannot be set, an unknown state not at all", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/presence/${enc(alice.id)}/status`, { presence: 'offline' });
  const answer = await alice.request('PUT', `/v3/presence/${enc(alice.id)}/status`, { body: { presence: 'asleep' } });
  assert.equal(answer.status, 400);
});

test('strangers do not see presence', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(`/v3/presence/${enc(alice.id)}/status`, { presence: 'online' });
  await bob.refused([403, 404], undefined, 'GET', `/v3/presence/${enc(alice.id)}/status`);
});

test('a sync shows somebody online, one that says offline does not, one that says unavailable shows that', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await alice.sync({ set_presence: 'offline' });
  assert.deepEqual(await bob.get(status(alice)), { presence: 'offline' });
  await alice.sync({ set_presence: 'unavailable' });
  const away = await bob.get(status(alice));
  assert.deepEqual([away.presence, away.last_active_ago, away.currently_active], ['unavailable', undefined, undefined]);
  await alice.sync();
  const here = await bob.get(status(alice));
  assert.deepEqual([here.presence, here.currently_active], ['online', true]);
  assert.ok(here.last_active_ago < 20_000);
  await alice.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/sync?set_presence=asleep');
});

test('of several devices the strongest state shows', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const phone = await alice.signInAgain();
  await bob.sync({ set_presence: 'offline' });
  await alice.put(status(alice), { presence: 'unavailable' });
  await toldThat(bob, alice, 'unavailable');
  await phone.put(status(alice), { presence: 'online' });
  await toldThat(bob, alice, 'online');
  await alice.put(status(alice), { presence: 'busy' });
  await toldThat(bob, alice, 'org.matrix.msc3026.busy');
  await alice.put(status(alice), { presence: 'offline' });
  await toldThat(bob, alice, 'online');
  await phone.put(status(alice), { presence: 'offline' });
  await toldThat(bob, alice, 'offline');
});

test('busy is offered by its flag, and typing ends being away', async () => {
  const { unstable_features } = accepted(await server.request('GET', '/_matrix/client/versions'));
  assert.equal(unstable_features['org.matrix.msc3026.busy_presence'], true);
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.put(status(alice), { presence: 'unavailable' });
  await alice.put(`/v3/rooms/${enc(room)}/typing/${enc(alice.id)}`, { typing: true, timeout: 1000 });
  assert.equal((await bob.get(status(alice))).presence, 'online');
});

test('who comes into a room is told who is there, and those who are there of the newcomer', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await alice.put(status(alice), { presence: 'online', status_msg: 'at the door' });
  await bob.put(status(bob), { presence: 'online', status_msg: 'new' });
  await Promise.all([alice.sync(), bob.sync()]);
  await bob.join(room);
  const [host, guest] = await Promise.all([
    bob.syncUntil((answer) => told(answer, alice)),
    alice.syncUntil((answer) => told(answer, bob)),
  ]);
  assert.equal(host.content.status_msg, 'at the door');
  assert.equal(guest.content.status_msg, 'new');
});

test('neither strangers nor those who ignore somebody are told', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob);
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/m.ignored_user_list`, { ignored_users: { [alice.id]: {} } });
  await Promise.all([bob.sync(), carol.sync()]);
  await alice.put(status(alice), { presence: 'online', status_msg: 'hello' });
  const marker = await alice.setState(room, 'm.room.topic', { topic: 'after' });
  let seen = [];
  await bob.syncUntil((answer) => {
    seen.push(told(answer, alice));
    return answer.rooms.join[room]?.timeline.events.some((event) => event.event_id === marker);
  });
  seen.push(told(await carol.sync(), alice), told(await carol.sync({ since: null }), alice));
  assert.deepEqual(seen.filter(Boolean), []);
});

test('a status message is limited, and a suspended account sets none', async () => {
  const [alice, admin] = [await register(server, 'alice'), await administrator(server)];
  await alice.put(status(alice), { presence: 'online', status_msg: 'x'.repeat(512) });
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', status(alice), { presence: 'online', status_msg: 'x'.repeat(513) });
  await alice.refused(400, 'M_BAD_JSON', 'PUT', status(alice), { presence: 'online', status_msg: 7 });
  await admin.put(`/v1/admin/suspend/${enc(alice.id)}`, { suspended: true });
  await alice.refused(403, 'M_USER_SUSPENDED', 'PUT', status(alice), { presence: 'online', status_msg: 'buy' });
  assert.deepEqual(await alice.put(status(alice), { presence: 'unavailable' }), {});
});

test('nothing of it outlives a restart', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await alice.put(status(alice), { presence: 'online', status_msg: 'here' });
  await bob.sync();
  await server.restart();
  assert.deepEqual(await bob.get(status(alice)), { presence: 'offline' });
  await alice.put(status(alice), { presence: 'unavailable' });
  assert.equal((await toldThat(bob, alice, 'unavailable')).content.status_msg, undefined);
});

const limited = useServer({ set: { 'limits.enabled': 'yes', 'limits.write': '60/min burst 5' } });

test('setting it is limited like other changes', async () => {
  const alice = await register(limited, 'alice');
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push((await alice.request('PUT', status(alice), { body: { presence: 'online' } })).status);
  assert.ok(answers.includes(429), answers.join());
});

const hidden = useServer({ set: { 'presence.enabled': 'no' } });

test('where it is switched off nobody has any, and the server says so', async () => {
  const [alice, bob] = await registerAll(hidden, 'alice', 'bob');
  await roomOf(alice, bob);
  await alice.sync();
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', status(alice), { presence: 'online' });
  await bob.refused(404, 'M_NOT_FOUND', 'GET', status(alice));
  assert.deepEqual((await bob.sync({ since: null })).presence.events, []);
  const { unstable_features } = accepted(await hidden.request('GET', '/_matrix/client/versions'));
  assert.equal(unstable_features['org.matrix.msc3026.busy_presence'], undefined);
});

test('who waits in a sync is told at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await bob.sync();
  const waiting = bob.sync({ timeout: 60_000 });
  await alice.put(`/v3/presence/${enc(alice.id)}/status`, { presence: 'unavailable', status_msg: 'reading' });
  const told = (answer) => answer.presence?.events.find((event) => event.sender === alice.id && event.content.status_msg === 'reading');
  const late = new Promise((_, fail) => AbortSignal.timeout(20_000).addEventListener('abort', () => fail(new Error('told too late'))));
  const first = await Promise.race([waiting, late]);
  assert.ok(told(first) ?? (await Promise.race([bob.syncUntil(told), late])));
});
