/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec: Application Service API, "Identity assertion" and "Timestamp massaging": in whose name a service acts, and what it may.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { Ghost, ghost, loginAs, registerAs, registration } from '../support/service.js';
import { accepted, enc, password, refused, register, roomOf, User } from '../support/user.js';

const irc = registration('irc', { namespaces: { users: [['@_irc_.*', true], ['@user.*', false]] } });
const log = registration('log', { namespaces: { users: [['@_log_.*', true]] }, rate_limited: false });
const files = { 'irc.yaml': irc, 'log.yaml': log };
const set = { 'appservices.files': 'irc.yaml, log.yaml' };
const server = useServer({ files, set });
const bot = (service = 'irc') => new Ghost(server, service);
const whoami = '/v3/account/whoami';

test('without a name a service acts as its own account, which is there from the start', async () => {
  assert.deepEqual(await bot().get(whoami), { user_id: `@_irc_bot:${server.name}`, is_guest: false });
});

test('a service acts in the name of an account it has registered', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  assert.deepEqual(await ada.get(whoami), { user_id: ada.id, is_guest: false });
  assert.equal((await ada.get(whoami, { access_token: ada.token })).user_id, ada.id);
});

test('the token is taken from the query too', async () => {
  const answer = await server.request('GET', `/_matrix/client${whoami}`, { query: { access_token: bot().token } });
  assert.equal(accepted(answer).user_id, bot().id);
});

test('a token that is nearly a service’s is nobody’s', async () => {
  for (const token of [`${bot().token}x`, bot().token.slice(0, -1), bot().token.replace('as-', 'hs-')]) {
    refused(await server.request('GET', `/_matrix/client${whoami}`, { token }), 401, 'M_UNKNOWN_TOKEN');
  }
});

test('an account outside its namespaces, unknown, elsewhere or a person’s is not acted for', async () => {
  const person = await register(server); // @user…, which the second namespace matches
  const others = await ghost(server, 'log', 'eve');
  for (const id of [others.id, '@nobody:parley.test', '@_irc_unknown:parley.test', '@_irc_ada:elsewhere.test', '', 'ada', person.id]) {
    await new Ghost(server, 'irc', id ?? '').refused(403, 'M_FORBIDDEN', 'GET', whoami, undefined, { user_id: id });
  }
});

test('a person cannot say in whose name they ask', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  assert.equal((await alice.get(whoami, { user_id: ada.id })).user_id, alice.id);
});

test('a ghost talks with people in rooms', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(alice, ada);
  const event = await ada.send(room, 'over from the other side');
  assert.equal((await alice.event(room, event)).sender, ada.id);
});

test('sent again with the same transaction id it is the same event, for each account apart', async () => {
  const [alice, ada, eve] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada'), await ghost(server, 'irc', 'eve')];
  const room = await roomOf(alice, ada, eve);
  const first = await ada.send(room, 'once', { txn: 'same' });
  assert.equal(await ada.send(room, 'once', { txn: 'same' }), first);
  assert.notEqual(await eve.send(room, 'once', { txn: 'same' }), first);
  assert.equal((await ada.event(room, first)).unsigned.transaction_id, 'same');
});

/* ---- devices ---- */

test('a service makes devices, names one in a request, and takes it away, without proving anything', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  const made = await ada.request('PUT', '/v3/devices/LAPTOP', { body: { display_name: 'laptop' } });
  assert.equal(made.status, 201, made.text);
  assert.equal((await ada.request('PUT', '/v3/devices/LAPTOP', { body: {} })).status, 200);
  assert.equal((await ada.get(whoami, { device_id: 'LAPTOP' })).device_id, 'LAPTOP');
  assert.equal((await ada.get(whoami, { 'org.matrix.msc3202.device_id': 'LAPTOP' })).device_id, 'LAPTOP');
  assert.equal((await ada.get('/v3/devices/LAPTOP')).display_name, 'laptop');
  await ada.refused(400, 'M_UNKNOWN_DEVICE', 'GET', whoami, undefined, { device_id: 'PHONE' });
  await ada.delete('/v3/devices/LAPTOP');
  await ada.refused(400, 'M_UNKNOWN_DEVICE', 'GET', whoami, undefined, { device_id: 'LAPTOP' });
  for (const device of ['ONE', 'TWO']) await ada.request('PUT', `/v3/devices/${device}`, { body: {} });
  await ada.post('/v3/delete_devices', { devices: ['ONE', 'TWO'] });
  assert.deepEqual((await ada.get('/v3/devices')).devices, []);
});

test('a person’s device is still only made by signing in', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'PUT', '/v3/devices/LAPTOP', { display_name: 'laptop' });
});

test('a device of another account is not known', async () => {
  const [ada, eve] = [await ghost(server, 'irc', 'ada'), await ghost(server, 'irc', 'eve')];
  await ada.request('PUT', '/v3/devices/HERS', { body: {} });
  await eve.refused(400, 'M_UNKNOWN_DEVICE', 'GET', whoami, undefined, { device_id: 'HERS' });
});

/* ---- when it happened ---- */

test('a service says when what it sends happened', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(ada, alice);
  const at = (path, body, ts) => ada.put(`/v3/rooms/${enc(room)}/${path}`, body, { ts });
  for (const ts of [0, 1_000_000_000_000, 4_000_000_000_000]) {
    const sent = await at(`send/m.room.message/t${ts}`, { msgtype: 'm.text', body: 'then' }, ts);
    assert.equal((await alice.event(room, sent.event_id)).origin_server_ts, ts);
    const state = await at('state/m.room.topic', { topic: `at ${ts}` }, ts);
    assert.equal((await alice.event(room, state.event_id)).origin_server_ts, ts);
  }
  const now = await ada.send(room, 'now');
  assert.ok(Math.abs((await alice.event(room, now)).origin_server_ts - Date.now()) < 60_000);
});

test('the order, and what is found by time, is that in which the server took it', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(ada, alice);
  const before = await alice.send(room, 'before');
  await ada.put(`/v3/rooms/${enc(room)}/send/m.room.message/old`, { msgtype: 'm.text', body: 'old' }, { ts: 1000 });
  const after = await alice.send(room, 'after');
  const ids = (await alice.messages(room, { limit: 3 })).chunk.map((event) => event.event_id);
  assert.deepEqual([ids[0], ids[2]], [after, before]);
  for (let i = 0; i < 30; i++) await ada.put(`/v3/rooms/${enc(room)}/send/m.room.message/old${i}`, { msgtype: 'm.text', body: 'old' }, { ts: 1000 });
  const path = `/v1/rooms/${enc(room)}/timestamp_to_event`;
  await alice.refused(404, 'M_NOT_FOUND', 'GET', path, undefined, { ts: 5000, dir: 'b' });
  const { event_id: first } = await alice.get(path, { ts: 5000, dir: 'f' });
  assert.equal((await alice.event(room, first)).type, 'm.room.create');
});

test('how long a message stays goes by when the server took it', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(ada, alice);
  await ada.setState(room, 'm.room.retention', { max_lifetime: 86_400_000 });
  const path = `/v3/rooms/${enc(room)}/send/m.room.message/old`;
  const { event_id: event } = await ada.put(path, { msgtype: 'm.text', body: 'from long ago' }, { ts: 1000 });
  assert.equal((await alice.event(room, event)).content.body, 'from long ago');
});

test('a time that no event could have is refused, and people’s is not looked at', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(ada, alice);
  const path = () => `/v3/rooms/${enc(room)}/send/m.room.message/${randomBytes(4).toString('hex')}`;
  const body = { msgtype: 'm.text', body: 'x' };
  for (const ts of ['-1', '1.5', 'yesterday', '9007199254740992', '']) await ada.refused(400, 'M_INVALID_PARAM', 'PUT', path(), body, { ts });
  const { event_id: event } = await alice.put(path(), body, { ts: 1000 });
  assert.notEqual((await alice.event(room, event)).origin_server_ts, 1000);
  await ada.refused(400, 'M_INVALID_PARAM', 'PUT', `/v3/rooms/${enc(room)}/state/m.room.topic`, { topic: 'x' }, { ts: 'x' });
});

/* ---- what is not for services, or not so ---- */

test('what is a person’s own business, and what is the staff’s, is not for services', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  const alice = await register(server, 'alice');
  const none = [
    ['POST', '/v3/account/password', { new_password: password }],
    ['POST', '/v1/login/get_token', {}],
    ['POST', '/_parley/v1/account/cancel', {}],
    ['GET', `/v3/admin/whois/${enc(alice.id)}`],
    ['GET', `/v1/admin/lock/${enc(alice.id)}`],
    ['POST', '/v3/logout', {}],
  ];
  for (const [method, path, body] of none) await ada.refused(403, 'M_FORBIDDEN', method, path, body);
});

test('to follow what happens, a service names an account', async () => {
  for (const path of ['/v3/sync', '/v3/events']) await bot().refused(403, 'M_FORBIDDEN', 'GET', path, undefined, { timeout: 0 });
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(alice, ada);
  assert.ok((await ada.sync()).rooms.join[room]);
});

test('a parked sync of a ghost wakes', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(alice, ada);
  await ada.sync();
  const woken = ada.syncUntil((answer) => answer.rooms?.join?.[room]?.timeline.events.find((event) => event.content.body === 'wake up'));
  await alice.send(room, 'wake up');
  assert.equal((await woken).sender, alice.id);
});

test('logging out takes the device that is named', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  await ada.request('PUT', '/v3/devices/GONE', { body: {} });
  await ada.post('/v3/logout', {}, { device_id: 'GONE' });
  assert.deepEqual((await ada.get('/v3/devices')).devices, []);
});

test('a service closes an account it keeps, and can then not use it', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  await ada.post('/v3/account/deactivate', {});
  await ada.refused(403, 'M_USER_DEACTIVATED', 'GET', whoami);
  refused(await registerAs(server, 'irc', ada.localpart), 400, 'M_USER_IN_USE');
});

test('a locked ghost is locked to its service', async () => {
  const [admin, ada] = [await administrator(server), await ghost(server, 'irc', 'ada')];
  await admin.put(`/v1/admin/lock/${enc(ada.id)}`, { locked: true });
  await ada.refused(401, 'M_USER_LOCKED', 'GET', whoami);
});

test('the members of a room are told a service when any of its accounts is in it', async () => {
  const [alice, ada, eve] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada'), await ghost(server, 'log', 'eve')];
  const room = await roomOf(alice, ada);
  const path = `/v3/rooms/${enc(room)}/joined_members`;
  assert.deepEqual(Object.keys((await bot().get(path)).joined).sort(), [alice.id, ada.id].sort());
  await eve.refused(403, 'M_FORBIDDEN', 'GET', path);
  await bot('log').refused(403, 'M_FORBIDDEN', 'GET', path);
  await ada.leave(room);
  await bot().refused(403, 'M_FORBIDDEN', 'GET', path);
});

/* ---- nobody is behind them ---- */

test('a machine account is asked for no agreement and told of no version', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  await ada.createRoom({});
  const { access_token: token } = accepted(await loginAs(server, 'irc', ada.localpart));
  const session = new User(server, { user_id: ada.id, access_token: token });
  await session.createRoom({});
  const consents = await ada.get('/_parley/v1/consents');
  assert.ok(!JSON.stringify(consents).includes('"granted":true'), JSON.stringify(consents));
});

test('its record says which service it was made for', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  const entries = (await ada.get('/_parley/v1/audit')).entries.map(({ entry }) => JSON.parse(entry));
  const made = entries.find((entry) => entry.kind === 'command');
  assert.equal(made.actor, 'application_service');
  assert.equal(made.reason, 'application service irc');
  assert.equal(made.detail, 'account made for application service irc');
});

test('whois tells staff which services act for an account, and that none acts for a person', async () => {
  const [admin, ada, alice] = [await administrator(server), await ghost(server, 'irc', 'ada'), await register(server)];
  assert.deepEqual((await admin.get(`/v3/admin/whois/${enc(ada.id)}`))['org.parley.application_services'], ['irc']);
  assert.equal((await admin.get(`/v3/admin/whois/${enc(alice.id)}`))['org.parley.application_services'], undefined);
});

test('registrations are read again on SIGHUP; with a mistake in one the old ones stay', async () => {
  const stranger = new Ghost(server, 'new');
  await stranger.refused(401, 'M_UNKNOWN_TOKEN', 'GET', whoami);
  server.write('log.yaml', '[');
  await server.reload('application services not reloaded');
  assert.equal((await bot('log').get(whoami)).user_id, bot('log').id);
  server.write('log.yaml', registration('new'));
  await server.reload('application services read again');
  assert.equal((await stranger.get(whoami)).user_id, stranger.id);
  await bot('log').refused(401, 'M_UNKNOWN_TOKEN', 'GET', whoami);
  const person = await register(server, 'alice');
  server.write('log.yaml', registration('log', { sender_localpart: person.localpart }));
  await server.reload('application services not reloaded');
  assert.equal((await stranger.get(whoami)).user_id, stranger.id);
  server.write('log.yaml', log);
  await server.reload('application services read again');
});
