/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Consent per purpose: given, withdrawn, on record, and without effect the moment its withdrawal is acknowledged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, useServer } from '../support/server.js';
import { accepted, password, refused, register, registerAll } from '../support/user.js';

const server = useServer();
const path = (purpose) => `/_parley/v1/consents/${purpose}`;

const purposeOf = async (user, purpose, language = 'en') =>
  (await user.get('/_parley/v1/consents', { language })).purposes.find((one) => one.purpose === purpose);

async function grant(user, purpose, language = 'en') {
  const { sha256 } = await purposeOf(user, purpose, language);
  return user.put(path(purpose), { granted: true, language, sha256, surface: 'settings' });
}

const withdraw = (user, purpose) => user.put(path(purpose), { granted: false });

/** Canonical JSON, written here a second time on purpose: the receipt must verify without the server's code. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

function verifies({ signature, ...signed }, publicKey) {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') }, format: 'jwk' });
  return verify(null, Buffer.from(canonical(signed)), key, Buffer.from(signature.value, 'base64'));
}

test('1.17, 5.6 every optional purpose is off until it is granted, and each is switched alone', async () => {
  const alice = await register(server, 'alice');
  const { purposes } = await alice.get('/_parley/v1/consents', { language: 'zh-CN' });
  assert.deepEqual(purposes.map((one) => one.granted), purposes.map(() => false));
  assert.ok(purposes.length >= 7);
  for (const one of purposes) assert.match(one.title + one.words, /[一-鿿]/);
  await grant(alice, 'camera');
  await grant(alice, 'location', 'zh-CN');
  await withdraw(alice, 'camera');
  const after = await alice.get('/_parley/v1/consents');
  assert.deepEqual(after.purposes.filter((one) => one.granted).map((one) => one.purpose), ['location']);
  const entries = after.consents.map(({ purpose, granted, language }) => [purpose, granted, language]).slice(-3);
  assert.deepEqual(entries, [['camera', true, 'en'], ['location', true, 'zh-CN'], ['camera', false, 'en']]);
});

test('1.14, 1.17 the account’s other devices are told of a change at once, and nobody else', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await Promise.all([alice.sync(), phone.sync(), bob.sync()]);
  const told = (of) => of.to_device.events.filter(({ type }) => type === 'org.parley.consent');
  const waiting = phone.syncUntil((answer) => told(answer).length > 0 && told(answer), { what: 'the change' });
  await grant(alice, 'camera');
  const said = (granted) => [{ type: 'org.parley.consent', sender: alice.id, content: { purpose: 'camera', granted } }];
  assert.deepEqual(await waiting, said(true));
  await withdraw(alice, 'camera');
  assert.deepEqual(told(await phone.sync()), said(false));
  assert.deepEqual(told(await alice.sync()), []);
  assert.deepEqual(told(await bob.sync()), []);
  /* Nothing to withdraw: nothing to tell. */
  await withdraw(alice, 'camera');
  assert.deepEqual(told(await phone.sync()), []);
});

test('1.17, 1.22, 5.6 a grant outlives a restart, and so does its withdrawal', async () => {
  const alice = await register(server, 'alice');
  await grant(alice, 'camera');
  await grant(alice, 'location');
  await withdraw(alice, 'location');
  await server.restart();
  assert.equal((await purposeOf(alice, 'camera')).granted, true);
  assert.equal((await purposeOf(alice, 'location')).granted, false);
});

test('1.17 agreeing is to the text that was shown, and only to an optional purpose', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(409, 'ORG.PARLEY.TEXT_CHANGED', 'PUT', path('camera'), { granted: true, language: 'en', sha256: '0'.repeat(64) });
  await alice.refused(409, 'ORG.PARLEY.TEXT_CHANGED', 'PUT', path('camera'), { granted: true, language: 'en' });
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path('camera'), { granted: true, language: 'tlh' });
  await alice.refused(400, 'M_BAD_JSON', 'PUT', path('camera'), { granted: 1 });
  await alice.refused(404, 'M_NOT_FOUND', 'PUT', path('messaging'), { granted: true });
  await alice.refused(404, 'M_NOT_FOUND', 'PUT', path('nothing'), { granted: true });
  refused(await server.request('PUT', path('camera'), { body: { granted: true } }), 401, 'M_MISSING_TOKEN');
  assert.equal((await purposeOf(alice, 'camera')).granted, false);
});

test('0.2, 1.17, 5.6 each entry yields a receipt that anyone verifies with the published key', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { keys } = accepted(await server.request('GET', '/_parley/v1/keys'));
  const key = keys.find((one) => one.use === 'receipt');
  const { receipt: id } = await grant(alice, 'quality');
  const receipt = await alice.get(`/_parley/v1/consents/receipts/${id}`);
  assert.equal(receipt.signature.key, key.key);
  assert.ok(verifies(receipt, key.public_key));
  assert.ok(!verifies({ ...receipt, record_id: '0'.repeat(16) }, key.public_key));
  assert.equal(receipt.record_id, id);
  assert.deepEqual(receipt.events.map((one) => one.event_type), ['given']);
  assert.equal(receipt.purposes[0].purpose, 'quality');
  assert.equal(receipt.privacy_notice.sha256, (await purposeOf(alice, 'quality')).sha256);
  assert.ok(!JSON.stringify(receipt).includes(alice.localpart));
  await bob.refused(404, 'M_NOT_FOUND', 'GET', `/_parley/v1/consents/receipts/${id}`);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/_parley/v1/consents/receipts/none');
  const withdrawn = await alice.get(`/_parley/v1/consents/receipts/${(await withdraw(alice, 'quality')).receipt}`);
  assert.deepEqual(withdrawn.events.map((one) => one.event_type), ['withdrawn']);
  assert.ok(verifies(withdrawn, key.public_key));
});

test('0.2, 1.17 parley policy verify-receipt tells a genuine receipt from a changed one', async () => {
  const alice = await register(server, 'alice');
  const { keys } = accepted(await server.request('GET', '/_parley/v1/keys'));
  const hex = (use) => keys.find((one) => one.use === use).public_key_hex;
  const { receipt: id } = await grant(alice, 'camera');
  const receipt = await alice.get(`/_parley/v1/consents/receipts/${id}`);
  const file = join(server.folder, 'receipt.json');
  const check = (content, ...options) => {
    writeFileSync(file, content);
    return spawnSync(binary, ['policy', 'verify-receipt', file, ...options], { encoding: 'utf8' });
  };
  const genuine = check(JSON.stringify(receipt, null, 2), '--key', hex('receipt'));
  assert.equal(genuine.status, 0, genuine.stderr);
  assert.match(genuine.stdout, /genuine/);
  assert.equal(check(JSON.stringify(receipt)).status, 0);
  assert.equal(check(JSON.stringify(receipt), '--key', hex('log')).status, 1);
  const changed = { ...receipt, purposes: [{ ...receipt.purposes[0], purpose: 'location' }] };
  assert.match(check(JSON.stringify(changed), '--key', hex('receipt')).stderr, /does not belong to this text/);
  assert.equal(check('{}').status, 1);
  assert.equal(check(JSON.stringify(receipt), '--key', '12').status, 2);
});

test('1.22 the end of the account is the end of its grants', async () => {
  const alice = await register(server, 'alice');
  await grant(alice, 'recommendation');
  const first = await alice.request('POST', '/v3/account/deactivate', { body: {} });
  const { session } = refused(first, 401);
  await alice.post('/v3/account/deactivate', { auth: { type: 'm.login.password', session, identifier: { type: 'm.id.user', user: alice.id }, password } });
  refused(await alice.request('GET', '/_parley/v1/recommendations'), 401);
});

/** Small is full of friends, large of strangers. */
async function rooms() {
  const people = await registerAll(server, 'me', 'friend', 'one', 'two', 'three');
  const [me, friend, ...strangers] = people;
  await me.createRoom({ invite: [friend.id] }).then((room) => friend.post(`/v3/join/${encodeURIComponent(room)}`));
  const small = await friend.createRoom({ visibility: 'public', preset: 'public_chat', name: 'Small' });
  const large = await strangers[0].createRoom({ visibility: 'public', preset: 'public_chat', name: 'Large' });
  for (const stranger of strangers.slice(1)) await stranger.post(`/v3/join/${encodeURIComponent(large)}`);
  return { me, small, large };
}

test('1.13, 1.17, 5.6 recommendations follow whom one knows, with consent only', async () => {
  const { me, small, large } = await rooms();
  const order = ({ rooms: list }) => list.map((room) => room.room_id).filter((id) => id === small || id === large);
  const before = await me.get('/_parley/v1/recommendations');
  assert.equal(before.personalised, false);
  assert.deepEqual(order(before), [large, small]);
  await grant(me, 'recommendation');
  const personal = await me.get('/_parley/v1/recommendations');
  assert.equal(personal.personalised, true);
  assert.deepEqual(order(personal), [small, large]);
  await withdraw(me, 'recommendation');
  assert.deepEqual(await me.get('/_parley/v1/recommendations'), before);
});

test('1.13, 1.17, 5.6 nothing asked after an acknowledged withdrawal is answered from the purpose', async () => {
  const { me } = await rooms();
  const { sha256 } = await purposeOf(me, 'recommendation');
  const CONNECTIONS = 12, ROUNDS = 40;
  let uses = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await me.put(path('recommendation'), { granted: true, language: 'en', sha256 });
    let acknowledged = false;
    const asker = async () => {
      for (let after = 0; after < 3;) {
        const late = acknowledged;
        const { personalised } = await me.get('/_parley/v1/recommendations');
        uses += personalised;
        assert.ok(!late || !personalised, `used in round ${round} after its withdrawal was acknowledged`);
        after += late;
      }
    };
    const withdrawing = me.get('/_parley/v1/recommendations').then(async () => {
      await withdraw(me, 'recommendation');
      acknowledged = true;
    });
    await Promise.all([withdrawing, ...Array.from({ length: CONNECTIONS }, asker)]);
  }
  assert.ok(uses > ROUNDS, 'the purpose was in use while it was withdrawn');
});
