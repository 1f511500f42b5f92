/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Accounts made with the operator's secret, as register_new_matrix_user asks for them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server } from '../support/server.js';
import { accepted, password, refused, signIn, User } from '../support/user.js';

const path = '/_synapse/admin/v1/register';
const secret = 'a secret of the operator';
const folder = mkdtempSync(join(tmpdir(), 'parley-secret-'));
writeFileSync(join(folder, 'secret'), `${secret}\n`);
const server = new Server({ set: { 'registration.shared_secret_file': join(folder, 'secret'), 'registration.open': 'no' } });
const plain = new Server();
before(() => Promise.all([server.start(), plain.start()]));
after(async () => {
  await Promise.all([server.destroy(), plain.destroy()]);
  rmSync(folder, { recursive: true });
});

let names = 0;
const freshName = () => `made${++names}`;
const nonce = async () => accepted(await server.request('GET', path)).nonce;

function macOf({ nonce: word, username, password: secretWord, admin, user_type: type }, key = secret) {
  const parts = [word, username, secretWord, admin ? 'admin' : 'notadmin', ...(type ? [type] : [])];
  return createHmac('sha1', key).update(parts.join('\0')).digest('hex');
}

async function make(wish = {}, change = {}) {
  const body = { nonce: await nonce(), username: freshName(), password, admin: false, ...wish };
  return server.request('POST', path, { body: { ...body, mac: macOf(body), ...change } });
}

test('without a secret there is nothing at the address', async () => {
  refused(await plain.request('GET', path), 404, 'M_UNRECOGNIZED');
  refused(await plain.request('POST', path, { body: { nonce: 'x', username: 'x', password, mac: '' } }), 404, 'M_UNRECOGNIZED');
});

test('the nonce and the right HMAC make an account that can sign in', async () => {
  const name = freshName();
  const body = accepted(await make({ username: name }));
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'device_id', 'home_server', 'user_id']);
  assert.equal(body.user_id, `@${name}:${server.name}`);
  accepted(await signIn(server, { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password }));
});

test('admin and user_type are part of what is proven', async () => {
  refused(await make({}, { admin: true }), 403);
  refused(await make({ user_type: 'bot' }, { user_type: undefined }), 403);
  accepted(await make({ user_type: 'bot' }));
  refused(await make({ user_type: 'emperor' }), 400, 'M_INVALID_PARAM');
});

test('a wrong secret, another name or another password is refused, and the nonce is gone with it', async () => {
  const body = { nonce: await nonce(), username: freshName(), password, admin: false };
  refused(await server.request('POST', path, { body: { ...body, mac: macOf(body, 'guess') } }), 403);
  refused(await server.request('POST', path, { body: { ...body, mac: macOf(body) } }), 400, 'M_UNKNOWN');
  refused(await make({}, { username: freshName() }), 403);
  refused(await make({}, { password: `${password}!` }), 403);
  refused(await make({}, { mac: '' }), 403);
});

test('a nonce makes one account', async () => {
  const body = { nonce: await nonce(), username: freshName(), password, admin: false };
  accepted(await server.request('POST', path, { body: { ...body, mac: macOf(body) } }));
  const next = { ...body, username: freshName() };
  refused(await server.request('POST', path, { body: { ...next, mac: macOf(next) } }), 400, 'M_UNKNOWN');
});

test('names and passwords keep the rules', async () => {
  const name = freshName();
  accepted(await make({ username: name }));
  refused(await make({ username: name }), 400, 'M_USER_IN_USE');
  refused(await make({ username: 'White Space' }), 400, 'M_INVALID_USERNAME');
  refused(await make({ password: 'short' }), 400, 'M_WEAK_PASSWORD');
  refused(await make({ username: 'a\0b' }), 400, 'M_INVALID_PARAM');
  accepted(await make({ username: `_bridge_${freshName()}` }));
});

test('a display name is kept, and inhibit_login signs nobody in', async () => {
  const name = freshName();
  const body = accepted(await make({ username: name, displayname: 'Ada', inhibit_login: true }));
  assert.deepEqual(body, { user_id: `@${name}:${server.name}` });
  const ada = await agreed(await signIn(server, { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password }));
  assert.equal((await ada.get(`/v3/profile/${ada.id}/displayname`)).displayname, 'Ada');
});

async function agreed(response) {
  const user = new User(server, accepted(response));
  const { version, documents } = await user.get('/_parley/v1/policy');
  await user.post('/_parley/v1/policy/agree', { version, language: 'en', sha256: documents.en.sha256, agree: true });
  return user;
}

test('0.2 whoever was made so agrees to the policy before they do anything', async () => {
  const response = await make();
  const user = new User(server, response.body);
  await user.refused(403, 'M_CONSENT_NOT_GIVEN', 'POST', '/v3/createRoom', {});
  await agreed(response);
  await user.createRoom();
});

test('only who was made an administrator is one', async () => {
  const somebody = await agreed(await make());
  const admin = await agreed(await make({ admin: true }));
  await admin.get(`/v3/admin/whois/${somebody.id}`);
  await somebody.refused(403, 'M_FORBIDDEN', 'GET', `/v3/admin/whois/${admin.id}`);
});

test('4.8 it stands on the record of whom it made', async () => {
  const user = await agreed(await make());
  const { entries } = await user.get('/_parley/v1/audit');
  const made = entries.map(({ entry }) => JSON.parse(entry)).find((entry) => entry.kind === 'command');
  assert.equal(made?.actor, 'command');
  assert.match(JSON.stringify(made), /registration secret/);
});
