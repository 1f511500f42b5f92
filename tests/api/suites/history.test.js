/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const ids = (events) => events.map((event) => event.event_id);

async function roomWith(count) {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const sent = [];
  for (let i = 0; i < count; i++) sent.push(await alice.send(room, `${i}`));
  return { alice, room, sent };
}

test('paging back reaches the beginning, without gap or repeat', async () => {
  const { alice, room, sent } = await roomWith(23);
  const seen = [];
  let from;
  for (let pages = 0; pages < 50; pages++) {
    const page = await alice.messages(room, { limit: 7, from });
    assert.ok(page.chunk.length <= 7);
    seen.push(...page.chunk);
    if (page.end === undefined) break;
    from = page.end;
  }
  assert.equal(new Set(ids(seen)).size, seen.length);
  assert.deepEqual(ids(seen).slice(0, 23).reverse(), sent);
  assert.equal(seen.at(-1).type, 'm.room.create');
});

test('paging forward from the beginning sees the same the other way round', async () => {
  const { alice, room } = await roomWith(12);
  const back = await alice.messages(room, { limit: 100 });
  const forward = await alice.messages(room, { limit: 100, dir: 'f' });
  assert.deepEqual(ids(forward.chunk), ids(back.chunk).reverse());
});

test('a sync gap is filled by paging from prev_batch', async () => {
  const { alice, room, sent } = await roomWith(0);
  await alice.sync();
  for (let i = 0; i < 15; i++) sent.push(await alice.send(room, `${i}`));
  const answer = await alice.sync({ filter: { room: { timeline: { limit: 5 } } } });
  const { timeline } = answer.rooms.join[room];
  assert.equal(timeline.limited, true);
  assert.deepEqual(ids(timeline.events), sent.slice(-5));
  const { chunk } = await alice.messages(room, { from: timeline.prev_batch, limit: 10 });
  assert.deepEqual(ids(chunk).reverse(), sent.slice(0, 10));
});

test('paging stops at `to`', async () => {
  const { alice, room, sent } = await roomWith(0);
  const { next_batch: to } = await alice.sync();
  for (let i = 0; i < 5; i++) sent.push(await alice.send(room, `${i}`));
  const { next_batch: from } = await alice.sync();
  const { chunk } = await alice.messages(room, { from, to, limit: 50 });
  assert.deepEqual(ids(chunk).reverse(), sent);
});

test('messages can be filtered by type and sender', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const mine = await alice.send(room, 'a');
  await bob.send(room, 'b');
  const thing = await alice.send(room, { x: 1 }, { type: 'org.test.thing' });
  const pick = async (filter) => ids((await alice.messages(room, { filter, limit: 50 })).chunk);
  assert.deepEqual(await pick({ senders: [alice.id], types: ['m.room.message'] }), [mine]);
  assert.deepEqual(await pick({ types: ['org.test.*'] }), [thing]);
  assert.ok(!(await pick({ not_types: ['m.room.*'] })).includes(mine));
});

test('a page ends at `to`, in either direction', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const sent = [];
  for (let i = 0; i < 6; i++) sent.push(await alice.send(room, `${i}`));
  const newest = await alice.messages(room, { limit: 2 });
  const middle = await alice.messages(room, { limit: 2, from: newest.end });
  const back = await alice.messages(room, { from: newest.start, to: middle.end, limit: 50 });
  assert.deepEqual(ids(back.chunk), sent.slice(2).reverse());
  assert.equal(back.end, undefined);
  const forth = await alice.messages(room, { dir: 'f', from: middle.end, to: newest.end, limit: 50 });
  assert.deepEqual(ids(forth.chunk), sent.slice(2, 4));
});

test('the limit of the filter holds where the query has none', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  assert.equal((await alice.messages(room, { filter: { limit: 2 } })).chunk.length, 2);
  assert.equal((await alice.messages(room, { limit: 3, filter: { limit: 2 } })).chunk.length, 3);
  for (const filter of [{ rooms: ['!other'] }, { not_rooms: [room] }]) assert.deepEqual((await alice.messages(room, { filter })).chunk, []);
});

test('messages can be filtered by url', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.send(room, 'text');
  const image = await alice.send(room, { msgtype: 'm.image', body: 'i', url: 'mxc://parley.test/x' });
  const { chunk } = await alice.messages(room, { filter: { contains_url: true } });
  assert.deepEqual(ids(chunk), [image]);
});

test('lazy loading sends the members who speak, and no others', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await bob.send(room, 'hi');
  const { state } = await alice.messages(room, { limit: 1, filter: { lazy_load_members: true } });
  assert.deepEqual(state.map((event) => event.state_key), [bob.id]);
});

test('dir must be f or b', async () => {
  const { alice, room } = await roomWith(0);
  for (const dir of ['x', undefined]) {
    const answer = await alice.request('GET', path(room, 'messages'), { query: { dir } });
    assert.equal(answer.status, 400, String(dir));
  }
});

test('a token that is none is refused', async () => {
  const { alice, room } = await roomWith(0);
  const answer = await alice.request('GET', path(room, 'messages'), { query: { dir: 'b', from: 'rubbish' } });
  assert.equal(answer.status, 400);
});

test('outsiders read no messages', async () => {
  const { room } = await roomWith(1);
  const bob = await register(server, 'bob');
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(room, 'messages'), undefined, { dir: 'b' });
});

test('context surrounds an event', async () => {
  const { alice, room, sent } = await roomWith(11);
  const context = await alice.get(path(room, `context/${enc(sent[5])}`), { limit: 6 });
  assert.equal(context.event.event_id, sent[5]);
  assert.deepEqual(ids(context.events_before), [sent[4], sent[3], sent[2]]);
  assert.deepEqual(ids(context.events_after), [sent[6], sent[7], sent[8]]);
  assert.ok(context.state.some((event) => event.type === 'm.room.create'));
  const earlier = await alice.messages(room, { from: context.start, limit: 2 });
  assert.deepEqual(ids(earlier.chunk), [sent[1], sent[0]]);
  const later = await alice.messages(room, { from: context.end, dir: 'f', limit: 2 });
  assert.deepEqual(ids(later.chunk), [sent[9], sent[10]]);
});

test('context with limit 0 is the event alone', async () => {
  const { alice, room, sent } = await roomWith(3);
  const context = await alice.get(path(room, `context/${enc(sent[1])}`), { limit: 0 });
  assert.equal(context.event.event_id, sent[1]);
  assert.deepEqual([context.events_before ?? [], context.events_after ?? []], [[], []]);
});

test('a single event is fetched by its id', async () => {
  const { alice, room, sent } = await roomWith(1);
  const event = await alice.event(room, sent[0]);
  assert.equal(event.event_id, sent[0]);
  assert.equal(event.room_id, room);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', path(room, `event/${enc('$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')}`));
});

test('an event is found only in its own room', async () => {
  const { alice, sent } = await roomWith(1);
  const other = await alice.createRoom({});
  await alice.refused(404, 'M_NOT_FOUND', 'GET', path(other, `event/${enc(sent[0])}`));
});

test('timestamp_to_event finds the nearest event in either direction', async () => {
  const { alice, room, sent } = await roomWith(2);
  const events = await Promise.all(sent.map((id) => alice.event(room, id)));
  const find = (ts, dir) => alice.request('GET', `/v1/rooms/${enc(room)}/timestamp_to_event`, { query: { ts, dir } });
  const last = await find(events[1].origin_server_ts + 1000, 'b');
  assert.equal(last.body.event_id, sent[1]);
  assert.equal(last.body.origin_server_ts, events[1].origin_server_ts);
  const first = await find(0, 'f');
  const create = (await alice.get(path(room, 'state'))).find((event) => event.type === 'm.room.create');
  assert.equal(first.body.event_id, create.event_id);
  const none = await find(events[1].origin_server_ts + 60_000, 'f');
  assert.equal(none.status, 404);
  assert.equal(none.body.errcode, 'M_NOT_FOUND');
});

const visibilities = {
  world_readable: { before: true, invited: true },
  shared: { before: true, invited: true },
  invited: { before: false, invited: true },
  joined: { before: false, invited: false },
};
for (const [visibility, sees] of Object.entries(visibilities)) {
  test(`history_visibility ${visibility}: what a new member sees of the past`, async () => {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    const room = await alice.createRoom({ initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: visibility } }] });
    const before = await alice.send(room, 'before');
    await alice.invite(room, bob);
    const invited = await alice.send(room, 'while invited');
    await bob.join(room);
    const after = await alice.send(room, 'after');
    const { chunk } = await bob.messages(room, { limit: 100 });
    const seen = ids(chunk);
    assert.deepEqual([seen.includes(before), seen.includes(invited), seen.includes(after)], [sees.before, sees.invited, true]);
    assert.equal((await bob.request('GET', path(room, `event/${enc(before)}`))).status, sees.before ? 200 : 404);
  });
}

test('a world-readable room is read without joining', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] });
  const id = await alice.send(room, 'for all the world');
  assert.ok(ids((await bob.messages(room)).chunk).includes(id));
  assert.ok((await bob.get(path(room, 'state'))).length > 0);
});
