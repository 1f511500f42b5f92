/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Account locking" and "Account suspension": what an account of which standing may still do, as a table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { enc, password, refused, register, roomOf, signIn } from '../support/user.js';

const server = useServer();
const suspend = (admin, user, suspended = true) => admin.put(`/v1/admin/suspend/${enc(user.id)}`, { suspended });
const lock = (admin, user, locked = true) => admin.put(`/v1/admin/lock/${enc(user.id)}`, { locked });
const byPassword = (user) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password });

/** An account with everything the tables ask about, and what they need to know of it. */
async function scene() {
  const [alice, bob] = [await register(server, 'alice'), await register(server, 'bob')];
  const spare = await alice.signInAgain();
  const room = await roomOf(bob, alice);
  await bob.setState(room, 'm.room.power_levels', { ...(await bob.getState(room, 'm.room.power_levels')), redact: 0, invite: 0, kick: 0, ban: 0, state_default: 0 });
  const own = await alice.send(room, 'mine');
  const theirs = await bob.send(room, 'theirs');
  const left = await roomOf(bob, alice);
  const open = await bob.createRoom({ preset: 'public_chat' });
  const knocked = await bob.createRoom({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }] });
  const invited = await bob.createRoom({ preset: 'private_chat', invite: [alice.id] });
  const declined = await bob.createRoom({ preset: 'private_chat', invite: [alice.id] });
  return { alice, bob, spare, room, left, open, knocked, invited, declined, own, theirs };
}

const r = (name, rest) => (at) => `/v3/rooms/${enc(at[name])}/${rest}`;
/** Of each: what it is, method, address, body. */
const suspendedMay = [
  ['sync', 'GET', () => '/v3/sync'],
  ['read messages', 'GET', r('room', 'messages?dir=b')],
  ['read state', 'GET', r('room', 'state')],
  ['read a profile', 'GET', (at) => `/v3/profile/${enc(at.bob.id)}`],
  ['say how far it has read', 'POST', (at) => `/v3/rooms/${enc(at.room)}/receipt/m.read/${enc(at.theirs)}`, {}],
  ['redact what it said', 'PUT', (at) => `/v3/rooms/${enc(at.room)}/redact/${enc(at.own)}/1`, {}],
  ['leave', 'POST', r('left', 'leave'), {}],
  ['decline an invite', 'POST', r('declined', 'leave'), {}],
  ['keep settings', 'PUT', (at) => `/v3/user/${enc(at.alice.id)}/account_data/org.test`, { a: 1 }],
  ['report', 'POST', (at) => `/v3/rooms/${enc(at.room)}/report/${enc(at.theirs)}`, { reason: 'rude' }],
  ['name a device', 'PUT', (at) => `/v3/devices/${enc(at.alice.device)}`, { display_name: 'mine' }],
  ['ask who it is', 'GET', () => '/v3/account/whoami'],
  ['see its number', 'GET', () => '/v3/account/3pid'],
  ['take its data along', 'GET', () => '/_parley/v1/export'],
  ['close the account, if it shows who it is', 'POST', () => '/v3/account/deactivate', {}, [401]],
  ['leave by a state event', 'PUT', (at) => `/v3/rooms/${enc(at.room)}/state/m.room.member/${enc(at.alice.id)}`, { membership: 'leave' }],
];
const suspendedMayNot = [
  ['send', 'PUT', r('room', 'send/m.room.message/2'), { msgtype: 'm.text', body: 'no' }],
  ['react', 'PUT', r('room', 'send/m.reaction/3'), {}],
  ['change state', 'PUT', r('room', 'state/m.room.topic/'), { topic: 'no' }],
  ['redact what others said', 'PUT', (at) => `/v3/rooms/${enc(at.room)}/redact/${enc(at.theirs)}/4`, {}],
  ['redact it by sending', 'PUT', r('room', 'send/m.room.redaction/5'), (at) => ({ redacts: at.theirs })],
  ['make a room', 'POST', () => '/v3/createRoom', {}],
  ['join', 'POST', (at) => `/v3/join/${enc(at.open)}`, {}],
  ['join by id', 'POST', r('open', 'join'), {}],
  ['accept an invite', 'POST', r('invited', 'join'), {}],
  ['knock', 'POST', (at) => `/v3/knock/${enc(at.knocked)}`, {}],
  ['invite', 'POST', r('room', 'invite'), () => ({ user_id: '@admin1:parley.test' })],
  ['kick', 'POST', r('room', 'kick'), (at) => ({ user_id: at.bob.id })],
  ['ban', 'POST', r('room', 'ban'), (at) => ({ user_id: at.bob.id })],
  ['change its name', 'PUT', (at) => `/v3/profile/${enc(at.alice.id)}/displayname`, { displayname: 'New' }],
  ['change its picture', 'PUT', (at) => `/v3/profile/${enc(at.alice.id)}/avatar_url`, { avatar_url: 'mxc://parley.test/abc' }],
  ['tell its time zone', 'PUT', (at) => `/v3/profile/${enc(at.alice.id)}/m.tz`, { 'm.tz': 'Asia/Shanghai' }],
  ['take its name away', 'DELETE', (at) => `/v3/profile/${enc(at.alice.id)}/displayname`],
  ['join by a state event that also says leave', 'PUT', (at) => `/v3/rooms/${enc(at.room)}/state/m.room.member/${enc(at.alice.id)}`, { membership: 'join', displayname: 'New', more: { membership: 'leave' } }],
];

test('a suspended account: what it may not do, what it may, and that it ends', async () => {
  const admin = await administrator(server);
  const at = await scene();
  await suspend(admin, at.alice);
  for (const [what, method, address, body] of suspendedMayNot) {
    const given = typeof body === 'function' ? body(at) : body;
    const answer = await at.alice.request(method, address(at), { body: given });
    assert.equal(answer.body?.errcode, 'M_USER_SUSPENDED', `${what}: ${answer.text}`);
    assert.equal(answer.status, 403, what);
  }
  for (const [what, method, address, body, statuses = [200]] of suspendedMay) {
    const answer = await at.alice.request(method, address(at), { body });
    assert.ok(statuses.includes(answer.status), `${what}: ${answer.text}`);
  }
  await at.bob.send(at.room, 'after');
  const again = await at.spare.signInAgain();
  await at.spare.post('/v3/logout');
  await suspend(admin, at.alice, false);
  await again.join(at.invited);
  await again.send(at.invited, 'back');
});

const lockedMayNot = [
  ['sync', 'GET', () => '/v3/sync'],
  ['ask who it is', 'GET', () => '/v3/account/whoami'],
  ['read messages', 'GET', r('room', 'messages?dir=b')],
  ['send', 'PUT', r('room', 'send/m.room.message/1'), { msgtype: 'm.text', body: 'no' }],
  ['ask for capabilities', 'GET', () => '/v3/capabilities'],
  ['list devices', 'GET', () => '/v3/devices'],
  ['leave', 'POST', r('room', 'leave'), {}],
  ['close the account', 'POST', () => '/v3/account/deactivate', {}],
  ['find rooms', 'POST', () => '/v3/publicRooms', {}],
];

test('a locked account: nothing but signing out, and everything is as it was when it is unlocked', async () => {
  const admin = await administrator(server);
  const { alice, spare, bob, room } = await scene();
  await lock(admin, alice);
  for (const [what, method, address, body] of lockedMayNot) {
    const answer = await alice.request(method, address({ room }), { body });
    assert.equal(answer.body?.errcode, 'M_USER_LOCKED', `${what}: ${answer.text}`);
    assert.deepEqual([answer.status, answer.body.soft_logout], [401, true], what);
  }
  assert.equal(refused(await signIn(server, byPassword(alice)), 401, 'M_USER_LOCKED').soft_logout, true);
  await bob.send(room, 'while it was locked');
  await spare.post('/v3/logout');
  await lock(admin, alice, false);
  assert.equal((await alice.get('/v3/account/whoami')).device_id, alice.device);
  await spare.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await alice.send(room, 'as before');
});

test('a locked account signs out of everything', async () => {
  const admin = await administrator(server);
  const alice = await register(server, 'alice');
  await lock(admin, alice);
  await alice.post('/v3/logout/all');
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
});

test('a locked account does not refresh its token', async () => {
  const admin = await administrator(server);
  const alice = await register(server, 'alice', { refresh_token: true });
  await lock(admin, alice);
  const body = { refresh_token: alice.rest.refresh_token };
  refused(await server.request('POST', '/_matrix/client/v3/refresh', { body }), 401, 'M_USER_LOCKED');
  await lock(admin, alice, false);
  assert.equal((await server.request('POST', '/_matrix/client/v3/refresh', { body })).status, 200);
});

test('both: locking goes before suspension', async () => {
  const admin = await administrator(server);
  const alice = await register(server, 'alice');
  await suspend(admin, alice);
  await lock(admin, alice);
  await alice.refused(401, 'M_USER_LOCKED', 'POST', '/v3/createRoom', {});
  await lock(admin, alice, false);
  await alice.refused(403, 'M_USER_SUSPENDED', 'POST', '/v3/createRoom', {});
});

const brief = useServer({ set: { 'accounts.token_lifetime': '1 s' } });

test('soft logout: an access token over its time says so, and the refreshed one is the same device', async () => {
  const alice = await register(brief, 'alice', { refresh_token: true });
  assert.equal(alice.rest.expires_in_ms, 1000);
  let answer = await alice.request('GET', '/v3/account/whoami');
  for (; answer.status === 200; answer = await alice.request('GET', '/v3/account/whoami')) await new Promise((done) => setTimeout(done, 20));
  assert.equal(refused(answer, 401, 'M_UNKNOWN_TOKEN').soft_logout, true);
  const body = { refresh_token: alice.rest.refresh_token };
  const next = await brief.request('POST', '/_matrix/client/v3/refresh', { body });
  assert.equal(next.status, 200);
  const whoami = await brief.request('GET', '/_matrix/client/v3/account/whoami', { token: next.body.access_token });
  assert.equal(whoami.body.device_id, alice.device);
});

test('signing out is no soft logout', async () => {
  const alice = await register(brief, 'alice', { refresh_token: true });
  const other = await alice.signInAgain();
  await other.post('/v3/logout/all');
  assert.notEqual((await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami')).soft_logout, true);
  const body = { refresh_token: alice.rest.refresh_token };
  refused(await brief.request('POST', '/_matrix/client/v3/refresh', { body }), 401, 'M_UNKNOWN_TOKEN');
});
