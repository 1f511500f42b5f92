/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Publishing keys of end-to-end encryption, and looking them up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claim, deviceKeys, oneTimeKeys, publish, query, upload } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { accepted, agree, register, registerAll, User } from '../support/user.js';

const server = useServer({ set: { 'registration.guests': 'yes' } });

test("anybody reads a device's keys as they were published", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { object } = await publish(alice);
  const phone = await alice.signInAgain();
  const second = await publish(phone);
  const answer = await query(bob, alice);
  assert.deepEqual(answer.device_keys, {
    [alice.id]: { [alice.device]: { ...object, unsigned: {} }, [phone.device]: { ...second.object, unsigned: {} } },
  });
  assert.deepEqual(answer.failures, {});
  await server.restart();
  assert.deepEqual((await query(bob, alice)).device_keys, answer.device_keys);
});

test('a query may name devices, and says nothing of whom there is not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await publish(alice);
  await publish(phone);
  const { device_keys: found } = await bob.post('/v3/keys/query', {
    device_keys: { [alice.id]: [phone.device, 'NONE'], [bob.id]: [], '@nobody:parley.test': [] },
  });
  assert.deepEqual(Object.keys(found).sort(), [alice.id, bob.id].sort());
  assert.deepEqual(Object.keys(found[alice.id]), [phone.device]);
  assert.deepEqual(found[bob.id], {});
});

test('people of other servers are a failure of theirs', async () => {
  const alice = await register(server, 'alice');
  const body = { '@somebody:elsewhere.org': [] };
  const answer = await alice.post('/v3/keys/query', { device_keys: body });
  assert.equal(answer.failures['elsewhere.org'].errcode, 'M_UNREACHABLE');
  assert.deepEqual(answer.device_keys, {});
  const claimed = await alice.post('/v3/keys/claim', { one_time_keys: { '@somebody:elsewhere.org': { DEVICE: 'signed_curve25519' } } });
  assert.equal(claimed.failures['elsewhere.org'].errcode, 'M_UNREACHABLE');
});

test('what a device is called is told to its owner alone', async () => {
  const bob = await register(server, 'bob');
  const alice = await register(server, 'alice', { initial_device_display_name: 'Kitchen tablet' });
  await publish(alice);
  assert.deepEqual((await query(alice, alice)).device_keys[alice.id][alice.device].unsigned, { device_display_name: 'Kitchen tablet' });
  assert.deepEqual((await query(bob, alice)).device_keys[alice.id][alice.device].unsigned, {});
});

test('unsigned and the signatures of others are not passed on', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { object } = deviceKeys(alice);
  const padded = { ...object, unsigned: { device_display_name: 'x' }, signatures: { ...object.signatures, [bob.id]: { 'ed25519:X': 'abc' } } };
  await upload(alice, { device_keys: padded });
  assert.deepEqual((await query(bob, alice)).device_keys[alice.id][alice.device], { ...object, unsigned: {} });
});

test("nobody publishes another device's keys", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await alice.refused(403, 'M_FORBIDDEN', 'POST', '/v3/keys/upload', { device_keys: deviceKeys(bob).object });
  await alice.refused(403, 'M_FORBIDDEN', 'POST', '/v3/keys/upload', { device_keys: deviceKeys(phone).object });
  assert.deepEqual((await query(alice, alice, bob)).device_keys, { [alice.id]: {}, [bob.id]: {} });
});

test('keys of no such form are refused, and nothing of the upload is kept', async () => {
  const alice = await register(server, 'alice');
  const { object } = deviceKeys(alice);
  const [[name, key]] = Object.entries(oneTimeKeys(alice, 1));
  const bad = [
    { device_keys: { ...object, keys: { curve25519: 'abc' } } },
    { device_keys: { ...object, keys: { [`ed25519:${alice.device}`]: 7 } } },
    { device_keys: { ...object, algorithms: 'm.olm' } },
    { device_keys: { ...object, signatures: { [alice.id]: 'abc' } } },
    { device_keys: { ...object, signatures: undefined } },
    { device_keys: object, one_time_keys: { nameless: key } },
    { device_keys: object, one_time_keys: { 'signed_curve25519:': key } },
    { device_keys: object, one_time_keys: { ':AAA': key } },
    { device_keys: object, one_time_keys: { [name]: 7 } },
    { device_keys: object, one_time_keys: { [name]: { key: 7, signatures: {} } } },
    { device_keys: object, one_time_keys: { [name]: { key: 'abc' } } },
    { device_keys: object, fallback_keys: { 'signed_curve25519:A': key, 'signed_curve25519:B': key } },
    { device_keys: object, one_time_keys: { [name]: key }, fallback_keys: { nameless: key } },
  ];
  for (const body of bad) {
    const answer = await alice.request('POST', '/v3/keys/upload', { body });
    assert.equal(answer.status, 400, JSON.stringify(body));
  }
  assert.deepEqual((await query(alice, alice)).device_keys, { [alice.id]: {} });
  assert.deepEqual(await upload(alice, {}), { one_time_key_counts: { signed_curve25519: 0 } });
});

test('there is a bound on the size of keys and on their number', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const long = 'x'.repeat(20_000);
  await alice.refused(413, 'M_TOO_LARGE', 'POST', '/v3/keys/upload', { device_keys: { ...deviceKeys(alice).object, long } });
  await alice.refused(413, 'M_TOO_LARGE', 'POST', '/v3/keys/upload', { one_time_keys: { 'curve25519:A': long } });
  for (let from = 0; from < 500; from += 100) await upload(alice, { one_time_keys: oneTimeKeys(alice, 100, { from }) });
  await alice.refused(413, 'M_TOO_LARGE', 'POST', '/v3/keys/upload', { one_time_keys: oneTimeKeys(alice, 1, { from: 500 }) });
  assert.equal((await claim(bob, alice))[0], 'signed_curve25519:K000000');
  const { one_time_key_counts: counts } = await upload(alice, { one_time_keys: oneTimeKeys(alice, 1, { from: 500 }) });
  assert.deepEqual(counts, { signed_curve25519: 500 });
  const algorithms = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`algorithm${i}:A`, 'abc']));
  await alice.refused(413, 'M_TOO_LARGE', 'POST', '/v3/keys/upload', { fallback_keys: algorithms });
});

test('an upload may be repeated, but a name keeps its key', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const keys = oneTimeKeys(alice, 2);
  const [first] = Object.keys(keys);
  for (let i = 0; i < 2; i++) assert.deepEqual((await upload(alice, { one_time_keys: keys })).one_time_key_counts, { signed_curve25519: 2 });
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/keys/upload', { one_time_keys: oneTimeKeys(alice, 3) });
  assert.deepEqual(await claim(bob, alice), [first, keys[first]]);
  // A client that missed the answer says it again: what was handed out meanwhile does not come back.
  assert.deepEqual((await upload(alice, { one_time_keys: keys })).one_time_key_counts, { signed_curve25519: 1 });
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/keys/upload', { one_time_keys: oneTimeKeys(alice, 1) });
});

test('a guest publishes, looks up and claims keys', async () => {
  const alice = await register(server, 'alice');
  const guest = new User(server, accepted(await server.request('POST', '/_matrix/client/v3/register', { query: { kind: 'guest' }, body: {} })));
  await agree(guest);
  await publish(guest);
  await upload(alice, { one_time_keys: oneTimeKeys(alice, 1) });
  assert.deepEqual(Object.keys((await query(guest, guest)).device_keys[guest.id]), [guest.device]);
  assert.ok(await claim(guest, alice));
});
