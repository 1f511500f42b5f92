/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The e2ee extension of sliding sync (MSC3884).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encryptedRoom, oneTimeKeys, publish, upload } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { register, registerAll } from '../support/user.js';

const server = useServer();
const path = '/unstable/org.matrix.simplified_msc3575/sync';

/** One answer's e2ee part; goes on from where the last one ended. */
async function ask(user, { timeout = 0, e2ee = { enabled: true } } = {}) {
  const answer = await user.post(path, { extensions: { e2ee } }, { timeout, ...(user.pos ? { pos: user.pos } : {}) });
  user.pos = answer.pos;
  return answer.extensions.e2ee;
}

test('every answer says what keys are left, and only to who asks', async () => {
  const alice = await register(server, 'alice');
  assert.deepEqual(await ask(alice), { device_one_time_keys_count: { signed_curve25519: 0 }, device_unused_fallback_key_types: [] });
  await upload(alice, { one_time_keys: oneTimeKeys(alice, 2), fallback_keys: oneTimeKeys(alice, 1, { from: 5, fallback: true }) });
  assert.deepEqual(await ask(alice), { device_one_time_keys_count: { signed_curve25519: 2 }, device_unused_fallback_key_types: ['signed_curve25519'] });
  assert.equal(await ask(alice, { e2ee: { enabled: false } }), undefined);
});

test('device lists come with later answers, and who waits is woken by them', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  assert.equal((await ask(alice)).device_lists, undefined, 'not with the first');
  const waiting = ask(alice, { timeout: 20_000 });
  await publish(bob);
  assert.deepEqual((await waiting).device_lists, { changed: [bob.id], left: [] });
  assert.equal((await ask(alice)).device_lists, undefined);
  await bob.leave(room);
  assert.deepEqual((await ask(alice)).device_lists, { changed: [], left: [bob.id] });
});

test('an answer that got lost is given again', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await encryptedRoom(alice, bob);
  await ask(alice);
  const { pos } = alice;
  await publish(bob);
  assert.deepEqual((await ask(alice)).device_lists.changed, [bob.id]);
  alice.pos = pos;
  assert.deepEqual((await ask(alice)).device_lists.changed, [bob.id]);
});
