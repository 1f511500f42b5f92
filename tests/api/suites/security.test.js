/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What somebody who means harm would try.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server, useServer } from '../support/server.js';
import { freshNumber, proveNumber, registerByPhone } from '../support/phone.js';
import { accepted, password, refused, User } from '../support/user.js';

const server = useServer();
const attempt = (body) => server.request('POST', '/_matrix/client/v3/register', { body });
let names = 0;

/** A registration in a session, and the request that can be sent again. */
async function registered() {
  const username = `again${++names}`;
  const { body } = await attempt({ username, password });
  const request = { username, password, auth: { type: 'm.login.dummy', session: body.session } };
  return { user: new User(server, accepted(await attempt(request))), request };
}

const proof = (user, secret = password) => ({ type: 'm.login.password', password: secret, identifier: { type: 'm.id.user', user: user.id } });

test('a registration whose answer was lost is answered again', async () => {
  const { user, request } = await registered();
  assert.equal(accepted(await attempt(request)).user_id, user.id);
});

test('a registration sent again is no way around a new password', async () => {
  const { user, request } = await registered();
  await user.post('/v3/account/password', { new_password: 'another horse 8 battery', auth: proof(user) });
  refused(await attempt(request), 403, 'M_FORBIDDEN');
});

test('a registration sent again does not open a closed account', async () => {
  const { user, request } = await registered();
  await user.post('/v3/account/deactivate', { auth: proof(user) });
  refused(await attempt(request), 403, 'M_FORBIDDEN');
});

test('a code that has changed a password does not sign in as well', async () => {
  const number = freshNumber();
  const user = await registerByPhone(server, `coded${++names}`, number);
  const creds = await proveNumber(server, number, { path: '/_parley/v1/login/sms/requestToken' });
  await user.post('/v3/account/password', { new_password: 'another horse 8 battery', auth: { type: 'org.parley.login.sms', threepid_creds: creds } });
  refused(await server.request('POST', '/_matrix/client/v3/login', { body: { type: 'org.parley.login.sms', threepid_creds: creds } }), 403, 'M_FORBIDDEN');
});

test('guesses at one account are counted together, however it is spelt and wherever they come from', async () => {
  const limited = new Server({ set: { 'limits.enabled': 'yes', 'limits.login': '10/min burst 3', 'proxy.trusted': '127.0.0.1' } });
  await limited.start();
  try {
    const spellings = [
      (i) => ({ type: 'm.id.user', user: i % 2 ? 'nobody' : `@nobody:${limited.name}` }),
      (i) => ({ type: 'm.id.phone', country: 'DE', phone: `+49 1512${' '.repeat(i)}3999999` }),
    ];
    for (const spelling of spellings) {
      const statuses = [];
      for (let i = 0; i < 8 && !statuses.includes(429); i++) {
        const answer = await limited.request('POST', '/_matrix/client/v3/login', {
          body: { type: 'm.login.password', identifier: spelling(i), password: 'guess' },
          headers: { 'x-forwarded-for': `192.0.2.${i + 1}` },
        });
        statuses.push(answer.status);
      }
      assert.ok(statuses.includes(429), statuses.join(' '));
    }
  } finally {
    await limited.destroy();
  }
});
