/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Web Push: what the push service of a browser sees, and what the browser reads (RFC 8030, 8188, 8291, 8292; MSC4174).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { canary } from '../support/canaries.js';
import { PushService, signedBy, Subscription, usePushPeers } from '../support/push-peer.js';
import { Server } from '../support/server.js';
import { enc, refused, register, registerAll, roomOf } from '../support/user.js';

const server = new Server();
const service = new PushService();
usePushPeers(server, service);

const vapidKey = async (user) => (await user.get('/v3/capabilities')).capabilities['org.matrix.msc4174.webpush'].vapid;
const take = async () => ({ status: 201 });

async function pair(options) {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const subscription = new Subscription(service);
  await subscription.setPusher(bob, options);
  return { alice, bob, room, subscription };
}

test('1.11 a browser reads that something is new, and nobody on the way can', async () => {
  const word = canary('content');
  const { alice, room, subscription } = await pair({ data: { default_payload: { account: 'mine', event_id: 'not this', content: {} } } });
  const event = await alice.send(room, word);
  const message = await service.message(subscription, event);
  assert.deepEqual(message, {
    account: 'mine',
    content: {},
    app_id: 'org.example.web',
    event_id: event,
    room_id: room,
    prio: 'high',
    counts: { unread: message.counts.unread },
  });
  assert.ok(message.counts.unread > 0);
  const [{ bytes, headers }] = service.attempts(subscription);
  for (const seen of [bytes.toString('latin1'), JSON.stringify(headers)]) {
    for (const secret of [word, event, room, room.slice(1, 10), alice.id]) assert.ok(!seen.includes(secret));
  }
});

test('a request is one of RFC 8030, signed with the key that clients are told', async () => {
  const { alice, bob, room, subscription } = await pair();
  await service.message(subscription, await alice.send(room, 'hello'));
  const [{ method, headers }] = service.attempts(subscription);
  assert.equal(method, 'POST');
  assert.deepEqual([headers['content-encoding'], headers.urgency, headers.ttl], ['aes128gcm', 'high', '86400']);
  assert.match(headers.topic, /^[A-Za-z0-9_-]{1,32}$/);
  const { head, claims, key } = signedBy(headers.authorization);
  assert.deepEqual(head, { typ: 'JWT', alg: 'ES256' });
  assert.equal(claims.aud, service.origin);
  const hours = (claims.exp - Date.now() / 1000) / 3600;
  assert.ok(hours > 0 && hours <= 24);
  assert.match(claims.sub, /^(mailto|https?):/);
  assert.equal(key, await vapidKey(bob));
});

test('the key outlives a restart', async () => {
  const alice = await register(server, 'alice');
  const before = await vapidKey(alice);
  await server.restart();
  assert.equal(await vapidKey(alice), before);
});

test('of two rooms a push service sees the same topic and the same length', async () => {
  const { alice, bob, room, subscription } = await pair();
  const second = await roomOf(alice, bob);
  await service.message(subscription, await alice.send(room, 'a'));
  await service.message(subscription, await alice.send(second, 'a much longer message, with a lot to say'.repeat(20)));
  const seen = service.attempts(subscription);
  assert.equal(new Set(seen.map(({ headers }) => headers.topic)).size, 1);
  assert.equal(new Set(seen.map(({ bytes }) => bytes.length)).size, 1);
});

test('several accounts of one browser are told apart by what the app gave them to be told by', async () => {
  const { alice, bob, room, subscription } = await pair({ append: true, data: { default_payload: { account: 'bob' } } });
  const carol = await register(server, 'carol');
  await alice.invite(room, carol);
  await carol.join(room);
  await subscription.setPusher(carol, { append: true, data: { default_payload: { account: 'carol' } } });
  const event = await alice.send(room, 'hello');
  const accounts = () => service.messages(subscription).filter(({ event_id: id }) => id === event).map(({ account }) => account).sort();
  await service.until(() => accounts().length === 2);
  assert.deepEqual(accounts(), ['bob', 'carol']);
  assert.equal((await bob.get('/v3/pushers')).pushers.length, 1);
});

test('a subscription that is over is removed', async () => {
  for (const status of [404, 410]) {
    const { alice, bob, room, subscription } = await pair();
    service.answers = async () => ({ status });
    await alice.send(room, 'hello');
    await service.until(() => service.attempts(subscription).length);
    service.answers = take;
    while ((await bob.get('/v3/pushers')).pushers.length);
    assert.equal(service.attempts(subscription).length, 1);
  }
});

test('a push service that wants to be left alone is', async () => {
  const { alice, room, subscription } = await pair();
  let asked = false;
  service.answers = async () => (asked ? take() : ((asked = true), { status: 429, headers: { 'Retry-After': '1' } }));
  await service.message(subscription, await alice.send(room, 'hello'));
  service.answers = take;
  const [first, second] = service.attempts(subscription);
  assert.ok(second.at - first.at >= 900);
});

test('a browser is not woken for a number alone', async () => {
  const { alice, bob, room, subscription } = await pair();
  const event = await alice.send(room, 'first');
  await service.message(subscription, event);
  await bob.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(event)}`, {});
  await service.message(subscription, await alice.send(room, 'second'));
  assert.equal(service.attempts(subscription).length, 2);
});

test('what is no subscription is refused', async () => {
  const alice = await register(server, 'alice');
  const good = new Subscription(service);
  const wrong = [
    { pushkey: 'not a key' },
    { pushkey: randomBytes(65).toString('base64url') },
    { data: { auth: 'short' } },
    { data: { auth: undefined } },
    { data: { endpoint: undefined } },
    { data: { endpoint: 'http://push.example.org/x' } },
    { data: { endpoint: 'https://me@push.example.org/x' } },
    { data: { default_payload: { much: 'x'.repeat(2100) } } },
  ];
  for (const { data = {}, ...rest } of wrong) {
    const body = {
      kind: 'org.matrix.msc4174.webpush', app_id: 'org.example.web', pushkey: good.p256dh, app_display_name: 'Web', device_display_name: 'Browser', lang: 'en',
      data: { endpoint: good.endpoint, auth: good.auth.toString('base64url'), ...data }, ...rest,
    };
    refused(await alice.request('POST', '/v3/pushers/set', { body }), 400, 'M_INVALID_PARAM');
  }
});

test('an address that is not of the public internet is not called', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const inside = new PushService();
  await inside.listen();
  const [near, far] = [new Subscription(inside), new Subscription(service)];
  near.endpoint = near.endpoint.replace('http:', 'https:');
  await near.setPusher(bob);
  await far.setPusher(bob);
  let connections = 0;
  inside.http.on('connection', () => connections++);
  await service.message(far, await alice.send(room, 'first'));
  await service.message(far, await alice.send(room, 'second'));
  await server.restart();
  assert.equal(connections, 0);
  await inside.close();
});
