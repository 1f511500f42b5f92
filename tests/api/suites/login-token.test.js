/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Token-based login" and "GET login token": a signed-in person lets a further device in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrator } from '../support/operator.js';
import { Server, useServer } from '../support/server.js';
import { accepted, enc, password, refused, register, signIn } from '../support/user.js';

const server = useServer();
const path = '/v1/login/get_token';
const byToken = (token) => ({ type: 'm.login.token', token });
const authOf = (user, session) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session });

async function tokenOf(user) {
  const { session } = refused(await user.request('POST', path, { body: {} }), 401);
  const body = await user.post(path, { auth: authOf(user, session) });
  assert.ok(body.expires_in_ms > 0 && body.expires_in_ms <= 120_000);
  return body.login_token;
}

test('the flow and the capability are offered', async () => {
  const alice = await register(server, 'alice');
  const { flows } = accepted(await server.request('GET', '/_matrix/client/v3/login'));
  assert.deepEqual(flows.find((flow) => flow.type === 'm.login.token'), { type: 'm.login.token', get_login_token: true });
  assert.deepEqual((await alice.get('/v3/capabilities')).capabilities['m.get_login_token'], { enabled: true });
});

test('a token signs one further device in, once', async () => {
  const alice = await register(server, 'alice');
  const token = await tokenOf(alice);
  const body = accepted(await signIn(server, { ...byToken(token), initial_device_display_name: 'second' }));
  assert.equal(body.user_id, alice.id);
  assert.notEqual(body.device_id, alice.device);
  refused(await signIn(server, byToken(token)), 403, 'M_FORBIDDEN');
  assert.equal((await alice.get('/v3/devices')).devices.length, 2);
});

test('two devices at once: one of them gets in', async () => {
  const alice = await register(server, 'alice');
  const token = await tokenOf(alice);
  const answers = await Promise.all([1, 2, 3, 4].map(() => signIn(server, byToken(token))));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 403, 403, 403]);
});

test('every token asks for the password anew', async () => {
  const alice = await register(server, 'alice');
  const { session } = refused(await alice.request('POST', path, { body: {} }), 401);
  refused(await alice.request('POST', path, { body: { auth: { ...authOf(alice, session), password: 'wrong' } } }), 401, 'M_FORBIDDEN');
  await alice.post(path, { auth: authOf(alice, session) });
  const again = refused(await alice.request('POST', path, { body: { auth: { session } } }), 401);
  assert.notEqual(again.session, session);
  assert.deepEqual(again.completed ?? [], []);
});

test('what is no token is refused', async () => {
  refused(await signIn(server, byToken('nothing')), 403, 'M_FORBIDDEN');
  refused(await signIn(server, byToken('')), 403, 'M_FORBIDDEN');
  assert.equal((await signIn(server, { type: 'm.login.token' })).status, 400);
  refused(await server.request('POST', `/_matrix/client${path}`, { body: {} }), 401, 'M_MISSING_TOKEN');
});

test('a token ends with the device that asked for it', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  const token = await tokenOf(other);
  await other.post('/v3/logout');
  refused(await signIn(server, byToken(token)), 403, 'M_FORBIDDEN');
});

test('a token lets nobody into a locked account', async () => {
  const [admin, alice] = [await administrator(server), await register(server, 'alice')];
  const token = await tokenOf(alice);
  await admin.put(`/v1/admin/lock/${enc(alice.id)}`, { locked: true });
  refused(await signIn(server, byToken(token)), 401, 'M_USER_LOCKED');
});

test('one token a minute', async () => {
  const strict = new Server({ set: { 'limits.enabled': 'yes' } });
  try {
    await strict.start();
    const alice = await register(strict, 'alice');
    await tokenOf(alice);
    const refusal = await alice.refused(429, 'M_LIMIT_EXCEEDED', 'POST', path, {});
    assert.ok(refusal.retry_after_ms > 0 && refusal.retry_after_ms <= 60_000);
  } finally {
    await strict.destroy();
  }
});
