/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Signing in and out, tokens, passwords and devices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeFor, freshNumber, registerByPhone, requestCode, submitCode } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, password, refused, register, signIn } from '../support/user.js';

const server = useServer();
const byUser = (user, extra = {}) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, ...extra });
const byPhone = (phone, extra = {}) => ({ type: 'm.login.password', identifier: { type: 'm.id.phone', country: 'DE', phone }, password, ...extra });

test('the login flows include the password', async () => {
  const { flows } = accepted(await server.request('GET', '/_matrix/client/v3/login'));
  assert.ok(flows.some((flow) => flow.type === 'm.login.password'));
  assert.ok(flows.some((flow) => flow.type === 'org.parley.login.sms'));
});

test('a user signs in by local name and by full id', async () => {
  const alice = await register(server, 'alice');
  for (const name of [alice.localpart, alice.id]) {
    const body = accepted(await signIn(server, byUser(name)));
    assert.equal(body.user_id, alice.id);
    assert.ok(body.access_token && body.device_id);
    assert.notEqual(body.device_id, alice.device);
  }
});

test('a user signs in by phone number', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, 'phonelogin', number);
  assert.equal(accepted(await signIn(server, byPhone(number))).user_id, alice.id);
  assert.equal(accepted(await signIn(server, byPhone(`+49${number}`))).user_id, alice.id);
});

test('1.8 a user signs in by a code sent to the number', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, 'smslogin', number);
  const { count } = await codeFor(server, number);
  const asked = await requestCode(server, number, { path: '/_parley/v1/login/sms/requestToken' });
  accepted(asked.response);
  const { code } = await codeFor(server, number, count);
  accepted(await submitCode(server, asked, code));
  const login = { type: 'org.parley.login.sms', threepid_creds: { sid: asked.sid, client_secret: asked.clientSecret } };
  assert.equal(accepted(await signIn(server, login)).user_id, alice.id);
  const again = await signIn(server, login);
  assert.ok(again.status >= 400, 'a proof signs in once');
});

test('asking for a sign-in code does not tell whether a number is known', async () => {
  const number = freshNumber();
  await registerByPhone(server, 'known', number);
  const known = await requestCode(server, number, { path: '/_parley/v1/login/sms/requestToken' });
  const unknown = await requestCode(server, freshNumber(), { path: '/_parley/v1/login/sms/requestToken' });
  assert.equal(known.response.status, unknown.response.status);
  assert.deepEqual(Object.keys(known.response.body).sort(), Object.keys(unknown.response.body).sort());
});

test('a wrong password, an unknown user and an unknown number are refused alike', async () => {
  const alice = await register(server, 'alice');
  const answers = [
    await signIn(server, byUser(alice.localpart, { password: 'wrong' })),
    await signIn(server, byUser('nobody-at-all')),
    await signIn(server, byUser('@nobody:elsewhere.test')),
    await signIn(server, byPhone(freshNumber())),
  ];
  for (const answer of answers) refused(answer, 403, 'M_FORBIDDEN');
  assert.equal(new Set(answers.map((answer) => answer.body.error)).size, 1);
});

test('an unknown login type is refused with M_UNKNOWN', async () => {
  refused(await signIn(server, { type: 'm.login.magic' }), 400, 'M_UNKNOWN');
});

test('a login without type or identifier is refused', async () => {
  assert.equal((await signIn(server, {})).status, 400);
  assert.equal((await signIn(server, { type: 'm.login.password', password })).status, 400);
});

test('signing in with a device id again replaces its token', async () => {
  const alice = await register(server, 'alice');
  const again = await alice.signInAgain({ device_id: alice.device });
  assert.equal(again.device, alice.device);
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await again.get('/v3/account/whoami');
});

test('whoami tells user and device', async () => {
  const alice = await register(server, 'alice');
  const body = await alice.get('/v3/account/whoami');
  assert.equal(body.user_id, alice.id);
  assert.equal(body.device_id, alice.device);
  assert.equal(body.is_guest ?? false, false);
});

test('logout ends this session only', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  assert.deepEqual(await alice.post('/v3/logout'), {});
  const body = await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  assert.equal(body.soft_logout ?? false, false);
  const { devices } = await other.get('/v3/devices');
  assert.deepEqual(devices.map((device) => device.device_id), [other.device]);
});

test('logout/all ends every session', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  await alice.post('/v3/logout/all');
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
});

test('a sync that waits ends when its session is logged out', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  const { next_batch: since } = await other.sync();
  const waiting = other.request('GET', '/v3/sync', { query: { since, timeout: 30_000 } });
  await alice.post('/v3/logout/all');
  const answer = await waiting;
  assert.ok([200, 401].includes(answer.status));
  await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/sync');
});

test('a refresh token yields a new pair', async () => {
  const alice = await register(server, 'alice', { refresh_token: true });
  const fresh = accepted(await server.request('POST', '/_matrix/client/v3/refresh', { body: { refresh_token: alice.rest.refresh_token } }));
  assert.notEqual(fresh.access_token, alice.token);
  assert.equal(typeof fresh.expires_in_ms, 'number');
  const renewed = await server.request('GET', '/_matrix/client/v3/account/whoami', { token: fresh.access_token });
  assert.equal(accepted(renewed).device_id, alice.device);
});

test('a used refresh token is refused once its successor was used', async () => {
  const alice = await register(server, 'alice', { refresh_token: true });
  const refresh = (token) => server.request('POST', '/_matrix/client/v3/refresh', { body: { refresh_token: token } });
  const second = accepted(await refresh(alice.rest.refresh_token));
  accepted(await server.request('GET', '/_matrix/client/v3/account/whoami', { token: second.access_token }));
  refused(await refresh(alice.rest.refresh_token), 401, 'M_UNKNOWN_TOKEN');
});

test('an unknown refresh token is refused', async () => {
  refused(await server.request('POST', '/_matrix/client/v3/refresh', { body: { refresh_token: 'nonsense' } }), 401, 'M_UNKNOWN_TOKEN');
});

test('changing the password asks for the old one and ends other sessions', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  const change = (auth) => alice.request('POST', '/v3/account/password', { body: { new_password: 'even better horse 8', ...(auth ? { auth } : {}) } });
  const first = await change();
  assert.equal(first.status, 401);
  assert.ok(first.body.flows.some((flow) => flow.stages.includes('m.login.password')));
  const wrong = await change({ type: 'm.login.password', session: first.body.session, identifier: { type: 'm.id.user', user: alice.localpart }, password: 'wrong' });
  refused(wrong, [401, 403], 'M_FORBIDDEN');
  accepted(await change({ type: 'm.login.password', session: first.body.session, identifier: { type: 'm.id.user', user: alice.localpart }, password }));
  await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await alice.get('/v3/account/whoami');
  refused(await signIn(server, byUser(alice.localpart)), 403, 'M_FORBIDDEN');
  accepted(await signIn(server, byUser(alice.localpart, { password: 'even better horse 8' })));
});

test('logout_devices false keeps other sessions', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  const change = (auth) => alice.request('POST', '/v3/account/password', { body: { new_password: 'even better horse 8', logout_devices: false, ...(auth ? { auth } : {}) } });
  const { body } = await change();
  accepted(await change({ type: 'm.login.password', session: body.session, identifier: { type: 'm.id.user', user: alice.localpart }, password }));
  await other.get('/v3/account/whoami');
});

test('devices are listed with their names', async () => {
  const alice = await register(server, 'alice', { initial_device_display_name: 'first' });
  const other = await alice.signInAgain({ initial_device_display_name: 'second' });
  const { devices } = await alice.get('/v3/devices');
  assert.deepEqual(
    devices.map((device) => [device.device_id, device.display_name]).sort(),
    [[alice.device, 'first'], [other.device, 'second']].sort(),
  );
});

test('a device can be renamed', async () => {
  const alice = await register(server, 'alice');
  await alice.put(`/v3/devices/${alice.device}`, { display_name: 'kitchen' });
  assert.equal((await alice.get(`/v3/devices/${alice.device}`)).display_name, 'kitchen');
});

test('an unknown device is not found', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/devices/NOSUCH');
  await alice.refused(404, 'M_NOT_FOUND', 'PUT', '/v3/devices/NOSUCH', { display_name: 'x' });
});

test('deleting a device asks for the password and ends its session', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  const first = await alice.request('DELETE', `/v3/devices/${other.device}`, { body: {} });
  assert.equal(first.status, 401);
  const auth = { type: 'm.login.password', session: first.body.session, identifier: { type: 'm.id.user', user: alice.localpart }, password };
  accepted(await alice.request('DELETE', `/v3/devices/${other.device}`, { body: { auth } }));
  await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
});

test('several devices go at once', async () => {
  const alice = await register(server, 'alice');
  const others = [await alice.signInAgain(), await alice.signInAgain()];
  const devices = others.map((other) => other.device);
  const first = await alice.request('POST', '/v3/delete_devices', { body: { devices } });
  assert.equal(first.status, 401);
  const auth = { type: 'm.login.password', session: first.body.session, identifier: { type: 'm.id.user', user: alice.localpart }, password };
  accepted(await alice.request('POST', '/v3/delete_devices', { body: { devices, auth } }));
  for (const other of others) await other.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  assert.equal((await alice.get('/v3/devices')).devices.length, 1);
});

test("nobody confirms with another user's password", async () => {
  const alice = await register(server, 'alice');
  const mallory = await register(server, 'mallory');
  const other = await alice.signInAgain();
  const first = await alice.request('DELETE', `/v3/devices/${other.device}`, { body: {} });
  const auth = { type: 'm.login.password', session: first.body.session, identifier: { type: 'm.id.user', user: mallory.localpart }, password };
  const answer = await alice.request('DELETE', `/v3/devices/${other.device}`, { body: { auth } });
  assert.ok([401, 403].includes(answer.status), answer.text);
  await other.get('/v3/account/whoami');
});

test('sessions outlive a kill', async () => {
  const alice = await register(server, 'alice');
  await server.kill();
  await server.relaunch();
  assert.equal((await alice.get('/v3/account/whoami')).device_id, alice.device);
});
