/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What the specification has and this server has not: answered as the specification says for a server without it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { refused, register } from '../support/user.js';

const server = useServer();
const binding = { client_secret: 'a', id_access_token: 'b', id_server: 'id.example.org', sid: 'c' };

// Who asks, method, address, body, status, errcode (or the whole answer).
const cases = [
  ['alice', 'GET', '/v3/thirdparty/protocols', undefined, 200, {}],
  ['alice', 'GET', '/v3/thirdparty/protocol/irc', undefined, 404, 'M_NOT_FOUND'],
  ['alice', 'GET', '/v3/thirdparty/location?alias=%23a%3Aparley.test', undefined, 404, 'M_NOT_FOUND'],
  ['alice', 'GET', '/v3/thirdparty/location/irc?channel=a', undefined, 404, 'M_NOT_FOUND'],
  ['alice', 'GET', '/v3/thirdparty/user?userid=%40a%3Aparley.test', undefined, 404, 'M_NOT_FOUND'],
  ['alice', 'GET', '/v3/thirdparty/user/irc', undefined, 404, 'M_NOT_FOUND'],
  ['nobody', 'GET', '/v3/thirdparty/protocols', undefined, 401, 'M_MISSING_TOKEN'],
  ['alice', 'POST', '/v1/appservice/bridge/ping', {}, 403, 'M_FORBIDDEN'],
  ['nobody', 'POST', '/v1/appservice/bridge/ping', {}, 401, 'M_MISSING_TOKEN'],
  ['alice', 'PUT', '/v3/directory/list/appservice/irc/!a:parley.test', { visibility: 'public' }, 403, 'M_FORBIDDEN'],
  ['nobody', 'GET', '/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fa.example', undefined, 404, 'M_UNRECOGNIZED'],
  ['nobody', 'GET', '/v3/login/sso/redirect/some?redirectUrl=https%3A%2F%2Fa.example', undefined, 404, 'M_NOT_FOUND'],
  ['nobody', 'GET', '/v1/auth_metadata', undefined, 404, 'M_UNRECOGNIZED'],
  ['nobody', 'GET', '/.well-known/matrix/policy_server', undefined, 404, 'M_NOT_FOUND'],
  ['alice', 'POST', '/v3/account/3pid/bind', binding, 400, 'M_SERVER_NOT_TRUSTED'],
  ['alice', 'POST', '/v3/account/3pid/bind', {}, 400, 'M_BAD_JSON'],
  ['nobody', 'POST', '/v3/account/3pid/bind', binding, 401, 'M_MISSING_TOKEN'],
  ['alice', 'POST', '/v3/account/3pid/unbind', { medium: 'email', address: 'alice@example.org' }, 200, { id_server_unbind_result: 'no-support' }],
];

test('each operation that is not offered says so as the specification has it', async () => {
  const alice = await register(server, 'alice');
  for (const [who, method, address, body, status, expected] of cases) {
    const path = address.startsWith('/.well-known') ? address : `/_matrix/client${address}`;
    const answer = await server.request(method, path, { body, token: who === 'alice' ? alice.token : undefined });
    if (typeof expected === 'string') {
      refused(answer, status, expected);
    } else {
      assert.deepEqual([answer.status, answer.body], [status, expected], `${method} ${address}`);
    }
  }
});
