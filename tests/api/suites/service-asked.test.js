/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What application services are asked: whether they are there, whether somebody or some room of theirs exists, and
// what they know of other networks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../support/server.js';
import { useServices } from '../support/service-peer.js';
import { accepted, enc, refused, register } from '../support/user.js';

const server = new Server();
const namespaces = (name) => ({
  users: [{ exclusive: true, regex: `@_${name}_.*` }],
  aliases: [{ exclusive: true, regex: `#_${name}_.*` }],
  rooms: [],
});
const [irc, xmpp, silent, homeless] = useServices(
  server,
  { id: 'irc', sender_localpart: '_irc_bot', protocols: ['irc'], namespaces: namespaces('irc') },
  { id: 'xmpp', sender_localpart: '_xmpp_bot', protocols: ['irc', 'xmpp'], namespaces: namespaces('xmpp') },
  { id: 'silent', sender_localpart: '_silent_bot', protocols: ['silence'], namespaces: namespaces('silent') },
  { id: 'homeless', sender_localpart: '_homeless_bot', url: null, namespaces: namespaces('homeless') },
);

const ping = (peer, body = {}, id = peer.registration.id) =>
  server.request('POST', `/_matrix/client/v1/appservice/${id}/ping`, { body, token: peer.asToken });
/** A request in a service's name. */
const as = (peer, method, path, body, query) =>
  server.request(method, `/_matrix/client${path}`, { body, token: peer.asToken, query });
const take = (peer) => (peer.answers = async () => ({ status: 200, body: {} }));
const questions = (peer, what) => peer.requests.filter(({ path }) => path.startsWith(`/_matrix/app/v1/${what}`));

// ---- ping ----

test('a ping goes to the service and back, with its transaction id', async () => {
  take(irc);
  const answer = accepted(await ping(irc, { transaction_id: 'meow' }));
  assert.ok(Number.isInteger(answer.duration_ms) && answer.duration_ms >= 0);
  const [asked] = questions(irc, 'ping');
  assert.deepEqual([asked.method, asked.body, asked.authorization], ['POST', { transaction_id: 'meow' }, `Bearer ${irc.hsToken}`]);
  accepted(await ping(irc));
  assert.deepEqual(questions(irc, 'ping')[1].body, {});
});

test('a ping is refused to people, to other services and for other ids', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(403, 'M_FORBIDDEN', 'POST', '/v1/appservice/irc/ping', {});
  refused(await ping(xmpp, {}, 'irc'), 403, 'M_FORBIDDEN');
  refused(await ping(irc, {}, 'nobody'), 403, 'M_FORBIDDEN');
  refused(await ping(irc, { transaction_id: 1 }), 400, 'M_BAD_JSON');
  refused(await ping(irc, { transaction_id: 'x'.repeat(256) }), 400, 'M_INVALID_PARAM');
});

test('a ping tells what the service answered', async () => {
  irc.answers = async () => ({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
  const error = refused(await ping(irc), 502, 'M_BAD_STATUS');
  assert.deepEqual([error.status, error.body], [403, '{"errcode":"M_FORBIDDEN"}']);
  irc.answers = async () => ({ status: 500, body: 'x'.repeat(5000) });
  const long = refused(await ping(irc), 502, 'M_BAD_STATUS');
  assert.deepEqual([long.status, long.body], [500, undefined]);
  take(irc);
});

test('a ping tells that the service has no address, cannot be reached, or does not answer', async () => {
  refused(await ping(homeless), 400, 'M_URL_NOT_SET');
  await irc.close();
  refused(await ping(irc), 502, 'M_CONNECTION_FAILED');
  await irc.listen();
  silent.answers = async () => ({ hang: true });
  refused(await ping(silent), 504, 'M_CONNECTION_TIMEOUT');
  take(silent);
});

test('an answer without an end is not waited for', async () => {
  irc.answers = async () => ({ status: 200, body: 'x'.repeat(1 << 20) });
  refused(await ping(irc), 502, 'M_CONNECTION_FAILED');
  take(irc);
});

test('who leaves before a service has answered is not missed', async () => {
  let asked;
  const arrived = new Promise((done) => (asked = done));
  let release;
  const released = new Promise((done) => (release = done));
  irc.answers = async () => (asked(), await released, { status: 200, body: {} });
  const leaving = new AbortController();
  const request = fetch(`${server.url}/_matrix/client/v1/appservice/irc/ping`, {
    method: 'POST', body: '{}', signal: leaving.signal, headers: { Authorization: `Bearer ${irc.asToken}` },
  }).catch((error) => error.name);
  await arrived;
  leaving.abort();
  assert.equal(await request, 'AbortError');
  release();
  take(irc);
  accepted(await ping(irc));
});

test('a service that pings is sent at once what waited for it', async () => {
  const alice = await register(server, 'alice');
  accepted(await as(irc, 'POST', '/v3/register', { type: 'm.login.application_service', username: '_irc_pat' }));
  const room = await alice.createRoom({ preset: 'public_chat' });
  accepted(await as(irc, 'POST', `/v3/join/${enc(room)}`, {}, { user_id: `@_irc_pat:${server.name}` }));
  irc.answers = async ({ path }) => ({ status: path.endsWith('/ping') ? 200 : 500 });
  const id = await alice.send(room, 'are you there?');
  const attempts = () => irc.transactions().filter(({ status }) => status === 500).length;
  // Until the next attempt is seconds away.
  await irc.until(() => attempts() >= 4, { seconds: 30 });
  take(irc);
  accepted(await ping(irc));
  await irc.event(id, { seconds: 2 });
});

// ---- queries ----

/** A service that makes whoever and whatever it is asked for. */
function making(peer, name, options = {}) {
  peer.answers = async ({ path }) => {
    const [, what, id] = path.match(/^\/_matrix\/app\/v1\/(users|rooms)\/(.*)$/) ?? [];
    if (!what) return { status: 200 };
    const asked = decodeURIComponent(id);
    const localpart = asked.slice(1, asked.indexOf(':'));
    if (!localpart.includes('made')) return { status: 404, body: { errcode: 'M_NOT_FOUND' } };
    const made = what === 'users'
      ? await as(peer, 'POST', '/v3/register', { type: 'm.login.application_service', username: localpart })
      : await as(peer, 'POST', '/v3/createRoom', { room_alias_name: localpart, preset: 'public_chat', ...options });
    assert.equal(made.status, 200, made.text);
    return { status: 200, body: {} };
  };
}

test('a room is made by its service when somebody asks for its address', async () => {
  const alice = await register(server, 'alice');
  making(irc);
  const alias = `#_irc_made_é:${server.name}`;
  const { room_id: room } = await alice.get(`/v3/directory/room/${enc(alias)}`);
  assert.equal(questions(irc, 'rooms/').at(-1).path, `/_matrix/app/v1/rooms/${enc(alias)}`);
  const asked = questions(irc, 'rooms/').length;
  assert.equal((await alice.get(`/v3/directory/room/${enc(alias)}`)).room_id, room);
  assert.equal(questions(irc, 'rooms/').length, asked, 'what exists is not asked for');
});

test('joining by an address asks its service', async () => {
  const alice = await register(server, 'alice');
  making(irc);
  const { room_id: room } = await alice.post(`/v3/join/${enc(`#_irc_made_join:${server.name}`)}`);
  assert.deepEqual((await alice.get('/v3/joined_rooms')).joined_rooms, [room]);
});

test('knocking by an address asks its service', async () => {
  const alice = await register(server, 'alice');
  making(irc, 'irc', { preset: undefined, initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }] });
  await alice.post(`/v3/knock/${enc(`#_irc_made_knock:${server.name}`)}`);
});

test('somebody is made by their service when their profile is looked at, or they are invited', async () => {
  const alice = await register(server, 'alice');
  making(irc);
  const ghost = `@_irc_made_ada:${server.name}`;
  await alice.get(`/v3/profile/${enc(ghost)}`);
  assert.equal(questions(irc, 'users/').at(-1).path, `/_matrix/app/v1/users/${enc(ghost)}`);
  const room = await alice.createRoom();
  const other = `@_irc_made_bea:${server.name}`;
  await alice.post(`/v3/rooms/${enc(room)}/invite`, { user_id: other });
  assert.equal((await alice.getState(room, 'm.room.member', other)).membership, 'invite');
});

test('what no service makes does not exist', async () => {
  const alice = await register(server, 'alice');
  making(irc);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/directory/room/${enc(`#_irc_none:${server.name}`)}`);
  await alice.refused(404, 'M_NOT_FOUND', 'POST', `/v3/join/${enc(`#_irc_none:${server.name}`)}`, {});
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/profile/${enc(`@_irc_none:${server.name}`)}`);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/profile/${enc(`@_irc_none:${server.name}`)}/displayname`);
});

test('a service is not asked for what is not in its namespaces, nor by itself, nor by strangers', async () => {
  const alice = await register(server, 'alice');
  making(irc);
  const before = questions(irc, '').length;
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/directory/room/${enc(`#elsewhere:${server.name}`)}`);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/profile/${enc('@_irc_made_far:elsewhere.example')}`);
  refused(await server.request('GET', `/_matrix/client/v3/profile/${enc(`@_irc_made_anon:${server.name}`)}`), 404, 'M_NOT_FOUND');
  refused(await as(irc, 'GET', `/v3/profile/${enc(`@_irc_made_self:${server.name}`)}`), 404, 'M_NOT_FOUND');
  assert.equal(questions(irc, '').length, before);
});

test('where a service does not answer it is asked again, and then the client is told', async () => {
  const alice = await register(server, 'alice');
  await irc.close();
  refused(await alice.request('GET', `/v3/directory/room/${enc(`#_irc_made_late:${server.name}`)}`), 408, 'M_UNKNOWN');
  await irc.listen();
  making(irc);
  const make = irc.answers;
  irc.answers = async () => ((irc.answers = make), { drop: true });
  await alice.get(`/v3/directory/room/${enc(`#_irc_made_second:${server.name}`)}`);
});

// ---- third-party networks ----

const field = { regexp: '.+', placeholder: 'some' };
const protocolOf = (network, extra = {}) => ({
  user_fields: ['nick'],
  location_fields: ['channel'],
  icon: 'mxc://parley.test/icon',
  field_types: { nick: field, channel: field },
  instances: [{ network_id: network, desc: network.toUpperCase(), fields: { network } }],
  ...extra,
});
const json = (body) => async () => ({ status: 200, body });

test('protocols are merged from the services that have them', async () => {
  const alice = await register(server, 'alice');
  irc.answers = json(protocolOf('freenode'));
  xmpp.answers = json(protocolOf('oftc'));
  silent.answers = async () => ({ status: 500 });
  const protocols = await alice.get('/v3/thirdparty/protocols');
  assert.deepEqual(Object.keys(protocols).sort(), ['irc', 'xmpp']);
  assert.deepEqual(protocols.irc, {
    ...protocolOf('freenode'),
    instances: [
      { network_id: 'freenode', desc: 'FREENODE', fields: { network: 'freenode' }, instance_id: 'irc|freenode' },
      { network_id: 'oftc', desc: 'OFTC', fields: { network: 'oftc' }, instance_id: 'xmpp|oftc' },
    ],
  });
  assert.deepEqual(await alice.get('/v3/thirdparty/protocol/irc'), protocols.irc);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/protocol/silence');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/protocol/unknown');
});

test('people and rooms of other networks are looked for by what the client gives', async () => {
  const alice = await register(server, 'alice');
  const user = { userid: `@_irc_ada:${server.name}`, protocol: 'irc', fields: { nick: 'ada' } };
  const location = { alias: `#_irc_lounge:${server.name}`, protocol: 'irc', fields: { channel: '#lounge' } };
  irc.answers = async ({ path }) => ({ status: 200, body: path.includes('/user') ? [user] : [location] });
  xmpp.answers = json([]);
  const find = async (path, query) => alice.get(`/v3/thirdparty/${path}`, { ...query });
  assert.deepEqual(await find('user/irc', { nick: 'a&d=a', access_token: undefined }), [user]);
  assert.equal(irc.requests.at(-1).path, '/_matrix/app/v1/thirdparty/user/irc?nick=a%26d%3Da');
  assert.deepEqual(await find('location/irc', { channel: '#lounge' }), [location]);
  assert.equal(irc.requests.at(-1).path, '/_matrix/app/v1/thirdparty/location/irc?channel=%23lounge');
  const before = xmpp.requests.length;
  assert.deepEqual(await find('user', { userid: user.userid }), [user]);
  assert.deepEqual(await find('location', { alias: location.alias }), [location]);
  assert.equal(xmpp.requests.length, before, 'only whose namespace it is in');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/user/xmpp');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/user');
});

test('a token in the address does not go along', async () => {
  const alice = await register(server, 'alice');
  irc.answers = json([]);
  await server.request('GET', `/_matrix/client/v3/thirdparty/user/irc?nick=ada&access_token=${alice.token}`);
  assert.equal(irc.requests.at(-1).path, '/_matrix/app/v1/thirdparty/user/irc?nick=ada');
});

test('what is not of the form that is agreed on is left out', async () => {
  const alice = await register(server, 'alice');
  const good = { userid: '@a:b', protocol: 'irc', fields: { nick: 'a' } };
  xmpp.answers = json([]);
  irc.answers = json([good, 7, {}, { ...good, userid: 7 }, { ...good, fields: [] }, { ...good, more: 'x', fields: { nick: 'a', deep: {} } }]);
  assert.deepEqual(await alice.get('/v3/thirdparty/user/irc', { nick: 'a' }), [good, good]);
  for (const body of ['', 'no', '{}', '7', `${'['.repeat(500)}${']'.repeat(500)}`]) {
    irc.answers = json(body);
    await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/user/irc');
  }
  irc.answers = json(Array.from({ length: 1000 }, () => good));
  assert.equal((await alice.get('/v3/thirdparty/user/irc')).length, 200);
  for (const body of ['[]', '7', {}, protocolOf('a', { user_fields: {} }), protocolOf('a', { field_types: [] })]) {
    irc.answers = json(body);
    await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/thirdparty/protocol/irc');
  }
  irc.answers = json(protocolOf('a', { user_fields: ['nick', 7], icon: 7, field_types: { nick: field, bad: 7 }, instances: [7, { desc: 'x' }] }));
  assert.deepEqual(await alice.get('/v3/thirdparty/protocol/irc'), { ...protocolOf('a'), icon: '', field_types: { nick: field }, instances: [] });
});
