/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Cross-signing: keys that vouch for devices and people, and the signatures they make.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossSigningKeys, deviceKeys, encryptedRoom, publish, query, signed, signingKey } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { password, refused, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const uploadPath = '/v3/keys/device_signing/upload';
const signaturesPath = '/v3/keys/signatures/upload';

/** Makes and publishes the three keys. */
async function crossSign(user, made = crossSigningKeys(user)) {
  await user.post(uploadPath, made.objects);
  return made;
}

/** The same with the password. */
async function crossSignAgain(user, objects) {
  const { session, flows } = refused(await user.request('POST', uploadPath, { body: objects }), 401);
  assert.ok(flows.some(({ stages }) => stages.includes('m.login.password')));
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session };
  return user.request('POST', uploadPath, { body: { ...objects, auth } });
}

const byKey = (key) => `ed25519:${key.public}`;
/** The object with nobody's signature but this one. */
const signedAlone = ({ signatures, ...object }, user, keyId, key) => signed(object, user.id, keyId, key);

test('the first keys need no password, everybody sees two of them, their owner all three', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { objects } = await crossSign(alice);
  const own = await query(alice, alice);
  assert.deepEqual(own.master_keys, { [alice.id]: { ...objects.master_key, signatures: {} } });
  assert.deepEqual(own.self_signing_keys, { [alice.id]: objects.self_signing_key });
  assert.deepEqual(own.user_signing_keys, { [alice.id]: objects.user_signing_key });
  await server.restart();
  const theirs = await query(bob, alice);
  assert.deepEqual(theirs.master_keys, own.master_keys);
  assert.deepEqual(theirs.self_signing_keys, own.self_signing_keys);
  assert.deepEqual(theirs.user_signing_keys, {});
});

test('the same keys again need no password, other keys do', async () => {
  const alice = await register(server, 'alice');
  const { objects, keys } = await crossSign(alice);
  await alice.post(uploadPath, objects);
  await alice.post(uploadPath, { master_key: objects.master_key });
  const other = crossSigningKeys(alice);
  const withMaster = crossSigningKeys(alice, { master: keys.master }).objects;
  refused(await alice.request('POST', uploadPath, { body: { self_signing_key: withMaster.self_signing_key } }), 401);
  refused(await alice.request('POST', uploadPath, { body: { master_key: objects.master_key, user_signing_key: withMaster.user_signing_key } }), 401);
  assert.deepEqual((await query(alice, alice)).self_signing_keys[alice.id], objects.self_signing_key);
  assert.equal((await crossSignAgain(alice, other.objects)).status, 200);
  assert.deepEqual((await query(alice, alice)).master_keys[alice.id].keys, other.objects.master_key.keys);
});

test('with another master key the keys go that it does not come with', async () => {
  const alice = await register(server, 'alice');
  await crossSign(alice);
  const { objects } = crossSigningKeys(alice);
  assert.equal((await crossSignAgain(alice, { master_key: objects.master_key })).status, 200);
  const answer = await query(alice, alice);
  assert.deepEqual([answer.self_signing_keys, answer.user_signing_keys], [{}, {}]);
});

test('keys that are not signed by the master key are refused', async () => {
  const alice = await register(server, 'alice');
  const { objects } = crossSigningKeys(alice);
  const other = crossSigningKeys(alice).objects;
  const bad = [
    { ...objects, self_signing_key: other.self_signing_key },
    { ...objects, user_signing_key: other.user_signing_key },
    { ...objects, self_signing_key: { ...objects.self_signing_key, signatures: {} } },
    { ...objects, self_signing_key: { ...objects.self_signing_key, more: 1 } },
  ];
  for (const body of bad) await alice.refused(400, 'M_INVALID_SIGNATURE', 'POST', uploadPath, body);
  await alice.refused(400, 'M_MISSING_PARAM', 'POST', uploadPath, { self_signing_key: objects.self_signing_key });
  const { object } = await publish(alice);
  assert.ok(object);
  const forged = signed(objects.master_key, alice.id, `ed25519:${alice.device}`, signingKey());
  await alice.refused(400, 'M_INVALID_SIGNATURE', 'POST', uploadPath, { ...objects, master_key: forged });
  assert.deepEqual((await query(alice, alice)).master_keys, {});
});

test('keys of no such form, of others, and called like a device are refused', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { objects, keys } = crossSigningKeys(alice);
  const master = objects.master_key;
  const bad = [
    { ...master, usage: ['self_signing'] },
    { ...master, usage: 'master' },
    { ...master, keys: {} },
    { ...master, keys: { 'ed25519:abc': 'abc' } },
    { ...master, keys: { [byKey(keys.master)]: keys.self.public } },
    { ...master, keys: { ...master.keys, [byKey(keys.self)]: keys.self.public } },
    { ...master, signatures: 'abc' },
  ];
  for (const master_key of bad) {
    const answer = await alice.request('POST', uploadPath, { body: { master_key } });
    assert.equal(answer.status, 400, JSON.stringify(master_key));
  }
  await bob.refused(403, 'M_FORBIDDEN', 'POST', uploadPath, objects);
  await alice.signInAgain({ device_id: keys.master.public });
  await alice.refused(403, 'M_FORBIDDEN', 'POST', uploadPath, objects);
});

test('no device may be called like a key', async () => {
  const alice = await register(server, 'alice');
  const { keys } = await crossSign(alice);
  for (const key of Object.values(keys)) {
    const identifier = { type: 'm.id.user', user: alice.localpart };
    refused(await server.request('POST', '/_matrix/client/v3/login', { body: { type: 'm.login.password', identifier, password, device_id: key.public } }), 400, 'M_INVALID_PARAM');
  }
});

test('a device that is vouched for is so for everybody, a person only for who vouches', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const device = await publish(alice);
  const { keys: mine } = await crossSign(alice);
  const { keys: theirs, objects: bobs } = await crossSign(bob);
  const bySelf = signedAlone(device.object, alice, byKey(mine.self), mine.self);
  const byDevice = signedAlone((await query(alice, alice)).master_keys[alice.id], alice, `ed25519:${alice.device}`, device.key);
  const byUser = signedAlone(bobs.master_key, alice, byKey(mine.user), mine.user);
  const answer = await alice.post(signaturesPath, {
    [alice.id]: { [alice.device]: bySelf, [mine.master.public]: byDevice },
    [bob.id]: { [theirs.master.public]: byUser },
  });
  assert.deepEqual(answer.failures, {});
  await server.restart();
  const expected = { ...device.object.signatures[alice.id], ...bySelf.signatures[alice.id] };
  for (const user of [alice, bob, carol]) {
    const { device_keys: devices, master_keys: masters } = await query(user, alice);
    assert.deepEqual(devices[alice.id][alice.device].signatures, { [alice.id]: expected });
    assert.deepEqual(masters[alice.id].signatures, byDevice.signatures);
  }
  assert.deepEqual((await query(alice, bob)).master_keys[bob.id].signatures, byUser.signatures);
  for (const user of [bob, carol]) assert.deepEqual((await query(user, bob)).master_keys[bob.id].signatures, {});
});

test('each signature that is not right fails by itself', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const device = await publish(alice);
  const phone = await alice.signInAgain();
  const second = await publish(phone);
  const { keys } = await crossSign(alice);
  const { keys: theirs, objects: bobs } = await crossSign(bob);
  const good = signedAlone(device.object, alice, byKey(keys.self), keys.self);
  const { failures } = await alice.post(signaturesPath, {
    [alice.id]: {
      [alice.device]: good,
      [phone.device]: signedAlone(second.object, alice, byKey(keys.self), signingKey()),
      NONE: good,
      [keys.master.public]: signedAlone({ ...crossSigningKeys(alice).objects.master_key }, alice, `ed25519:${alice.device}`, device.key),
    },
    [bob.id]: { [theirs.master.public]: signedAlone(bobs.master_key, alice, byKey(keys.self), keys.self), [theirs.self.public]: good },
    '@nobody:parley.test': { X: good },
  });
  const codes = Object.fromEntries(Object.entries(failures).map(([user, items]) => [user, Object.fromEntries(Object.entries(items).map(([item, { errcode }]) => [item, errcode]))]));
  assert.deepEqual(codes, {
    [alice.id]: { [phone.device]: 'M_INVALID_SIGNATURE', NONE: 'M_NOT_FOUND', [keys.master.public]: 'M_INVALID_PARAM' },
    [bob.id]: { [theirs.master.public]: 'M_INVALID_SIGNATURE', [theirs.self.public]: 'M_NOT_FOUND' },
    '@nobody:parley.test': { X: 'M_NOT_FOUND' },
  });
  const { device_keys: devices } = await query(bob, alice);
  assert.ok(devices[alice.id][alice.device].signatures[alice.id][byKey(keys.self)]);
  assert.deepEqual(devices[alice.id][phone.device].signatures, second.object.signatures);
});

test("nobody vouches with another's key", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const device = await publish(alice);
  const { keys } = await crossSign(alice);
  const forged = signedAlone(device.object, alice, byKey(keys.self), keys.self);
  const { failures } = await bob.post(signaturesPath, { [alice.id]: { [alice.device]: forged } });
  assert.equal(failures[alice.id][alice.device].errcode, 'M_NOT_FOUND');
  assert.deepEqual((await query(bob, alice)).device_keys[alice.id][alice.device].signatures, device.object.signatures);
});

test('what a key signed goes with the key, what was signed of a device with its keys', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const device = await publish(alice);
  const { keys } = await crossSign(alice);
  const { keys: theirs, objects: bobs } = await crossSign(bob);
  const vouch = () => alice.post(signaturesPath, { [alice.id]: { [alice.device]: signedAlone(device.object, alice, byKey(keys.self), keys.self) } });
  await vouch();
  await alice.post('/v3/keys/upload', { device_keys: deviceKeys(alice).object });
  const signers = async () => Object.keys((await query(bob, alice)).device_keys[alice.id][alice.device].signatures[alice.id]);
  assert.deepEqual(await signers(), [`ed25519:${alice.device}`]);
  await alice.post('/v3/keys/upload', { device_keys: device.object });
  assert.deepEqual(await signers(), [`ed25519:${alice.device}`], 'nor does it come back with them');
  await vouch();
  assert.equal((await signers()).length, 2);
  await alice.post(signaturesPath, { [bob.id]: { [theirs.master.public]: signedAlone(bobs.master_key, alice, byKey(keys.user), keys.user) } });
  assert.equal((await crossSignAgain(alice, crossSigningKeys(alice).objects)).status, 200);
  assert.deepEqual(await signers(), [`ed25519:${alice.device}`]);
  assert.deepEqual((await query(alice, bob)).master_keys[bob.id].signatures, {});
});

test('keys and signatures are told: to everybody who shares a room, or to who made them alone', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await roomOf(alice, bob);
  const device = await publish(alice);
  for (const user of [alice, bob, phone]) await user.sync();
  const told = async (user) => (await user.sync()).device_lists?.changed ?? [];
  const { keys } = await crossSign(alice);
  assert.deepEqual(await told(bob), [alice.id]);
  await alice.post(signaturesPath, { [alice.id]: { [alice.device]: signedAlone(device.object, alice, byKey(keys.self), keys.self) } });
  assert.deepEqual(await told(bob), [alice.id]);
  assert.deepEqual(await told(phone), [alice.id]);
  const { keys: theirs, objects: bobs } = await crossSign(bob);
  for (const user of [alice, bob, phone]) await user.sync();
  const waiting = phone.sync({ timeout: 20_000 });
  const body = { [bob.id]: { [theirs.master.public]: signedAlone(bobs.master_key, alice, byKey(keys.user), keys.user) } };
  await alice.post(signaturesPath, body);
  assert.deepEqual((await waiting).device_lists.changed, [bob.id]);
  assert.deepEqual(await told(bob), []);
  await alice.sync();
  await alice.post(signaturesPath, body);
  assert.deepEqual(await told(alice), [], 'the same again is no news');
});

test('who verifies somebody they share no room with is told all the same', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { keys } = await crossSign(alice);
  const { keys: theirs, objects } = await crossSign(bob);
  await alice.sync();
  await alice.post(signaturesPath, { [bob.id]: { [theirs.master.public]: signedAlone(objects.master_key, alice, byKey(keys.user), keys.user) } });
  assert.deepEqual((await alice.sync()).device_lists.changed, [bob.id]);
});

test('everything of it is in the export of who made it, and in nobody else’s', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await encryptedRoom(alice, bob);
  const { keys } = await crossSign(alice);
  const { keys: theirs, objects } = await crossSign(bob);
  const body = signedAlone(objects.master_key, alice, byKey(keys.user), keys.user);
  await alice.post(signaturesPath, { [bob.id]: { [theirs.master.public]: body } });
  const { held } = await alice.get('/_parley/v1/export');
  assert.deepEqual(held.cross_signing_key.map(({ name }) => name).sort(), Object.values(keys).map((key) => key.public).sort());
  assert.deepEqual(held.key_signature, [
    { user_id: bob.id, key: theirs.master.public, by_key: byKey(keys.user), signature: Object.values(body.signatures[alice.id])[0] },
  ]);
  assert.deepEqual((await bob.get('/_parley/v1/export')).held.key_signature, []);
});
