/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Adding Account Administrative Contact Information" and the reset of a password by it: here, a mobile number.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addContact as add } from '../support/email.js';
import { administrator } from '../support/operator.js';
import { freshNumber, proveNumber, registerByPhone, requestCode } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, enc, password, refused, register, signIn } from '../support/user.js';

const server = useServer();
const forAdding = { path: '/_matrix/client/v3/account/3pid/msisdn/requestToken' };
const forReset = { path: '/_matrix/client/v3/account/password/msisdn/requestToken' };
const forLogin = { path: '/_parley/v1/login/sms/requestToken' };
const authOf = (user, session) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session });
const numbersOf = async (user) => (await user.get('/v3/account/3pid')).threepids.map(({ medium, address }) => `${medium} ${address}`);

test('1.7 a proven number is added, shown, and signs in', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  assert.deepEqual((await alice.get('/v3/capabilities')).capabilities['m.3pid_changes'], { enabled: true });
  assert.deepEqual(await numbersOf(alice), []);
  const before = Date.now();
  assert.deepEqual(accepted(await add(alice, await proveNumber(server, number, forAdding))), {});
  const { threepids } = await alice.get('/v3/account/3pid');
  assert.equal(threepids[0].address, `49${number}`);
  assert.ok(threepids[0].added_at >= before - 1000);
  const creds = await proveNumber(server, number, forLogin);
  assert.equal(accepted(await signIn(server, { type: 'org.parley.login.sms', threepid_creds: creds })).user_id, alice.id);
});

test('1.7 another number takes the place of the first, which is free again and signs in no longer', async () => {
  const [first, second] = [freshNumber(), freshNumber()];
  const alice = await registerByPhone(server, `mover${Date.now()}`, first);
  const stale = await proveNumber(server, first, forLogin);
  accepted(await add(alice, await proveNumber(server, second, forAdding)));
  assert.deepEqual(await numbersOf(alice), [`msisdn 49${second}`]);
  refused(await signIn(server, { type: 'org.parley.login.sms', threepid_creds: stale }), 403, 'M_FORBIDDEN');
  const bob = await register(server, 'bob');
  accepted(await add(bob, await proveNumber(server, first, forAdding)));
});

test('adding asks who one is, and a proof that fits and is fresh', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  const creds = await proveNumber(server, number, forAdding);
  const { session } = refused(await alice.request('POST', '/v3/account/3pid/add', { body: creds }), 401);
  refused(await alice.request('POST', '/v3/account/3pid/add', { body: { ...creds, auth: { ...authOf(alice, session), password: 'wrong' } } }), 401, 'M_FORBIDDEN');
  for (const wrong of [
    { ...creds, client_secret: 'another' },
    { ...creds, sid: 'another' },
    await proveNumber(server, freshNumber()),
    await requestCode(server, freshNumber(), forAdding).then(({ sid, clientSecret }) => ({ sid, client_secret: clientSecret })),
  ]) {
    refused(await add(alice, wrong), 400, 'M_THREEPID_AUTH_FAILED');
  }
  accepted(await add(alice, creds));
  refused(await add(alice, creds), 400, 'M_THREEPID_AUTH_FAILED');
  refused(await alice.request('POST', '/v3/account/3pid/add', { body: { sid: 'a' } }), 400);
  refused(await alice.request('POST', '/v3/account/3pid/add', { body: { sid: 'a b', client_secret: 'c' } }), 400, 'M_INVALID_PARAM');
});

test('a number of somebody else is refused, before a code and after', async () => {
  const number = freshNumber();
  const [alice, bob] = [await register(server, 'alice'), await register(server, 'bob')];
  const early = await proveNumber(server, number, forAdding);
  accepted(await add(alice, await proveNumber(server, number, forAdding)));
  refused(await add(bob, early), 400, 'M_THREEPID_IN_USE');
  const { response } = await requestCode(server, number, forAdding);
  refused(response, 400, 'M_THREEPID_IN_USE');
  refused((await requestCode(server, 'not a number', forAdding)).response, 400, 'M_INVALID_PARAM');
});

test('the deprecated way gives a number to who has none, and replaces none', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  const post = (creds) => alice.request('POST', '/v3/account/3pid', { body: { three_pid_creds: creds } });
  refused(await post({ sid: 'none', client_secret: 'none' }), 403, 'M_THREEPID_AUTH_FAILED');
  accepted(await post(await proveNumber(server, number, forAdding)));
  assert.deepEqual(await numbersOf(alice), [`msisdn 49${number}`]);
  refused(await post(await proveNumber(server, freshNumber(), forAdding)), 403, 'M_FORBIDDEN');
  refused(await alice.request('POST', '/v3/account/3pid', { body: {} }), 400);
});

test('1.7 the number cannot be removed, and removing what is not there is done', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, `keeper${Date.now()}`, number);
  await alice.refused(403, 'M_FORBIDDEN', 'POST', '/v3/account/3pid/delete', { medium: 'msisdn', address: `49${number}` });
  assert.deepEqual(await numbersOf(alice), [`msisdn 49${number}`]);
  for (const [medium, address] of [['msisdn', `49${freshNumber()}`], ['email', 'a@example.org']]) {
    assert.deepEqual(await alice.post('/v3/account/3pid/delete', { medium, address }), { id_server_unbind_result: 'no-support' });
  }
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/account/3pid/delete', { medium: 'pigeon', address: 'a' });
});

/** Without a token, as who has lost the password. */
async function reset(creds, extra = {}) {
  const first = refused(await server.request('POST', '/_matrix/client/v3/account/password', { body: { new_password: 'a new password', ...extra } }), 401);
  assert.deepEqual(first.flows, [{ stages: ['m.login.msisdn'] }, { stages: ['m.login.email.identity'] }]);
  const auth = { type: 'm.login.msisdn', session: first.session, threepid_creds: creds };
  return server.request('POST', '/_matrix/client/v3/account/password', { body: { new_password: 'a new password', ...extra, auth } });
}

test('a lost password is reset by the account’s number, without a token', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, `loser${Date.now()}`, number);
  const creds = await proveNumber(server, number, forReset);
  assert.deepEqual(accepted(await reset(creds)), {});
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart } };
  refused(await signIn(server, { ...login, password }), 403, 'M_FORBIDDEN');
  accepted(await signIn(server, { ...login, password: 'a new password' }));
  refused(await reset(creds), 401, 'M_UNAUTHORIZED');
});

test('a reset may leave the other devices signed in', async () => {
  const number = freshNumber();
  const alice = await registerByPhone(server, `stayer${Date.now()}`, number);
  accepted(await reset(await proveNumber(server, number, forReset), { logout_devices: false }));
  await alice.get('/v3/account/whoami');
});

test('nobody resets by a number proven for something else, nor somebody else’s password', async () => {
  const [alices, bobs] = [freshNumber(), freshNumber()];
  const alice = await registerByPhone(server, `victim${Date.now()}`, alices);
  await registerByPhone(server, `thief${Date.now()}`, bobs);
  refused(await reset(await proveNumber(server, freshNumber())), 401, 'M_UNAUTHORIZED');
  const creds = await proveNumber(server, bobs, forReset);
  const first = refused(await alice.request('POST', '/v3/account/password', { body: { new_password: 'a new password' } }), 401);
  const auth = { type: 'm.login.msisdn', session: first.session, threepid_creds: creds };
  refused(await alice.request('POST', '/v3/account/password', { body: { new_password: 'a new password', auth } }), 401, 'M_FORBIDDEN');
});

test('asking for a reset does not tell whether a number is known', async () => {
  const number = freshNumber();
  await registerByPhone(server, `quiet${Date.now()}`, number);
  const [known, unknown] = [await requestCode(server, number, forReset), await requestCode(server, freshNumber(), forReset)];
  assert.deepEqual([known.response.status, unknown.response.status], [200, 200]);
  assert.deepEqual(Object.keys(known.response.body), Object.keys(unknown.response.body));
});

test('a locked account is not reset', async () => {
  const number = freshNumber();
  const [admin, alice] = [await administrator(server), await registerByPhone(server, `barred${Date.now()}`, number)];
  const creds = await proveNumber(server, number, forReset);
  await admin.put(`/v1/admin/lock/${enc(alice.id)}`, { locked: true });
  refused(await reset(creds), 401, 'M_USER_LOCKED');
});
