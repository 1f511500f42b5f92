/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Where apps want to be woken: setting, showing and removing pushers (spec "Push notifications").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { password, refused, register, registerAll } from '../support/user.js';

const server = useServer({ set: { 'push.gateways': 'http://127.0.0.1:9' } });

const url = 'https://push.example.org/_matrix/push/v1/notify';
const pusher = (extra = {}) => ({
  kind: 'http',
  app_id: 'org.example.app',
  pushkey: 'key',
  app_display_name: 'App',
  device_display_name: "Alice's telephone",
  lang: 'en',
  data: { url, format: 'event_id_only' },
  ...extra,
});
const set = (user, extra) => user.post('/v3/pushers/set', pusher(extra));
const keysOf = async (user) => (await user.get('/v3/pushers')).pushers.map((one) => one.pushkey);
const unique = (user) => `key of ${user.id}`;

test('a pusher comes back as it was set, and outlives a restart', async () => {
  const alice = await register(server, 'alice');
  const data = { url, format: 'event_id_only', default_payload: { aps: { 'mutable-content': 1 } } };
  await set(alice, { pushkey: unique(alice), profile_tag: 'xyz', data });
  const expected = [pusher({ pushkey: unique(alice), profile_tag: 'xyz', data })];
  assert.deepEqual((await alice.get('/v3/pushers')).pushers, expected);
  await server.restart();
  assert.deepEqual((await alice.get('/v3/pushers')).pushers, expected);
});

test('a pusher without a tag is shown without one', async () => {
  const alice = await register(server, 'alice');
  await set(alice, { pushkey: unique(alice) });
  assert.ok(!('profile_tag' in (await alice.get('/v3/pushers')).pushers[0]));
});

test('the same app and key is the same pusher, and kind null removes it', async () => {
  const alice = await register(server, 'alice');
  await set(alice, { pushkey: unique(alice) });
  await set(alice, { pushkey: unique(alice), lang: 'zh-CN' });
  await set(alice, { pushkey: unique(alice), app_id: 'org.example.other' });
  const { pushers } = await alice.get('/v3/pushers');
  assert.deepEqual(pushers.map((one) => [one.app_id, one.lang]), [['org.example.app', 'zh-CN'], ['org.example.other', 'en']]);
  await alice.post('/v3/pushers/set', { kind: null, app_id: 'org.example.app', pushkey: unique(alice) });
  await alice.post('/v3/pushers/set', { kind: null, app_id: 'org.example.app', pushkey: unique(alice) });
  assert.deepEqual((await alice.get('/v3/pushers')).pushers.map((one) => one.app_id), ['org.example.other']);
});

test('a key somebody else sets is theirs, unless they append', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const pushkey = `shared ${alice.id}`;
  await set(alice, { pushkey });
  await set(bob, { pushkey, append: true });
  assert.deepEqual(await keysOf(alice), [pushkey]);
  await set(bob, { pushkey });
  assert.deepEqual(await keysOf(alice), []);
  assert.deepEqual(await keysOf(bob), [pushkey]);
});

test('pushers go with the device that set them', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  await set(alice, { pushkey: 'first device' });
  await set(other, { pushkey: 'second device' });
  await other.post('/v3/logout');
  assert.deepEqual(await keysOf(alice), ['first device']);
});

test('a new password keeps the pushers of the device it was set on only', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  await set(alice, { pushkey: 'kept' });
  await set(other, { pushkey: 'signed out' });
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password };
  await alice.post('/v3/account/password', { new_password: 'another horse 8 battery', auth });
  assert.deepEqual(await keysOf(alice), ['kept']);
});

test('what is no pusher is refused', async () => {
  const alice = await register(server, 'alice');
  const wrong = [
    [{ kind: undefined }, 'M_MISSING_PARAM'],
    [{ kind: 'carrier pigeon' }, 'M_INVALID_PARAM'],
    [{ kind: 'email', app_id: 'm.email', pushkey: 'alice@example.org' }, 'M_INVALID_PARAM'],
    [{ kind: 7 }, 'M_BAD_JSON'],
    [{ app_id: undefined }, 'M_MISSING_PARAM'],
    [{ pushkey: undefined }, 'M_MISSING_PARAM'],
    [{ pushkey: '' }, 'M_INVALID_PARAM'],
    [{ pushkey: 'k'.repeat(513) }, 'M_INVALID_PARAM'],
    [{ app_id: 'a'.repeat(65) }, 'M_INVALID_PARAM'],
    [{ lang: undefined }, 'M_MISSING_PARAM'],
    [{ app_display_name: undefined }, 'M_MISSING_PARAM'],
    [{ device_display_name: 'd'.repeat(257) }, 'M_INVALID_PARAM'],
    [{ data: undefined }, 'M_MISSING_PARAM'],
    [{ data: {} }, 'M_MISSING_PARAM'],
    [{ data: { url, custom: 'c'.repeat(4096) } }, 'M_INVALID_PARAM'],
    [{ data: { url, format: 'everything' } }, 'M_INVALID_PARAM'],
    [{ append: 'yes' }, 'M_BAD_JSON'],
  ];
  for (const [extra, errcode] of wrong) {
    refused(await alice.request('POST', '/v3/pushers/set', { body: pusher(extra) }), 400, errcode);
  }
  assert.deepEqual(await keysOf(alice), []);
});

test('a gateway is an https address of the path the specification names', async () => {
  const alice = await register(server, 'alice');
  const addresses = [
    'push.example.org/_matrix/push/v1/notify',
    'http://push.example.org/_matrix/push/v1/notify',
    'ftp://push.example.org/_matrix/push/v1/notify',
    'https:///_matrix/push/v1/notify',
    'https://push.example.org/',
    'https://push.example.org/notify',
    'https://push.example.org/x/_matrix/push/v1/notify',
    'https://push.example.org/?/_matrix/push/v1/notify',
    'https://push.example.org/_matrix/push/v1/notify?x=1',
    'https://push.example.org#/_matrix/push/v1/notify',
    'https://user:secret@push.example.org/_matrix/push/v1/notify',
    'https://push.example.org/_matrix/push/v1/notify\nHost: inside',
    'http://127.0.0.1:99/_matrix/push/v1/notify',
  ];
  for (const address of addresses) {
    refused(await alice.request('POST', '/v3/pushers/set', { body: pusher({ data: { url: address } }) }), 400, 'M_INVALID_PARAM');
  }
});

test('a gateway the operator vouches for may be near and plain', async () => {
  const alice = await register(server, 'alice');
  await set(alice, { pushkey: unique(alice), data: { url: 'http://127.0.0.1:9/_matrix/push/v1/notify' } });
  assert.deepEqual(await keysOf(alice), [unique(alice)]);
});

test('an account has only so many pushers', async () => {
  const alice = await register(server, 'alice');
  for (let i = 0; i < 50; i++) await set(alice, { pushkey: `${unique(alice)} ${i}` });
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/pushers/set', pusher({ pushkey: `${unique(alice)} more` }));
  await set(alice, { pushkey: `${unique(alice)} 0` });
});

test('5.1 what an app said of itself is in the export', async () => {
  const alice = await register(server, 'alice');
  await set(alice, { pushkey: unique(alice) });
  const { held } = await alice.get('/_parley/v1/export');
  assert.equal(held.pusher[0].pushkey, unique(alice));
  assert.equal(held.pusher[0].data.url, url);
  assert.deepEqual(held.push_due, { held: true });
});
