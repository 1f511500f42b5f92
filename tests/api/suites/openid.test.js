/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "OpenID", and "GET /register/m.login.registration_token/validity".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register } from '../support/user.js';

const server = useServer();
const closed = useServer({ set: { 'registration.open': 'no' } });
const path = (id) => `/v3/user/${enc(id)}/openid/request_token`;

test('an OpenID token is given to oneself, each time another', async () => {
  const alice = await register(server, 'alice');
  const [one, two] = [await alice.post(path(alice.id)), await alice.post(path(alice.id))];
  assert.deepEqual({ ...one, access_token: '' }, { access_token: '', token_type: 'Bearer', matrix_server_name: 'parley.test', expires_in: 3600 });
  assert.notEqual(one.access_token, two.access_token);
});

test('an OpenID token is not an access token, and is redeemed nowhere here', async () => {
  const alice = await register(server, 'alice');
  const { access_token: token } = await alice.post(path(alice.id));
  refused(await server.request('GET', '/_matrix/client/v3/account/whoami', { token }), 401, 'M_UNKNOWN_TOKEN');
  refused(await server.request('GET', '/_matrix/federation/v1/openid/userinfo', { query: { access_token: token } }), 404, 'M_UNRECOGNIZED');
});

test('an OpenID token for somebody else is refused', async () => {
  const [alice, bob] = [await register(server, 'alice'), await register(server, 'bob')];
  await alice.refused(403, 'M_FORBIDDEN', 'POST', path(bob.id));
  refused(await server.request('POST', `/_matrix/client${path(alice.id)}`, { body: {} }), 401, 'M_MISSING_TOKEN');
});

test('no registration token is valid', async () => {
  const validity = '/_matrix/client/v1/register/m.login.registration_token/validity';
  assert.deepEqual(accepted(await server.request('GET', validity, { query: { token: 'fBVFdqVE' } })), { valid: false });
  refused(await server.request('GET', validity), 400, 'M_MISSING_PARAM');
  refused(await closed.request('GET', validity, { query: { token: 'fBVFdqVE' } }), 403, 'M_FORBIDDEN');
});
