/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec: Application Service API, "Server admin style permissions": accounts and addresses of services, and what is kept for them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { Ghost, ghost, loginAs, registerAs, registration } from '../support/service.js';
import { accepted, enc, password, refused, register, roomOf, User } from '../support/user.js';

const irc = registration('irc', {
  namespaces: {
    users: [['@_irc_.*', true], ['@kept_.*', true], ['@shared_.*', false]],
    aliases: [['#_irc_.*', true], ['#shared_.*', false]],
  },
});
const log = registration('log', { namespaces: { users: [['@_log_.*', false], ['@_irc_log_.*', false]], aliases: [['#shared_.*', false]] } });
const server = useServer({
  files: { 'irc.yaml': irc, 'log.yaml': log },
  set: { 'appservices.files': 'irc.yaml, log.yaml', 'registration.open': 'yes' },
});
const path = '/_matrix/client/v3/register';
const bot = (service = 'irc') => new Ghost(server, service);
const asPerson = (username) => server.request('POST', path, { body: { username, password, auth: { type: 'm.login.dummy' } } });
const available = (username, token) => server.request('GET', `${path}/available`, { query: { username }, token });

/* ---- registering ---- */

test('a service registers an account without a password', async () => {
  const answer = await registerAs(server, 'irc', '_irc_plain');
  assert.deepEqual(accepted(answer), { user_id: `@_irc_plain:${server.name}` });
});

test('unless told not to, it is signed in to it', async () => {
  const body = accepted(await registerAs(server, 'irc', '_irc_signed', { inhibit_login: false, device_id: 'DEV', initial_device_display_name: 'bridge' }));
  assert.equal(body.device_id, 'DEV');
  const session = new User(server, body);
  assert.equal((await session.get('/v3/account/whoami')).device_id, 'DEV');
  assert.equal((await session.get('/v3/devices/DEV')).display_name, 'bridge');
});

test('the same name twice is in use, and so is the service’s own', async () => {
  accepted(await registerAs(server, 'irc', '_irc_twice'));
  refused(await registerAs(server, 'irc', '_irc_twice'), 400, 'M_USER_IN_USE');
  refused(await registerAs(server, 'irc', '_irc_bot'), 400, 'M_USER_IN_USE');
});

test('a name outside its namespaces, or kept by another service, is exclusive', async () => {
  refused(await registerAs(server, 'irc', 'outside'), 400, 'M_EXCLUSIVE');
  refused(await registerAs(server, 'log', '_irc_log_x'), 400, 'M_EXCLUSIVE');
  refused(await registerAs(server, 'irc', '_log_bot'), 400, 'M_EXCLUSIVE');
  accepted(await registerAs(server, 'irc', 'shared_one'));
});

test('a name must be given, and be one', async () => {
  refused(await registerAs(server, 'irc', undefined), 400, 'M_MISSING_PARAM');
  refused(await registerAs(server, 'irc', '_irc_NO'), 400, 'M_INVALID_USERNAME');
});

test('only a service’s token will do', async () => {
  const body = { type: 'm.login.application_service', username: '_irc_none' };
  refused(await server.request('POST', path, { body }), 401, 'M_MISSING_TOKEN');
  refused(await server.request('POST', path, { body, token: 'nonsense' }), 401, 'M_UNKNOWN_TOKEN');
  const alice = await register(server, 'alice');
  refused(await alice.request('POST', '/v3/register', { body }), 401, 'M_UNKNOWN_TOKEN');
});

test('a service makes no person’s account and guesses no password', async () => {
  const { token } = bot();
  const dummy = { username: 'person', password, auth: { type: 'm.login.dummy' } };
  refused(await server.request('POST', path, { body: dummy, token }), 403, 'M_FORBIDDEN');
  const alice = await register(server, 'alice');
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password };
  refused(await server.request('POST', '/_matrix/client/v3/login', { body: login, token }), 403, 'M_FORBIDDEN');
});

test('people cannot register what a service keeps, and can what it shares', async () => {
  for (const name of ['_irc_person', 'kept_person', '_irc_bot']) {
    refused(await asPerson(name), 400, 'M_EXCLUSIVE');
    refused(await available(name), 400, 'M_EXCLUSIVE');
  }
  assert.deepEqual(accepted(await available('shared_person')), { available: true });
  accepted(await asPerson('shared_person'));
  refused(await asPerson('_other'), 400, 'M_INVALID_USERNAME');
});

test('whether a name is available to it, a service is told by its own namespaces', async () => {
  const { token } = bot();
  assert.deepEqual(accepted(await available('_irc_free', token)), { available: true });
  refused(await available('outside', token), 400, 'M_EXCLUSIVE');
});

/* ---- signing in ---- */

test('signing in as a service is offered', async () => {
  const { flows } = accepted(await server.request('GET', '/_matrix/client/v3/login'));
  assert.ok(flows.some((flow) => flow.type === 'm.login.application_service'));
});

test('a service signs in to an account it keeps, by name or whole id', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  for (const user of [ada.localpart, ada.id]) {
    const body = accepted(await loginAs(server, 'irc', user));
    assert.equal((await new User(server, body).get('/v3/account/whoami')).device_id, body.device_id);
  }
  assert.equal(accepted(await loginAs(server, 'irc', '_irc_bot')).user_id, bot().id);
});

test('but not to another’s, a person’s, an unknown or a closed one', async () => {
  const eve = await ghost(server, 'log', 'eve');
  refused(await loginAs(server, 'irc', eve.localpart), 403, 'M_EXCLUSIVE');
  accepted(await asPerson('shared_human'));
  refused(await loginAs(server, 'irc', 'shared_human'), 403, 'M_FORBIDDEN');
  refused(await loginAs(server, 'irc', '_irc_nobody'), 403, 'M_FORBIDDEN');
  const ada = await ghost(server, 'irc', 'ada');
  await ada.post('/v3/account/deactivate', {});
  refused(await loginAs(server, 'irc', ada.localpart), 403, 'M_USER_DEACTIVATED');
});

test('only a service’s token will do there too', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  const body = { type: 'm.login.application_service', identifier: { type: 'm.id.user', user: ada.localpart } };
  refused(await server.request('POST', '/_matrix/client/v3/login', { body }), 401, 'M_MISSING_TOKEN');
  refused(await server.request('POST', '/_matrix/client/v3/login', { body, token: 'nonsense' }), 401, 'M_UNKNOWN_TOKEN');
});

/* ---- addresses ---- */

const address = (name) => `#${name}:${server.name}`;
const directory = (name) => `/v3/directory/room/${enc(address(name))}`;

test('people cannot make or take an address a service keeps, and can one it shares', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(alice, ada);
  await alice.refused(400, 'M_EXCLUSIVE', 'PUT', directory('_irc_tea'), { room_id: room });
  await alice.refused(400, 'M_EXCLUSIVE', 'POST', '/v3/createRoom', { room_alias_name: '_irc_tea' });
  await alice.put(directory('shared_tea'), { room_id: room });
  await ada.put(directory('_irc_tea'), { room_id: room });
  await alice.refused(400, 'M_EXCLUSIVE', 'DELETE', directory('_irc_tea'));
  assert.equal((await alice.get(directory('_irc_tea'))).room_id, room);
});

test('a service makes addresses in its namespaces only', async () => {
  const [alice, ada, eve] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada'), await ghost(server, 'log', 'eve')];
  const room = await roomOf(alice, ada, eve);
  await ada.refused(400, 'M_EXCLUSIVE', 'PUT', directory('coffee'), { room_id: room });
  await ada.refused(400, 'M_EXCLUSIVE', 'POST', '/v3/createRoom', { room_alias_name: 'coffee' });
  await eve.refused(400, 'M_EXCLUSIVE', 'PUT', directory('_irc_coffee'), { room_id: room });
  await ada.createRoom({ room_alias_name: '_irc_made' });
});

test('a service takes an address of its namespaces away, whoever made it', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ room_alias_name: 'shared_gone' });
  await alice.put(directory('others'), { room_id: room });
  await bot().delete(directory('shared_gone'));
  await alice.refused(404, 'M_NOT_FOUND', 'GET', directory('shared_gone'));
  await bot().refused(400, 'M_EXCLUSIVE', 'DELETE', directory('others'));
});
