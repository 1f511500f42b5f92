/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What is sent to application services: everything that is theirs, in order, at least once, whatever fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erase } from '../support/canaries.js';
import { Server } from '../support/server.js';
import { useServices } from '../support/service-peer.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = new Server();
const [irc, log, deaf] = useServices(
  server,
  {
    id: 'irc',
    sender_localpart: '_irc_bot',
    rate_limited: false,
    receive_ephemeral: true,
    namespaces: { users: [{ exclusive: false, regex: '@irc-.*' }], aliases: [{ exclusive: false, regex: '#irc-.*' }] },
  },
  { id: 'log', sender_localpart: '_log_bot', namespaces: { rooms: [{ exclusive: false, regex: '!.*' }] } },
  { id: 'deaf', sender_localpart: '_deaf_bot', url: null, namespaces: { rooms: [{ exclusive: false, regex: '!.*' }] } },
);

const bodies = (events) => events.filter(({ type }) => type === 'm.room.message').map(({ content }) => content.body);
const take = (peer) => (peer.answers = async () => ({ status: 200, body: {} }));

/** Somebody of this service's, in a room with somebody of nobody's. */
async function bridged(name) {
  const alice = await register(server, 'alice');
  const ghost = await register(server, name);
  return { alice, ghost, room: await roomOf(alice, ghost) };
}

test('a service is sent what happens in a room with one of its users, as a client would see it', async () => {
  const { alice, room } = await bridged('irc-ada');
  const id = await alice.send(room, 'hello');
  const event = await irc.event(id);
  assert.deepEqual(
    { ...event, origin_server_ts: 0 },
    {
      content: { msgtype: 'm.text', body: 'hello' },
      event_id: id,
      origin_server_ts: 0,
      room_id: room,
      sender: alice.id,
      type: 'm.room.message',
    },
  );
  const [sent] = irc.transactions();
  assert.equal(sent.authorization, `Bearer ${irc.hsToken}`);
});

test('it is told what a state event has replaced', async () => {
  const { alice, room } = await bridged('irc-bea');
  await alice.setState(room, 'm.room.topic', { topic: 'before' });
  const event = await irc.event(await alice.setState(room, 'm.room.topic', { topic: 'after' }));
  assert.equal(event.state_key, '');
  assert.equal(event.unsigned.prev_content.topic, 'before');
});

test('it is told that one of its users is invited, and nothing of the room before they have joined or after they left', async () => {
  const alice = await register(server, 'alice');
  const ghost = await register(server, 'irc-cyd');
  const room = await alice.createRoom();
  const before = await alice.send(room, 'before');
  await alice.invite(room, ghost);
  const invited = await alice.send(room, 'invited');
  await ghost.join(room);
  const joined = await alice.send(room, 'joined');
  await ghost.leave(room);
  const after = await alice.send(room, 'after');
  const marker = await bridged('irc-dee').then(({ alice: other, room: elsewhere }) => other.send(elsewhere, 'marker'));
  await irc.event(marker);
  const memberships = irc.events().filter(({ state_key: key, room_id: where }) => key === ghost.id && where === room);
  assert.deepEqual(memberships.map(({ content }) => content.membership), ['invite', 'join', 'leave']);
  const seen = irc.events().map(({ event_id: id }) => id);
  assert.deepEqual([before, invited, joined, after].map((id) => seen.includes(id)), [false, false, true, false]);
});

test('a room is a service\'s by its id or by an address of it', async () => {
  const alice = await register(server, 'alice');
  const plain = await alice.createRoom();
  const addressed = await alice.createRoom({ room_alias_name: 'irc-lounge', preset: 'public_chat' });
  const first = await alice.send(plain, 'plain');
  const second = await alice.send(addressed, 'addressed');
  await Promise.all([log.event(first), log.event(second), irc.event(second)]);
  assert.equal(irc.events().some(({ event_id: id }) => id === first), false);
});

test('a service without an address is left alone', async () => {
  const alice = await register(server, 'alice');
  await log.event(await alice.send(await alice.createRoom(), 'anybody?'));
  assert.deepEqual(deaf.requests, []);
});

test('events come in order, each once, at most a hundred in a transaction', async () => {
  const { alice, room } = await bridged('irc-eve');
  let held;
  const open = new Promise((done) => (held = done));
  irc.answers = async () => (await open, { status: 200, body: {} });
  const count = 250;
  for (let i = 0; i < count; i++) await alice.send(room, `line ${i}`);
  take(irc);
  held();
  await irc.until(() => bodies(irc.events()).includes(`line ${count - 1}`));
  const lines = bodies(irc.events()).filter((body) => body.startsWith('line '));
  assert.deepEqual(lines, Array.from({ length: count }, (_, i) => `line ${i}`));
  const sizes = irc.acknowledged().map(({ body }) => body.events.length);
  assert.ok(Math.max(...sizes) <= 100, `${Math.max(...sizes)} events at once`);
  assert.ok(sizes.some((size) => size === 100), 'a full transaction');
});

test('what is not acknowledged comes again, the same and alone', async () => {
  const { alice, room } = await bridged('irc-fay');
  await irc.event(await alice.send(room, 'settled'));
  const from = irc.transactions().length;
  const statuses = [500, 403, 302];
  irc.answers = async () => ({ status: statuses.shift() ?? 200, body: {} });
  const first = await alice.send(room, 'first');
  await irc.until(() => irc.transactions().length > from);
  const second = await alice.send(room, 'second');
  await irc.event(second);
  const sent = irc.transactions().slice(from).filter(({ body }) => body.events.length);
  assert.deepEqual(sent.map(({ status }) => status), [500, 403, 302, 200, 200]);
  assert.equal(new Set(sent.slice(0, 4).map(({ id, text }) => `${id} ${text}`)).size, 1);
  assert.notEqual(sent[4].id, sent[0].id);
  assert.deepEqual(sent[0].body.events.map(({ event_id: id }) => id), [first]);
  assert.deepEqual(sent[4].body.events.map(({ event_id: id }) => id), [second]);
});

test('one service that fails holds up no other', async () => {
  const { alice, room } = await bridged('irc-gil');
  irc.answers = async () => ({ status: 500 });
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push(await alice.send(room, `through ${i}`));
  await Promise.all(ids.map((id) => log.event(id)));
  take(irc);
  await irc.event(ids[2]);
});

test('a service that was away gets everything when it comes back', async () => {
  const { alice, room } = await bridged('irc-hal');
  await irc.event(await alice.send(room, 'present'));
  await irc.close();
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await alice.send(room, `away ${i}`));
  await log.event(ids[4]);
  await irc.listen();
  await irc.event(ids[4]);
  assert.deepEqual(bodies(irc.events()).filter((body) => body.startsWith('away ')), ids.map((_, i) => `away ${i}`));
});

test('neither a restart nor the plug loses or changes what is under way', async () => {
  const { alice, room } = await bridged('irc-ivy');
  await irc.event(await alice.send(room, 'calm'));
  irc.answers = async () => ({ status: 503 });
  const ids = [await alice.send(room, 'storm 0')];
  const refused = () => irc.transactions().filter(({ body, status }) => status === 503 && bodies(body.events).some((text) => text === 'storm 0'));
  await irc.until(() => refused().length > 0);
  for (const end of ['kill', 'stop', 'kill']) {
    ids.push(await alice.send(room, `storm ${ids.length}`));
    await server[end]();
    const before = refused().length;
    await server.relaunch();
    await irc.until(() => refused().length > before);
  }
  assert.equal(new Set(refused().map(({ id }) => id)).size, 1, 'one transaction id');
  assert.equal(new Set(refused().map(({ body }) => JSON.stringify(body.events))).size, 1, 'one content');
  take(irc);
  await irc.event(ids.at(-1));
  assert.deepEqual(bodies(irc.events()).filter((text) => text.startsWith('storm ')), ids.map((_, i) => `storm ${i}`));
});

test('an acknowledgement survives the plug: what was taken does not come again', async () => {
  const { alice, room } = await bridged('irc-jan');
  const quiet = await alice.createRoom();
  const taken = await alice.send(room, 'taken');
  await irc.event(taken);
  // Commits after which that of the acknowledgement has come.
  for (let i = 0; i < 10; i++) await alice.send(quiet, `nothing for anybody else ${i}`);
  await server.kill();
  await server.relaunch();
  await irc.event(await alice.send(room, 'after the plug'));
  const times = irc.transactions().filter(({ body }) => body.events.some(({ event_id: id }) => id === taken));
  assert.equal(times.length, 1);
});

test('a service that was away gets what was said while its user was in the room, and no more', async () => {
  const alice = await register(server, 'alice');
  const ghost = await register(server, 'irc-joe');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await irc.close();
  const ids = [await alice.send(room, 'too early')];
  await ghost.join(room);
  ids.push(await alice.send(room, 'in time'));
  await ghost.leave(room);
  ids.push(await alice.send(room, 'too late'));
  await ghost.join(room);
  const last = await alice.send(room, 'in time again');
  await log.event(last);
  await irc.listen();
  await irc.event(last);
  const seen = irc.events().map(({ event_id: id }) => id);
  assert.deepEqual(ids.map((id) => seen.includes(id)), [false, true, false]);
});

test('what was redacted before it could be sent is sent without its content', async () => {
  const { alice, room } = await bridged('irc-kai');
  await irc.event(await alice.send(room, 'ready'));
  irc.answers = async () => ({ status: 500 });
  const from = irc.transactions().length;
  const id = await alice.send(room, 'a slip');
  await irc.until(() => irc.transactions().length > from);
  await alice.redact(room, id);
  take(irc);
  const event = await irc.event(id);
  assert.deepEqual(event.content, {});
});

test('what was over in its room before it could be sent is never sent', async () => {
  const { alice, room } = await bridged('irc-max');
  await irc.event(await alice.send(room, 'present'));
  await irc.close();
  const over = await alice.send(room, 'for a moment');
  const policy = await alice.setState(room, 'm.room.retention', { max_lifetime: 1 });
  await log.event(policy);
  await irc.listen();
  await irc.event(policy);
  assert.ok(!irc.events().some(({ event_id: id, content }) => id === over || content.body === 'for a moment'));
});

test('4.3 what somebody said who was erased meanwhile is never sent', async () => {
  const { alice, ghost, room } = await bridged('irc-liv');
  await irc.event(await alice.send(room, 'soon gone'));
  await irc.close();
  const id = await alice.send(room, 'a secret that was told');
  await alice.setState(room, 'm.room.topic', { topic: 'a secret topic' });
  await erase(alice);
  const last = await ghost.send(room, 'who was that?');
  await irc.listen();
  await irc.event(last);
  assert.deepEqual((await irc.event(id)).content, {});
  assert.equal(irc.requests.some(({ text }) => text.includes('a secret')), false);
});

test('typing, receipts and presence come to a service that wants them, with their room', async () => {
  const { alice, ghost, room } = await bridged('irc-lea');
  const id = await ghost.send(room, 'who reads me?');
  await alice.put(`/v3/rooms/${enc(room)}/typing/${enc(alice.id)}`, { typing: true, timeout: 30_000 });
  await irc.until(() => irc.ephemeral().find((one) => one.type === 'm.typing' && one.room_id === room && one.content.user_ids.includes(alice.id)));
  await alice.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(id)}`);
  await irc.until(() => irc.ephemeral().find((one) => one.type === 'm.receipt' && one.room_id === room && one.content[id]?.['m.read']?.[alice.id]));
  await alice.put(`/v3/presence/${enc(alice.id)}/status`, { presence: 'online', status_msg: 'on a ladder' });
  await irc.until(() => irc.ephemeral().find((one) => one.type === 'm.presence' && one.sender === alice.id && one.content.status_msg === 'on a ladder'));
  assert.deepEqual(log.ephemeral(), []);
});

test('private receipts come only of the service\'s own users, and nothing ephemeral of other rooms', async () => {
  const { alice, ghost, room } = await bridged('irc-moe');
  const [bob, cyd] = await registerAll(server, 'bob', 'cyd');
  const elsewhere = await roomOf(bob, cyd);
  const id = await ghost.send(room, 'read in secret');
  await alice.post(`/v3/rooms/${enc(room)}/receipt/m.read.private/${enc(id)}`);
  await bob.put(`/v3/rooms/${enc(elsewhere)}/typing/${enc(bob.id)}`, { typing: true, timeout: 30_000 });
  await bob.put(`/v3/presence/${enc(bob.id)}/status`, { presence: 'unavailable', status_msg: 'hidden' });
  await ghost.post(`/v3/rooms/${enc(room)}/receipt/m.read.private/${enc(id)}`);
  await irc.until(() => irc.ephemeral().find((one) => one.content[id]?.['m.read.private']?.[ghost.id]));
  await alice.put(`/v3/rooms/${enc(room)}/typing/${enc(alice.id)}`, { typing: true, timeout: 30_000 });
  await irc.until(() => irc.ephemeral().find((one) => one.type === 'm.typing' && one.room_id === room));
  const all = JSON.stringify(irc.ephemeral());
  assert.equal(irc.ephemeral().some((one) => one.content[id]?.['m.read.private']?.[alice.id]), false);
  assert.equal(all.includes(elsewhere) || all.includes(bob.id), false);
});

test('whose messages a service was given sees so on their record, and at which service', async () => {
  const { alice, ghost, room } = await bridged('irc-nan');
  await irc.event(await alice.send(room, 'on the record'));
  const given = async (user) => {
    const { entries } = await user.get('/_parley/v1/audit');
    return entries.map(({ entry }) => (typeof entry === 'string' ? JSON.parse(entry) : entry)).filter(
      ({ detail, kind, field, actor }) => detail === 'irc' && kind === 'read' && field === 'event' && actor === 'application_service',
    );
  };
  assert.equal((await given(alice)).length, 1);
  await irc.event(await alice.send(room, 'and again'));
  assert.equal((await given(alice)).length, 1, 'once a day');
  assert.equal((await given(ghost)).length, 0, 'the service knows of its own');
});

test('an address of older services is asked when the present one is unknown to them', async () => {
  const { alice, room } = await bridged('irc-old');
  await irc.event(await alice.send(room, 'modern'));
  irc.answers = async ({ path }) => (path.startsWith('/_matrix/app/') ? { status: 404, body: { errcode: 'M_UNRECOGNIZED' } } : { status: 200 });
  const id = await alice.send(room, 'olden');
  const old = await irc.until(() => irc.requests.find(({ path, body }) => path.startsWith('/transactions/') && body.events.some((event) => event.event_id === id)));
  assert.equal(old.authorization, `Bearer ${irc.hsToken}`);
  take(irc);
});
