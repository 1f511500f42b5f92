/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What limits hold for application services, and a server that has none, or has closed its registration.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { Ghost, registerAs, registration } from '../support/service.js';
import { accepted, refused } from '../support/user.js';

const users = (name) => ({ users: [[`@_${name}_.*`, true]] });
const server = useServer({
  files: {
    'slow.yaml': registration('slow', { namespaces: users('slow') }),
    'fast.yaml': registration('fast', { namespaces: users('fast'), rate_limited: false }),
  },
  set: {
    'appservices.files': 'slow.yaml, fast.yaml',
    'limits.enabled': 'yes',
    'limits.read': '1/min burst 3',
    'limits.login': '1/min burst 1',
    'registration.open': 'no',
  },
});
const bare = useServer();
const whoami = '/v3/account/whoami';

async function statuses(user, times) {
  const all = [];
  for (let i = 0; i < times; i++) all.push((await user.request('GET', whoami)).status);
  return all;
}

async function made(service, name) {
  const { user_id: id } = accepted(await registerAs(server, service, `_${service}_${name}`));
  return new Ghost(server, service, id);
}

test('a service registers accounts as fast as it likes, also where people cannot', async () => {
  for (const name of ['a', 'b', 'c']) await made('slow', name);
});

test('what a service does in the name of accounts is limited like people, account by account', async () => {
  const [one, two] = [await made('slow', 'one'), await made('slow', 'two')];
  assert.deepEqual(await statuses(one, 5), [200, 200, 200, 429, 429]);
  assert.equal((await statuses(two, 1))[0], 200);
});

test('unless its registration lifts that', async () => {
  assert.deepEqual(await statuses(await made('fast', 'one'), 6), [200, 200, 200, 200, 200, 200]);
});

test('its own account is never limited', async () => {
  assert.deepEqual(await statuses(new Ghost(server, 'slow'), 6), [200, 200, 200, 200, 200, 200]);
});

test('a server without services offers no such sign-in', async () => {
  const { flows } = accepted(await bare.request('GET', '/_matrix/client/v3/login'));
  assert.ok(!flows.some((flow) => flow.type === 'm.login.application_service'));
  refused(await registerAs(bare, 'slow', '_slow_x'), 401, 'M_UNKNOWN_TOKEN');
});
