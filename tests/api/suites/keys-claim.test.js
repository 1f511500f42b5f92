/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Claiming one-time keys: each is handed out once, in the order of the uploads, and never twice whatever happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claim, oneTimeKeys, publish, upload } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { register, registerAll } from '../support/user.js';

const server = useServer();

test('keys are handed out in the order they were uploaded, then the fallback key, again and again', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const late = oneTimeKeys(alice, 2, { from: 100 });
  const later = oneTimeKeys(alice, 2);
  const fallback = oneTimeKeys(alice, 1, { from: 900, fallback: true });
  await upload(alice, { one_time_keys: late, fallback_keys: fallback });
  await upload(alice, { one_time_keys: later });
  const expected = [...Object.entries(late), ...Object.entries(later), ...Object.entries(fallback), ...Object.entries(fallback)];
  for (const one of expected) assert.deepEqual(await claim(bob, alice), one);
});

test('an algorithm is what was asked for', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await upload(alice, { one_time_keys: { 'curve25519:A': 'abc', 'other:B': 'def' } });
  assert.deepEqual(await claim(bob, alice, 'other'), ['other:B', 'def']);
  assert.equal(await claim(bob, alice, 'other'), undefined);
  assert.deepEqual(await claim(bob, alice, 'curve25519'), ['curve25519:A', 'abc']);
});

test('who has no key, and what there is not, is absent', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await upload(phone, { one_time_keys: oneTimeKeys(phone, 1) });
  const answer = await bob.post('/v3/keys/claim', {
    one_time_keys: {
      '@nobody:parley.test': { X: 'signed_curve25519' },
      [bob.id]: { [bob.device]: 'signed_curve25519' },
      [alice.id]: { [alice.device]: 'signed_curve25519', [phone.device]: 'signed_curve25519', NONE: 'signed_curve25519' },
    },
  });
  assert.deepEqual(Object.keys(answer.one_time_keys), [alice.id]);
  assert.deepEqual(Object.keys(answer.one_time_keys[alice.id]), [phone.device]);
});

test('a request that is refused takes no key', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await upload(alice, { one_time_keys: oneTimeKeys(alice, 1) });
  const wanted = { [alice.id]: { [alice.device]: 'signed_curve25519' } };
  await bob.refused(400, 'M_BAD_JSON', 'POST', '/v3/keys/claim', { one_time_keys: { ...wanted, [bob.id]: { X: 7 } } });
  await bob.refused(400, 'M_BAD_JSON', 'POST', '/v3/keys/claim', { one_time_keys: { ...wanted, [bob.id]: 7 } });
  const many = Object.fromEntries(Array.from({ length: 2501 }, (_, i) => [`D${i}`, 'a']));
  await bob.refused(413, 'M_TOO_LARGE', 'POST', '/v3/keys/claim', { one_time_keys: { ...wanted, [bob.id]: many } });
  assert.ok(await claim(bob, alice));
});

test('however many claim at once, nobody gets the key of another', async () => {
  const [alice, ...others] = await registerAll(server, 'alice', 'bob', 'carol', 'dave', 'erin');
  await upload(alice, { one_time_keys: oneTimeKeys(alice, 200) });
  const claims = Array.from({ length: 220 }, (_, i) => claim(others[i % others.length], alice));
  const got = (await Promise.all(claims)).filter(Boolean).map(([name]) => name);
  assert.equal(got.length, 200);
  assert.equal(new Set(got).size, 200);
});

test('the fallback key counts as used once it was handed out, until there is another', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const types = async () => (await alice.sync()).device_unused_fallback_key_types;
  const fallback = oneTimeKeys(alice, 1, { fallback: true });
  assert.deepEqual(await types(), []);
  await upload(alice, { fallback_keys: fallback });
  assert.deepEqual(await types(), ['signed_curve25519']);
  await claim(bob, alice);
  assert.deepEqual(await types(), []);
  await upload(alice, { fallback_keys: fallback });
  assert.deepEqual(await types(), [], 'the same key again is still a used one');
  await upload(alice, { fallback_keys: oneTimeKeys(alice, 1, { from: 1, fallback: true }) });
  assert.deepEqual(await types(), ['signed_curve25519']);
});

test('every sync says how many keys are left, of this device', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  const counts = async (device) => (await device.sync()).device_one_time_keys_count;
  assert.deepEqual(await counts(alice), { signed_curve25519: 0 });
  await upload(alice, { one_time_keys: { ...oneTimeKeys(alice, 3), 'curve25519:A': 'abc' } });
  assert.deepEqual(await counts(alice), { signed_curve25519: 3, curve25519: 1 });
  assert.deepEqual(await counts(phone), { signed_curve25519: 0 });
  await claim(bob, alice);
  await claim(bob, alice, 'curve25519');
  assert.deepEqual(await counts(alice), { signed_curve25519: 2 });
  await server.restart();
  assert.deepEqual(await counts(alice), { signed_curve25519: 2 });
});

test('keys go with their device', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const phone = await alice.signInAgain();
  await publish(phone);
  await upload(phone, { one_time_keys: oneTimeKeys(phone, 1), fallback_keys: oneTimeKeys(phone, 1, { from: 1, fallback: true }) });
  await phone.post('/v3/logout');
  const again = await alice.signInAgain({ device_id: phone.device });
  assert.equal(again.device, phone.device);
  assert.equal(await claim(bob, again), undefined);
  assert.deepEqual((await bob.post('/v3/keys/query', { device_keys: { [alice.id]: [] } })).device_keys, { [alice.id]: {} });
});

test('10000 claims with the server killed in between: no key that was acknowledged is handed out again', async () => {
  const [alice, ...others] = await registerAll(server, 'alice', 'bob', 'carol', 'dave', 'erin');
  const handed = new Map(); // name → how often it was acknowledged
  let uploaded = 0;
  let unanswered = 0;
  const take = async (user) => {
    try {
      const [name] = (await claim(user, alice)) ?? [];
      if (name) handed.set(name, (handed.get(name) ?? 0) + 1);
    } catch {
      unanswered++; // the server was gone: whether it had handed one out is not known
    }
  };
  const supply = async () => {
    await upload(alice, { one_time_keys: oneTimeKeys(alice, 400, { from: uploaded }) });
    uploaded += 400;
  };
  while (uploaded < 10_000) {
    await supply();
    const claims = others.flatMap((user) => Array.from({ length: 100 }, () => take(user)));
    if (uploaded % 2000 === 0) {
      await Promise.race(claims);
      await server.kill();
      await Promise.all(claims);
      await server.relaunch();
      let left = (await alice.sync()).device_one_time_keys_count.signed_curve25519;
      for (; left > 0; left--) await take(others[left % others.length]);
    }
    await Promise.all(claims);
  }
  assert.ok(unanswered > 0, 'the server was killed while it worked');
  assert.deepEqual([...handed].filter(([, times]) => times > 1), []);
  assert.ok(handed.size + unanswered >= uploaded, `${handed.size} handed out, ${unanswered} unanswered, of ${uploaded}`);
});
