/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Edits, reactions, replies, threads and references, and what the server makes of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const ids = (events) => events.map((event) => event.event_id);
const relations = (user, room, event, rest = '', query) => user.get(`/v1/rooms/${enc(room)}/relations/${enc(event)}${rest}`, query);
const react = (user, room, event, key) => user.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key } }, { type: 'm.reaction' });
const edit = (user, room, event, body) =>
  user.send(room, { msgtype: 'm.text', body: `* ${body}`, 'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': { rel_type: 'm.replace', event_id: event } });
const inThread = (user, room, root, body) => user.send(room, { msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: root } });

test('an edited event carries its latest edit, its own content stays', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'one');
  await edit(alice, room, id, 'two');
  const last = await edit(alice, room, id, 'three');
  const event = await bob.event(room, id);
  assert.equal(event.content.body, 'one');
  const replacement = event.unsigned['m.relations']['m.replace'];
  assert.equal(replacement.event_id, last);
  assert.equal(replacement.content['m.new_content'].body, 'three');
  assert.equal(replacement.sender, alice.id);
});

test('edits by others, and of another type, do not count', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'mine');
  await bob.request('PUT', `/v3/rooms/${enc(room)}/send/m.room.message/forged`, {
    body: { msgtype: 'm.text', body: '* forged', 'm.new_content': { msgtype: 'm.text', body: 'forged' }, 'm.relates_to': { rel_type: 'm.replace', event_id: id } },
  });
  const event = await bob.event(room, id);
  assert.equal(event.unsigned?.['m.relations']?.['m.replace'], undefined);
});

test('a redacted edit gives way to the one before', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'one');
  const first = await edit(alice, room, id, 'two');
  const second = await edit(alice, room, id, 'three');
  await alice.redact(room, second);
  assert.equal((await alice.event(room, id)).unsigned['m.relations']['m.replace'].event_id, first);
});

test('relations are listed newest first, and by type', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'root');
  const made = [await react(bob, room, id, '👍'), await edit(alice, room, id, 'two'), await react(bob, room, id, '🎉')];
  assert.deepEqual(ids((await relations(bob, room, id)).chunk), made.toReversed());
  assert.deepEqual(ids((await relations(bob, room, id, '/m.annotation')).chunk), [made[2], made[0]]);
  assert.deepEqual(ids((await relations(bob, room, id, '/m.annotation/m.reaction')).chunk), [made[2], made[0]]);
  assert.deepEqual((await relations(bob, room, id, '/m.annotation/m.room.message')).chunk, []);
  assert.deepEqual(ids((await relations(bob, room, id, '', { dir: 'f' })).chunk), made);
});

test('relations are paged', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'root');
  const made = [];
  for (let i = 0; i < 7; i++) made.push(await inThread(alice, room, id, `${i}`));
  const seen = [];
  let from;
  do {
    const page = await relations(alice, room, id, '/m.thread', { limit: 3, from });
    assert.ok(page.chunk.length <= 3);
    seen.push(...ids(page.chunk));
    from = page.next_batch;
  } while (from && seen.length < 30);
  assert.deepEqual(seen, made.toReversed());
});

test('a redacted reaction is gone from the relations', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'root');
  const reaction = await react(bob, room, id, '👍');
  await bob.redact(room, reaction);
  assert.deepEqual((await relations(alice, room, id)).chunk, []);
});

test('the same reaction twice is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'root');
  await react(alice, room, id, '👍');
  await alice.refused(400, 'M_DUPLICATE_ANNOTATION', 'PUT', `/v3/rooms/${enc(room)}/send/m.reaction/again`, { 'm.relates_to': { rel_type: 'm.annotation', event_id: id, key: '👍' } });
  await react(alice, room, id, '🎉');
});

test('a thread root tells count, last event and whether one took part', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const root = await alice.send(room, 'root');
  await inThread(alice, room, root, 'one');
  const last = await inThread(alice, room, root, 'two');
  const seenBy = async (user) => (await user.event(room, root)).unsigned['m.relations']['m.thread'];
  const summary = await seenBy(bob);
  assert.equal(summary.count, 2);
  assert.equal(summary.latest_event.event_id, last);
  assert.equal(summary.latest_event.content.body, 'two');
  assert.equal(summary.current_user_participated, false);
  assert.equal((await seenBy(alice)).current_user_participated, true);
  await inThread(bob, room, root, 'three');
  assert.equal((await seenBy(bob)).current_user_participated, true);
});

test('references are bundled', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'question');
  const reference = await alice.send(room, { 'm.relates_to': { rel_type: 'm.reference', event_id: id } }, { type: 'org.test.answer' });
  const bundle = (await alice.event(room, id)).unsigned['m.relations']['m.reference'];
  assert.deepEqual(bundle.chunk, [{ event_id: reference }]);
});

test('aggregations also come with messages, context and a limited sync', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'one');
  const change = await edit(alice, room, id, 'two');
  const found = [
    (await bob.messages(room)).chunk.find((event) => event.event_id === id),
    (await bob.get(`/v3/rooms/${enc(room)}/context/${enc(id)}`)).event,
    (await bob.sync({ since: null, filter: { room: { timeline: { limit: 2 } } } })).rooms.join[room].timeline.events.find((event) => event.event_id === id),
  ];
  for (const event of found) assert.equal(event.unsigned['m.relations']['m.replace'].event_id, change);
});

test('threads of a room are listed by latest activity, and by participation', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const [first, second] = [await alice.send(room, 'first'), await alice.send(room, 'second')];
  await inThread(bob, room, first, 'x');
  await inThread(alice, room, second, 'y');
  const list = (user, query) => user.get(`/v1/rooms/${enc(room)}/threads`, query);
  assert.deepEqual(ids((await list(bob)).chunk), [second, first]);
  assert.deepEqual(ids((await list(bob, { include: 'participated' })).chunk), [first]);
  await inThread(alice, room, first, 'z');
  assert.deepEqual(ids((await list(alice)).chunk), [first, second]);
});

test('who left a room is listed its threads as they were then', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const [ended, revived, single] = [await alice.send(room, 'ended'), await alice.send(room, 'revived'), await alice.send(room, 'no thread yet')];
  const last = await inThread(bob, room, revived, 'x');
  await inThread(alice, room, ended, 'y');
  await bob.leave(room);
  await inThread(alice, room, revived, 'not for bob');
  await inThread(alice, room, single, 'not for bob');
  await inThread(alice, room, await alice.send(room, 'later'), 'not for bob');
  const list = (query) => bob.get(`/v1/rooms/${enc(room)}/threads`, query);
  const { chunk } = await list();
  assert.deepEqual(ids(chunk), [ended, revived]);
  const bundle = chunk[1].unsigned['m.relations']['m.thread'];
  assert.equal(bundle.count, 1);
  assert.equal(bundle.latest_event.event_id, last);
  assert.deepEqual(ids((await list({ include: 'participated' })).chunk), [revived]);
  const page = await list({ limit: 1 });
  assert.deepEqual(ids(page.chunk), [ended]);
  assert.deepEqual(ids((await list({ limit: 1, from: page.next_batch })).chunk), [revived]);
  assert.equal((await alice.get(`/v1/rooms/${enc(room)}/threads`)).chunk.length, 4);
});

test('a reply is kept as it is', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'question');
  const relation = { 'm.in_reply_to': { event_id: id } };
  const reply = await alice.send(room, { msgtype: 'm.text', body: 'answer', 'm.relates_to': relation });
  assert.deepEqual((await alice.event(room, reply)).content['m.relates_to'], relation);
});

test('relations of an unknown event are not found', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v1/rooms/${enc(room)}/relations/${enc('$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')}`);
});

test('relations outlive a restart', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'one');
  const change = await edit(alice, room, id, 'two');
  const reply = await inThread(alice, room, id, 'three');
  await server.restart();
  const bundle = (await alice.event(room, id)).unsigned['m.relations'];
  assert.equal(bundle['m.replace'].event_id, change);
  assert.equal(bundle['m.thread'].latest_event.event_id, reply);
});
