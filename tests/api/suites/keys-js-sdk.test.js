/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-js-sdk with its own cryptography: two clients that read each other, and nobody else.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { letTimersGo, sdk, sdkClient, startSync, until } from '../support/js-sdk.js';
import { DEHYDRATED, encryptedRoom } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { password, registerAll } from '../support/user.js';

const server = useServer();
const { MatrixEventEvent } = sdk;
const { CryptoEvent } = await import('matrix-js-sdk/lib/crypto-api/index.js');
const clients = [];

letTimersGo();

afterEach(() => clients.splice(0).forEach((client) => client.stopClient()));

async function started(user, options) {
  const client = sdkClient(user, options);
  clients.push(client);
  await client.initRustCrypto({ useIndexedDB: false });
  await startSync(client);
  return client;
}

/** Resolves once the check holds, which is made anew whenever the client hears of somebody's keys. */
async function holds(client, what, check) {
  for (;;) {
    const changed = until(client, CryptoEvent.DevicesUpdated).then(() => true, () => false);
    if (await check(client.getCrypto())) return;
    assert.ok(await changed, what);
  }
}

const devicesKnown = async (crypto, user) => (await crypto.getUserDeviceInfo([user.id], true)).get(user.id);

/** Resolves once the client knows the user's device, which publishes its keys after its first sync. */
const knows = (client, user) => holds(client, `${user.device} is known`, async (crypto) => (await devicesKnown(crypto, user))?.has(user.device));

const signing = (user) => ({
  authUploadDeviceSigningKeys: (make) => make({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password }),
});

/** Resolves once the client has read a message with these words. */
const reads = (client, words) =>
  until(client, MatrixEventEvent.Decrypted, (event) => !event.isDecryptionFailure() && event.getContent().body === words, 30);

test('what one writes in an encrypted room another reads, the server not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  const [one, two] = [await started(alice), await started(bob)];
  await knows(one, bob);
  await knows(two, alice);
  const there = reads(two, 'for your eyes');
  await one.sendTextMessage(room, 'for your eyes');
  await there;
  const back = reads(one, 'and for yours');
  await two.sendTextMessage(room, 'and for yours');
  await back;
  const { chunk } = await bob.messages(room);
  assert.equal(chunk.filter((event) => event.type === 'm.room.encrypted').length, 2);
  assert.ok(!JSON.stringify(chunk).includes('for your eyes'));
});

test('a device that comes later reads what is written then', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  const [one] = [await started(alice), await started(bob)];
  await knows(one, bob);
  await one.sendTextMessage(room, 'before');
  const phone = await bob.signInAgain();
  const later = await started(phone);
  await knows(one, phone);
  const there = reads(later, 'after');
  await one.sendTextMessage(room, 'after');
  await there;
});

test('cross-signing is set up, and a second device is vouched for', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await encryptedRoom(alice, bob);
  const one = await started(alice);
  const two = await started(bob);
  await knows(two, alice);
  const crypto = one.getCrypto();
  await crypto.bootstrapCrossSigning(signing(alice));
  assert.equal(await crypto.isCrossSigningReady(), true);
  await holds(one, 'one’s own device is vouched for', async (own) => (await own.getDeviceVerificationStatus(alice.id, alice.device)).crossSigningVerified);
  await holds(two, 'the signature is seen', async (theirs) => (await theirs.getDeviceVerificationStatus(alice.id, alice.device))?.signedByOwner);
  assert.equal(await two.getCrypto().userHasCrossSigningKeys(alice.id), true);
});

/** What a client asks for the key of its owner's secrets; the one it makes is remembered. */
function secrets() {
  let known;
  return {
    getSecretStorageKey: async ({ keys }) => [Object.keys(keys).find((id) => id === known.id), known.key],
    cacheSecretStorageKey: (id, info, key) => (known = { id, key }),
  };
}

test('what is written while one is signed in nowhere is read with the dehydrated device by a new sign-in', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  const cryptoCallbacks = secrets();
  const [before, two] = [await started(alice, { cryptoCallbacks }), await started(bob)];
  const crypto = before.getCrypto();
  assert.equal(await crypto.isDehydrationSupported(), true);
  await crypto.bootstrapCrossSigning(signing(alice));
  await crypto.bootstrapSecretStorage({ createSecretStorageKey: () => crypto.createRecoveryKeyFromPassphrase(), setupNewSecretStorage: true });
  await crypto.startDehydration();
  const { device_id: asleep } = await alice.get(DEHYDRATED);
  const phone = await alice.signInAgain();
  await before.logout(true);

  await holds(two, 'only the dehydrated device is left', async (own) => {
    const devices = await devicesKnown(own, alice);
    return devices?.size === 1 && devices.get(asleep)?.dehydrated && (await own.getDeviceVerificationStatus(alice.id, asleep)).signedByOwner;
  });
  const words = ['to nobody in particular', 'and once more'];
  for (const text of words) await two.sendTextMessage(room, text);

  const after = await started(phone, { cryptoCallbacks });
  const undecrypted = after.getRoom(room).getLiveTimeline().getEvents().filter((event) => event.isEncrypted());
  assert.equal(undecrypted.length, 2);
  const read = Promise.all(words.map((text) => reads(after, text)));
  assert.equal(await after.getCrypto().userHasCrossSigningKeys(alice.id, true), true);
  await after.getCrypto().bootstrapCrossSigning({});
  await after.getCrypto().startDehydration();
  await read;
  const { device_id: next } = await phone.get(DEHYDRATED);
  assert.notEqual(next, asleep, 'another has taken its place');
});
