/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, register } from '../support/user.js';

const server = useServer();

test('versions names v1.19 and is open to all', async () => {
  const { versions } = accepted(await server.request('GET', '/_matrix/client/versions'));
  assert.ok(versions.includes('v1.19'), versions.join());
  assert.ok(versions.every((version) => /^(v\d+\.\d+|r\d+\.\d+\.\d+)$/.test(version)));
});

test('versions takes a token of somebody signed in', async () => {
  const alice = await register(server, 'alice');
  await alice.get('/versions');
});

test('well-known names the base URL for clients', async () => {
  const body = accepted(await server.request('GET', '/.well-known/matrix/client'));
  assert.match(body['m.homeserver'].base_url, /^https?:\/\//);
});

test('capabilities tell room versions, with 12 as the default and 10 and 11 stable', async () => {
  const alice = await register(server, 'alice');
  const { capabilities } = await alice.get('/v3/capabilities');
  assert.equal(capabilities['m.room_versions'].default, '12');
  for (const version of ['10', '11', '12']) assert.equal(capabilities['m.room_versions'].available[version], 'stable');
  assert.equal(capabilities['m.change_password']?.enabled ?? true, true);
});

test('capabilities need a token', async () => {
  const response = await server.request('GET', '/_matrix/client/v3/capabilities');
  assert.equal(response.status, 401);
  assert.equal(response.body.errcode, 'M_MISSING_TOKEN');
});

test('a token may stand in the query', async () => {
  const alice = await register(server, 'alice');
  const response = await server.request('GET', '/_matrix/client/v3/account/whoami', { query: { access_token: alice.token } });
  assert.equal(accepted(response).user_id, alice.id);
});

test('health answers 200 without a token', async () => {
  assert.equal((await server.request('GET', '/health')).status, 200);
});
