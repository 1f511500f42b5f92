/* SPDX-License-Identifier: AGPL-3.0-or-later */
// MSC3814: the device that waits for an account while it is signed in nowhere.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { erase } from '../support/canaries.js';
import { DEHYDRATED, claim, dehydrated, publish, query } from '../support/keys.js';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { Ghost, ghost, loginAs, registration } from '../support/service.js';
import { User, accepted, agree, enc, password, refused, register, registerAll, roomOf, signIn } from '../support/user.js';

const irc = registration('irc', { namespaces: { users: [['@_irc_.*', true]] } });
const server = useServer({ files: { 'irc.yaml': irc }, set: { 'appservices.files': 'irc.yaml', 'registration.guests': 'yes' } });
const TYPE = 'org.test.message';

/** Puts one there; what was put, and how others address the device. */
async function put(user, options) {
  const body = dehydrated(user, options);
  assert.deepEqual(await user.put(DEHYDRATED, body), { device_id: body.device_id });
  return { body, at: { id: user.id, device: body.device_id } };
}

async function send(sender, { id, device }, content) {
  await sender.put(`/v3/sendToDevice/${TYPE}/${randomBytes(8).toString('hex')}`, { messages: { [id]: { [device]: content } } });
}

async function sendNumbered(sender, at, count, from = 0) {
  for (let n = from; n < from + count; n++) await send(sender, at, { n });
}

const eventsAt = (device) => `${DEHYDRATED}/${enc(device)}/events`;
const page = (user, device, query) => user.get(eventsAt(device), query);
const numbers = ({ events }) => events.map((event) => event.content.n);
const upTo = (count) => Array.from({ length: count }, (_, n) => n);

/** All that waits, by GET, page by page. */
async function pages(user, device, query = {}) {
  const read = [];
  for (let from; ; ) {
    const one = await page(user, device, { ...query, from });
    read.push(numbers(one));
    if (one.next_batch === undefined) return read;
    assert.ok(one.events.length > 0, 'a token means that there is more');
    from = one.next_batch;
  }
}

const waiting = async (user, device) => (await pages(user, device)).flat();
const none = (user) => user.refused(404, 'M_NOT_FOUND', 'GET', DEHYDRATED);
const devicesOf = async (asker, user) => (await query(asker, user)).device_keys[user.id];

/** A request that asks for the password in between. */
async function proven(user, method, path, body = {}) {
  const { session } = refused(await user.request(method, path, { body }), 401);
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session };
  return accepted(await user.request(method, path, { body: { ...body, auth } }));
}

/* ---- putting it there ---- */

test('the server says that it does this', async () => {
  const { unstable_features: features } = accepted(await server.request('GET', '/_matrix/client/versions'));
  assert.equal(features['org.matrix.msc3814'], true);
});

test('what was put there is given back, to every device of the account', async () => {
  const alice = await register(server, 'alice');
  await none(alice);
  const { body } = await put(alice);
  const expected = { device_id: body.device_id, device_data: body.device_data };
  assert.deepEqual(await alice.get(DEHYDRATED), expected);
  assert.deepEqual(await (await alice.signInAgain()).get(DEHYDRATED), expected);
});

test('others find its keys as those of a device, marked as dehydrated, and one key of each kind at a time', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { body, at } = await put(alice, { count: 2, name: 'Asleep' });
  const { [at.device]: found } = await devicesOf(bob, alice);
  assert.deepEqual(found, { ...body.device_keys, unsigned: {} });
  assert.equal(found.dehydrated, true);
  assert.equal((await devicesOf(alice, alice))[at.device].unsigned.device_display_name, 'Asleep');
  const [fallback] = Object.entries(body.fallback_keys);
  for (const one of [...Object.entries(body.one_time_keys), fallback, fallback]) assert.deepEqual(await claim(bob, at), one);
});

test('it is not among what is signed in, and nobody signs in with it', async () => {
  const [alice, admin] = await Promise.all([register(server, 'alice'), administrator(server)]);
  const { at } = await put(alice);
  assert.deepEqual((await alice.get('/v3/devices')).devices.map((device) => device.device_id), [alice.device]);
  assert.deepEqual(Object.keys((await admin.get(`/v3/admin/whois/${enc(alice.id)}`, { reason: 'to see' })).devices), [alice.device]);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/devices/${enc(at.device)}`);
  await alice.refused(404, 'M_NOT_FOUND', 'PUT', `/v3/devices/${enc(at.device)}`, { display_name: 'x' });
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password, device_id: at.device };
  refused(await signIn(server, login), 400, 'M_INVALID_PARAM');
  await alice.get(DEHYDRATED);
});

test('it is in the export, and says what it is', async () => {
  const alice = await register(server, 'alice');
  assert.equal((await alice.get('/_parley/v1/export')).held.dehydrated_device, null);
  const { body } = await put(alice, { name: 'Asleep' });
  const { held } = await alice.get('/_parley/v1/export');
  assert.deepEqual(held.dehydrated_device, { device_id: body.device_id, device_data: body.device_data });
  assert.deepEqual(held.device.map((one) => one.dehydrated ?? false).sort(), [false, true]);
  assert.ok(held.device_name.some((one) => one.value === 'Asleep'));
});

test('who shares a room is told when it comes, is replaced and goes', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const told = async () => (await bob.sync()).device_lists?.changed ?? [];
  await told();
  for (const change of [() => put(alice), () => put(alice), () => alice.delete(DEHYDRATED)]) {
    await change();
    assert.deepEqual(await told(), [alice.id]);
  }
  assert.deepEqual(await devicesOf(bob, alice), {});
});

test('what is incomplete, another device’s or too large is refused, and changes nothing', async () => {
  const alice = await register(server, 'alice');
  const { body: present, at } = await put(alice);
  await send(alice, at, { n: 0 });
  const good = () => dehydrated(alice);
  const without = (key) => Object.fromEntries(Object.entries(good()).filter(([name]) => name !== key));
  let deep = {};
  for (let i = 0; i < 20; i++) deep = { deep };
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`curve25519:K${i}`, 'abc']));
  for (const [status, errcode, body] of [
    [400, 'M_BAD_JSON', without('device_id')],
    [400, 'M_BAD_JSON', without('device_data')],
    [400, 'M_MISSING_PARAM', without('device_keys')],
    [400, 'M_BAD_JSON', { ...good(), device_id: 7 }],
    [400, 'M_BAD_JSON', { ...good(), device_data: {} }],
    [400, 'M_BAD_JSON', { ...good(), device_data: 'text' }],
    [403, 'M_FORBIDDEN', { ...good(), device_id: 'ANOTHER' }],
    [403, 'M_FORBIDDEN', { ...good(), device_keys: { ...good().device_keys, user_id: '@eve:parley.test' } }],
    [400, 'M_INVALID_PARAM', { ...good(), one_time_keys: { nameless: 'abc' } }],
    [413, 'M_TOO_LARGE', { ...good(), one_time_keys: many }],
    [413, 'M_TOO_LARGE', { ...good(), device_data: { algorithm: 'x', device_pickle: 'x'.repeat(65_536) } }],
    [413, 'M_TOO_LARGE', { ...good(), device_data: { algorithm: 'x', deep } }],
    [400, 'M_TOO_LARGE', { ...good(), initial_device_display_name: 'x'.repeat(1000) }],
  ]) {
    await alice.refused(status, errcode, 'PUT', DEHYDRATED, body);
  }
  assert.deepEqual((await alice.get(DEHYDRATED)).device_data, present.device_data);
  assert.deepEqual(Object.keys(await devicesOf(alice, alice)), [at.device]);
  assert.deepEqual(await waiting(alice, at.device), [0]);
});

test('it is no device that is signed in, nor one of a key’s name, that is put there', async () => {
  const alice = await register(server, 'alice');
  const named = (device_id) => ({ ...dehydrated(alice), device_id, device_keys: { ...dehydrated(alice).device_keys, device_id } });
  for (const id of [alice.device, '', 'with space', 'x'.repeat(256)]) await alice.refused(400, 'M_INVALID_PARAM', 'PUT', DEHYDRATED, named(id));
  await none(alice);
  await alice.get('/v3/account/whoami');
});

/* ---- what is sent to it ---- */

test('messages to it wait, and are read in pages; reading takes none away', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  assert.deepEqual(await page(alice, at.device), { events: [] });
  await sendNumbered(bob, at, 5);
  assert.deepEqual((await page(alice, at.device, { limit: 1 })).events, [{ type: TYPE, sender: bob.id, content: { n: 0 } }]);
  for (let i = 0; i < 2; i++) assert.deepEqual(await pages(alice, at.device, { limit: 2 }), [[0, 1], [2, 3], [4]]);
  assert.deepEqual(await pages(await alice.signInAgain(), at.device, { limit: 5 }), [[0, 1, 2, 3, 4]], 'the end is known without one more answer');
  assert.deepEqual((await alice.sync()).to_device.events, [], 'they are nobody’s who is signed in');
});

test('a hundred come at a time, fewer when they are large', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await sendNumbered(bob, at, 205);
  assert.deepEqual((await pages(alice, at.device)).map((one) => one.length), [100, 100, 5]);
  assert.deepEqual((await pages(alice, at.device, { limit: 1_000_000 })).flat(), upTo(205));
  const { at: next } = await put(alice);
  for (let n = 0; n < 40; n++) await send(bob, next, { n, large: 'x'.repeat(60_000) });
  const read = await pages(alice, next.device);
  assert.deepEqual(read.flat(), upTo(40));
  assert.ok(read.length >= 3, `${read.length} answers`);
});

test('apps of before ask by POST: a token with every answer, an empty one at the end', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await sendNumbered(bob, at, 102);
  for (let i = 0; i < 2; i++) {
    const first = await alice.post(eventsAt(at.device), {});
    const second = await alice.post(eventsAt(at.device), { next_batch: first.next_batch });
    const end = await alice.post(eventsAt(at.device), { next_batch: second.next_batch });
    assert.deepEqual([...numbers(first), ...numbers(second)], upTo(102));
    assert.deepEqual(end, { events: [], next_batch: second.next_batch });
  }
  assert.deepEqual(numbers(accepted(await alice.request('POST', eventsAt(at.device)))), upTo(100), 'without a body, too');
});

test('what comes while the rest is read is read behind it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await sendNumbered(bob, at, 3);
  const first = await page(alice, at.device, { limit: 2 });
  await sendNumbered(bob, at, 2, 3);
  assert.deepEqual(numbers(await page(alice, at.device, { from: first.next_batch })), [2, 3, 4]);
});

test('a token that is none is refused', async () => {
  const alice = await register(server, 'alice');
  const { at } = await put(alice);
  for (const from of ['', 'd', '1', 'd-1', 'dx', 'd1x', 'd999999999999', 's1_2_3']) {
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', eventsAt(at.device), undefined, { from });
    await alice.refused(400, 'M_INVALID_PARAM', 'POST', eventsAt(at.device), { next_batch: from });
  }
  for (const limit of ['0', '-1', 'x']) await alice.refused(400, 'M_INVALID_PARAM', 'GET', eventsAt(at.device), undefined, { limit });
  await alice.refused(400, 'M_BAD_JSON', 'POST', eventsAt(at.device), { next_batch: 7 });
});

test('* is this device, too', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await send(bob, { id: alice.id, device: '*' }, { n: 7 });
  assert.deepEqual(await waiting(alice, at.device), [7]);
  assert.equal((await alice.sync()).to_device.events.length, 1);
});

/* ---- another in its place ---- */

test('a new one takes the place of the old one, of which nothing is left', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at: old } = await put(alice, { name: 'Old' });
  await sendNumbered(bob, old, 2);
  const { at, body } = await put(alice);
  assert.deepEqual(Object.keys(await devicesOf(bob, alice)), [at.device]);
  await alice.refused(403, 'M_FORBIDDEN', 'GET', eventsAt(old.device));
  await alice.refused(403, 'M_FORBIDDEN', 'POST', eventsAt(old.device), {});
  assert.equal(await claim(bob, old), undefined);
  assert.deepEqual(await waiting(alice, at.device), []);
  assert.equal((await alice.get(DEHYDRATED)).device_id, body.device_id);
  await send(bob, old, { n: 3 });
  await put(alice, {});
  assert.ok(!JSON.stringify(await alice.get('/_parley/v1/export')).includes('Old'));
});

test('the same one again is brought up to date: what waits for it stays, and no key goes out twice', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at, body } = await put(alice, { count: 2 });
  await sendNumbered(bob, at, 2);
  const [first, second] = Object.entries(body.one_time_keys);
  assert.deepEqual(await claim(bob, at), first);
  const changed = { ...body, device_data: { ...body.device_data, device_pickle: 'newer' } };
  assert.deepEqual(await alice.put(DEHYDRATED, changed), { device_id: at.device });
  assert.equal((await alice.get(DEHYDRATED)).device_data.device_pickle, 'newer');
  assert.deepEqual(await waiting(alice, at.device), [0, 1]);
  assert.deepEqual(await claim(bob, at), second);
  assert.deepEqual(await claim(bob, at), Object.entries(body.fallback_keys)[0]);
});

/* ---- how it ends ---- */

test('it is deleted by itself, without a password', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await send(bob, at, { n: 0 });
  assert.deepEqual(await alice.delete(DEHYDRATED), { device_id: at.device });
  await none(alice);
  await alice.refused(404, 'M_NOT_FOUND', 'DELETE', DEHYDRATED);
  await alice.refused(403, 'M_FORBIDDEN', 'GET', eventsAt(at.device));
  assert.deepEqual(await devicesOf(bob, alice), {});
});

test('nothing stays behind of one that went', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  for (const go of [() => put(alice), () => alice.delete(DEHYDRATED)]) {
    const { at } = await put(alice);
    await send(bob, at, { n: 0 });
    await go();
  }
  const { destroyed } = await erase(alice);
  const counts = ['dehydrated_device', 'to_device', 'device_key', 'one_time_key', 'fallback_key'].map((kind) => destroyed.find((row) => row.kind === kind).count);
  assert.deepEqual(counts, [0, 0, 0, 0, 0], 'an erasure finds no more of it');
});

test('it is deleted as other devices are, with a password', async () => {
  const alice = await register(server, 'alice');
  const { at } = await put(alice);
  await proven(alice, 'DELETE', `/v3/devices/${enc(at.device)}`);
  await none(alice);
  const { at: next } = await put(alice);
  await proven(alice, 'POST', '/v3/delete_devices', { devices: [next.device] });
  await none(alice);
  await alice.get('/v3/account/whoami');
});

test('it outlives every sign-out but that of all devices at once, and a change of the password', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  const changed = 'even better horse 8';
  await proven(alice, 'POST', '/v3/account/password', { new_password: changed, logout_devices: true });
  await alice.post('/v3/logout');
  await send(bob, at, { n: 0 });
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password: changed };
  const again = new User(server, accepted(await signIn(server, login)));
  assert.deepEqual(await waiting(again, at.device), [0]);
  await again.post('/v3/logout/all');
  await none(new User(server, accepted(await signIn(server, login))));
  assert.deepEqual(await devicesOf(bob, alice), {});
});

test('it ends with the account', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at } = await put(alice);
  await proven(alice, 'POST', '/v3/account/deactivate');
  assert.deepEqual(await devicesOf(bob, alice) ?? {}, {});
  assert.equal(await claim(bob, at), undefined);
});

/* ---- whose it is ---- */

test('nobody has anything of another’s', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at, body } = await put(alice);
  await send(bob, at, { n: 0 });
  await none(bob);
  await bob.refused(404, 'M_NOT_FOUND', 'DELETE', DEHYDRATED);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', eventsAt(at.device));
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', DEHYDRATED, body);
  // Of the same name, and another device for all that.
  const mine = { ...dehydrated(bob), device_id: at.device };
  await bob.put(DEHYDRATED, { ...mine, device_keys: { ...mine.device_keys, device_id: at.device } });
  assert.deepEqual(await waiting(bob, at.device), []);
  await bob.delete(DEHYDRATED);
  assert.deepEqual(await alice.get(DEHYDRATED), { device_id: at.device, device_data: body.device_data });
  assert.deepEqual(await waiting(alice, at.device), [0]);
});

test('guests, application services and who is not signed in have none', async () => {
  const guest = new User(server, accepted(await server.request('POST', '/_matrix/client/v3/register', { body: {}, query: { kind: 'guest' } })));
  await agree(guest);
  const ada = await ghost(server, 'irc', 'ada');
  const nobody = new User(server, { user_id: '@nobody:parley.test' });
  for (const [user, status, errcode] of [[guest, 403, 'M_GUEST_ACCESS_FORBIDDEN'], [ada, 403, 'M_FORBIDDEN'], [nobody, 401, 'M_MISSING_TOKEN']]) {
    await user.refused(status, errcode, 'PUT', DEHYDRATED, dehydrated(ada));
    for (const [method, path] of [['GET', DEHYDRATED], ['DELETE', DEHYDRATED], ['GET', eventsAt('X')], ['POST', eventsAt('X')]]) {
      await user.refused(status, errcode, method, path);
    }
  }
});

test('a service acts with no dehydrated device of an account it keeps', async () => {
  const ada = await ghost(server, 'irc', 'ada');
  const signedIn = new User(server, accepted(await loginAs(server, 'irc', ada.localpart)));
  const { at } = await put(signedIn);
  const acting = (device_id) => new Ghost(server, 'irc', ada.id, { device_id });
  await acting(at.device).refused(400, 'M_UNKNOWN_DEVICE', 'GET', '/v3/account/whoami');
  await acting('').refused(400, 'M_UNKNOWN_DEVICE', 'GET', '/v3/account/whoami');
  await ada.refused(400, 'M_INVALID_PARAM', 'PUT', `/v3/devices/${enc(at.device)}`, {});
  assert.equal((await acting(signedIn.device).get('/v3/account/whoami')).device_id, signedIn.device);
});

/* ---- over restarts ---- */

test('all of it is there again after the plug was pulled', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { at, body } = await put(alice, { count: 1 });
  await publish(bob);
  await sendNumbered(bob, at, 3);
  const { next_batch: from } = await page(alice, at.device, { limit: 1 });
  await server.kill();
  await server.relaunch();
  assert.deepEqual(await alice.get(DEHYDRATED), { device_id: at.device, device_data: body.device_data });
  assert.deepEqual(numbers(await page(alice, at.device, { from })), [1, 2]);
  assert.deepEqual(await waiting(alice, at.device), [0, 1, 2]);
  assert.deepEqual(await claim(bob, at), Object.entries(body.one_time_keys)[0]);
  const { at: next } = await put(alice);
  await server.kill();
  await server.relaunch();
  assert.equal((await alice.get(DEHYDRATED)).device_id, next.device);
  assert.deepEqual(await waiting(alice, next.device), []);
});
