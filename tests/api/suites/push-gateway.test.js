/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What push gateways are sent: that something is new, at least once, in order, and never what it is (obligation 1.11).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canary } from '../support/canaries.js';
import { GatewayPeer, usePushPeers } from '../support/push-peer.js';
import { Server } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = new Server();
const gateway = new GatewayPeer();
const other = new GatewayPeer();
usePushPeers(server, gateway, other);

const take = async () => ({ status: 200, body: { rejected: [] } });

/** Two who share a room; the second has a pusher. */
async function pair(options) {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  return { alice, bob, room, pushkey: await gateway.setPusher(bob, options) };
}

test('1.11 a notice says that something is new, and has no place for what was written', async () => {
  const words = { body: canary('body'), name: canary('name'), room: canary('room'), topic: canary('topic'), alias: canary('alias') };
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(`/v3/profile/${enc(alice.id)}/displayname`, { displayname: words.name });
  const room = await alice.createRoom({ preset: 'private_chat', name: words.room, topic: words.topic, room_alias_name: words.alias, invite: [bob.id] });
  await bob.join(room);
  for (const format of ['event_id_only', undefined]) {
    const pushkey = await gateway.setPusher(bob, { data: { format, default_payload: { mine: true } } });
    const event = await alice.send(room, words.body);
    const notice = await gateway.notice(pushkey, event);
    const { pushkey_ts: ts, ...device } = notice.devices[0];
    assert.ok(Math.abs(ts - Date.now() / 1000) < 60);
    assert.deepEqual(
      { ...notice, devices: [device] },
      {
        event_id: event,
        room_id: room,
        prio: 'high',
        counts: { unread: notice.counts.unread },
        devices: [{ app_id: 'org.example.app', pushkey, data: { ...(format ? { format } : {}), default_payload: { mine: true } }, tweaks: notice.devices[0].tweaks }],
      },
    );
    assert.ok(notice.counts.unread > 0);
  }
  for (const { text } of gateway.requests) {
    for (const [what, word] of Object.entries(words)) assert.ok(!text.includes(word), `${what} is in a notice`);
    assert.ok(!text.includes(alice.id) && !text.includes('m.text'), 'who wrote, or of what kind it is, is in a notice');
  }
});

test('notices come in order, on connections that are kept', async () => {
  const { alice, room, pushkey } = await pair();
  const events = [];
  for (let i = 0; i < 10; i++) events.push(await alice.send(room, `message ${i}`));
  await gateway.notice(pushkey, events.at(-1));
  assert.deepEqual(gateway.notices(pushkey).map(({ event_id: id }) => id), events);
  assert.equal(new Set(gateway.attempts(pushkey).map(({ port }) => port)).size, 1);
});

test('each pusher of a person is told, and nobody else', async () => {
  const { alice, bob, room, pushkey } = await pair();
  const second = await other.setPusher(bob);
  const own = await gateway.setPusher(alice);
  const event = await alice.send(room, 'hello');
  await Promise.all([gateway.notice(pushkey, event), other.notice(second, event)]);
  assert.deepEqual(gateway.attempts(own), []);
});

test('what is not taken is said again, later each time, and what follows waits for it', async () => {
  const { alice, room, pushkey } = await pair();
  let failures = 0;
  gateway.answers = async () => (++failures <= 5 ? { status: failures % 2 ? 500 : 429 } : take());
  const [first, second] = [await alice.send(room, 'first'), await alice.send(room, 'second')];
  await gateway.notice(pushkey, second);
  gateway.answers = take;
  const attempts = gateway.attempts(pushkey);
  assert.deepEqual(attempts.map(({ notice }) => notice.event_id), [first, first, first, first, first, first, second]);
  const pauses = attempts.slice(1, 6).map(({ at }, i) => at - attempts[i].at);
  // At least half of 40 ms, 80 ms … 400 ms.
  for (const [i, pause] of pauses.entries()) assert.ok(pause >= Math.min(400, 40 * 2 ** i) / 2 - 1, `pauses ${pauses}`);
});

test('a gateway that says when to come back is left alone until then', async () => {
  const { alice, room, pushkey } = await pair();
  let asked = false;
  gateway.answers = async () => (asked ? take() : ((asked = true), { status: 503, headers: { 'Retry-After': '2' } }));
  await gateway.notice(pushkey, await alice.send(room, 'hello'));
  gateway.answers = take;
  const [first, second] = gateway.attempts(pushkey);
  assert.ok(second.at - first.at >= 1900, `${second.at - first.at}`);
});

test('one gateway that is away holds up no other', async () => {
  const { alice, bob, room, pushkey } = await pair();
  const second = await other.setPusher(bob);
  await gateway.close();
  const event = await alice.send(room, 'hello');
  await other.notice(second, event);
  await gateway.listen();
  await gateway.notice(pushkey, event);
});

test('a notice that is refused for good is left out, and the next is sent', async () => {
  const { alice, room, pushkey } = await pair();
  const first = await alice.send(room, 'first');
  await gateway.notice(pushkey, first);
  gateway.answers = async ({ body }) => (body.notification.event_id === refusedId ? { status: 400 } : take());
  let refusedId;
  const [bad, good] = await Promise.all([alice.send(room, 'bad').then((id) => (refusedId = id)), Promise.resolve().then(() => alice.send(room, 'good'))]);
  await gateway.notice(pushkey, good);
  gateway.answers = take;
  assert.ok(gateway.attempts(pushkey).filter(({ notice }) => notice.event_id === bad).length <= 1);
});

test('a rejected pushkey is never used again', async () => {
  const { alice, bob, room, pushkey } = await pair();
  const kept = await other.setPusher(bob);
  gateway.answers = async () => ({ status: 200, body: { rejected: [pushkey] } });
  await other.notice(kept, await alice.send(room, 'first'));
  await gateway.until(() => gateway.attempts(pushkey).length, { what: 'the notice that is answered with a rejection' });
  await bob.syncUntil(async () => true);
  for (;;) {
    const { pushers } = await bob.get('/v3/pushers');
    if (pushers.length === 1) break;
  }
  gateway.answers = take;
  await other.notice(kept, await alice.send(room, 'second'));
  assert.equal(gateway.attempts(pushkey).length, 1);
});

test('a pusher whose device is signed out, or whose user leaves the room, hears nothing', async () => {
  const { alice, bob, room, pushkey } = await pair();
  const carol = await register(server, 'carol');
  await alice.invite(room, carol);
  await carol.join(room);
  const witness = await other.setPusher(carol);
  await gateway.notice(pushkey, await alice.send(room, 'heard'));
  await bob.post('/v3/logout');
  const event = await alice.send(room, 'not heard');
  await other.notice(witness, event);
  assert.equal(gateway.attempts(pushkey).filter(({ notice }) => notice.event_id === event).length, 0);
});

test('reading takes the number down, without an event', async () => {
  const { alice, bob, room, pushkey } = await pair();
  await alice.send(room, 'first');
  const event = await alice.send(room, 'second');
  await gateway.notice(pushkey, event);
  await bob.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(event)}`, {});
  const notice = await gateway.until(() => gateway.notices(pushkey).find(({ event_id: id }) => !id), { what: 'the count' });
  assert.deepEqual([notice.counts, notice.prio, notice.room_id], [{ unread: 0 }, 'low', undefined]);
});

test('what was read while the gateway was away is not told any more', async () => {
  const { alice, bob, room, pushkey } = await pair();
  gateway.answers = async () => ({ status: 500 });
  const [read, unread] = [await alice.send(room, 'read'), await alice.send(room, 'unread')];
  await gateway.until(() => gateway.attempts(pushkey).length > 0);
  await bob.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(read)}`, {});
  gateway.answers = take;
  await gateway.notice(pushkey, unread);
  assert.deepEqual(gateway.notices(pushkey).map(({ event_id: id }) => id).filter((id) => id === read), []);
});

test('who reads while being told is told of what comes next all the same', async () => {
  gateway.answers = take;
  const pairs = await Promise.all(Array.from({ length: 12 }, () => pair()));
  const talk = async ({ alice, bob, room, pushkey }) => {
    for (let i = 0; i < 40; i++) {
      await alice.send(room, `message ${i}`);
      await bob.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(await alice.send(room, `and ${i}`))}`, {});
    }
    await gateway.notice(pushkey, await alice.send(room, 'the last'));
  };
  await Promise.all(pairs.map(talk));
});

test('everybody in a large room is told, but for who wrote and who wants silence, also after a kill', async () => {
  const people = await registerAll(server, ...Array.from({ length: 26 }, (_, i) => `crowd${i}`));
  const [alice, bob] = people;
  const room = await roomOf(...people);
  const keys = await Promise.all(people.map((user) => gateway.setPusher(user)));
  await bob.put(`/v3/pushrules/global/room/${enc(room)}`, { actions: [] });
  gateway.answers = async () => ({ status: 500 });
  const event = await alice.send(room, 'to all');
  await gateway.until(() => gateway.attempts(keys[2]).length > 0);
  await server.kill();
  gateway.answers = take;
  await server.relaunch();
  await Promise.all(keys.slice(2).map((key) => gateway.notice(key, event)));
  for (const key of keys.slice(0, 2)) assert.deepEqual(gateway.attempts(key).filter(({ notice }) => notice.event_id === event), []);
  // What was under way when the server was killed may have been taken, and is told again.
  for (const key of keys.slice(2)) assert.deepEqual(new Set(gateway.notices(key).map(({ event_id: id }) => id)), new Set([event]));
});

test('nothing is lost when the server is killed, and nothing that was taken long ago comes again', async () => {
  const { alice, room, pushkey } = await pair();
  const before = await alice.send(room, 'before');
  await gateway.notice(pushkey, before);
  gateway.answers = async () => ({ status: 500 });
  const events = [];
  for (let i = 0; i < 5; i++) events.push(await alice.send(room, `message ${i}`));
  await gateway.until(() => gateway.attempts(pushkey).length > 1);
  await server.kill();
  gateway.answers = take;
  await server.relaunch();
  await gateway.notice(pushkey, events.at(-1));
  const taken = gateway.notices(pushkey).map(({ event_id: id }) => id);
  assert.deepEqual(taken.filter((id) => events.includes(id)), events);
  // The kill may have come between the answer and the note of it, not later.
  assert.ok(taken.filter((id) => id === before).length <= 2);
  await server.restart();
  const last = await alice.send(room, 'last');
  await gateway.notice(pushkey, last);
  // Likewise of the newest.
  const again = gateway.notices(pushkey).map(({ event_id: id }) => id).slice(taken.length);
  assert.deepEqual(again.filter((id) => id !== events.at(-1)), [last]);
  assert.ok(again.length <= 2);
});
