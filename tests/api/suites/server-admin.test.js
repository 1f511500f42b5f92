/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Server Administration": whois, suspending and locking.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deactivate } from '../support/canaries.js';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { enc, refused, register } from '../support/user.js';

const server = useServer();
const measures = [
  ['suspend', 'suspended'],
  ['lock', 'locked'],
];
const at = (measure, id) => `/v1/admin/${measure}/${enc(id)}`;

test('whois tells a person of their own devices, and nobody of another’s', async () => {
  const alice = await register(server, 'alice');
  const phone = await alice.signInAgain();
  const body = await alice.get(`/v3/admin/whois/${enc(alice.id)}`);
  assert.equal(body.user_id, alice.id);
  assert.deepEqual(Object.keys(body.devices).sort(), [alice.device, phone.device].sort());
  for (const { sessions } of Object.values(body.devices)) assert.equal(typeof sessions[0].connections[0].last_seen, 'number');
  const bob = await register(server, 'bob');
  await bob.refused(403, 'M_FORBIDDEN', 'GET', `/v3/admin/whois/${enc(alice.id)}`);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', `/v3/admin/whois/${enc('@nobody:parley.test')}`);
});

test('whois tells an administrator of anybody here', async () => {
  const [admin, alice] = [await administrator(server), await register(server, 'alice')];
  const body = await admin.get(`/v3/admin/whois/${enc(alice.id)}`);
  assert.deepEqual(Object.keys(body.devices), [alice.device]);
  await admin.refused(404, 'M_NOT_FOUND', 'GET', `/v3/admin/whois/${enc('@nobody:parley.test')}`);
  await admin.refused(400, 'M_INVALID_PARAM', 'GET', `/v3/admin/whois/${enc('@alice:elsewhere.test')}`);
});

test('only administrators have the capability of account moderation', async () => {
  const [admin, alice] = [await administrator(server), await register(server, 'alice')];
  assert.deepEqual((await admin.get('/v3/capabilities')).capabilities['m.account_moderation'], { suspend: true, lock: true });
  assert.equal((await alice.get('/v3/capabilities')).capabilities['m.account_moderation'], undefined);
});

for (const [measure, key] of measures) {
  test(`an administrator takes and repeals: ${measure}`, async () => {
    const [admin, alice] = [await administrator(server), await register(server, 'alice')];
    assert.deepEqual(await admin.get(at(measure, alice.id)), { [key]: false });
    for (const taken of [true, true, false]) {
      assert.deepEqual(await admin.put(at(measure, alice.id), { [key]: taken }), { [key]: taken });
      assert.deepEqual(await admin.get(at(measure, alice.id)), { [key]: taken });
    }
    await alice.sync();
  });

  test(`${measure}: who may not, whom not, and what is malformed`, async () => {
    const [admin, other, alice] = [await administrator(server), await administrator(server), await register(server, 'alice')];
    const gone = await register(server, 'gone');
    await deactivate(gone, false);
    const body = { [key]: true };
    const cases = [
      [alice, alice.id, 403, 'M_FORBIDDEN'],
      [alice, '@nobody:parley.test', 403, 'M_FORBIDDEN'],
      [alice, '@alice:elsewhere.test', 403, 'M_FORBIDDEN'],
      [admin, other.id, 403, 'M_FORBIDDEN'],
      [admin, '@nobody:parley.test', 404, 'M_NOT_FOUND'],
      [admin, gone.id, 404, 'M_NOT_FOUND'],
      [admin, '@alice:elsewhere.test', 400, 'M_INVALID_PARAM'],
      [admin, 'alice', 400, 'M_INVALID_PARAM'],
    ];
    for (const [who, target, status, errcode] of cases) {
      await who.refused(status, errcode, 'GET', at(measure, target));
      await who.refused(status, errcode, 'PUT', at(measure, target), body);
    }
    await admin.refused(403, 'M_FORBIDDEN', 'PUT', at(measure, admin.id), body);
    assert.deepEqual(await admin.get(at(measure, admin.id)), { [key]: false });
    await admin.refused(400, 'M_MISSING_PARAM', 'PUT', at(measure, alice.id), {});
    await admin.refused(400, 'M_BAD_JSON', 'PUT', at(measure, alice.id), { [key]: 'yes' });
    refused(await server.request('GET', `/_matrix/client${at(measure, alice.id)}`), 401, 'M_MISSING_TOKEN');
  });
}

test('a sync that waits ends when its account is locked', async () => {
  const [admin, alice] = [await administrator(server), await register(server, 'alice')];
  const { next_batch: since } = await alice.sync();
  const waiting = alice.request('GET', '/v3/sync', { query: { since, timeout: 30_000 } });
  await admin.put(at('lock', alice.id), { locked: true });
  assert.equal(refused(await waiting, 401, 'M_USER_LOCKED').soft_logout, true);
});
