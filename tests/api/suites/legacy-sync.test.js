/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What clients asked before there was /sync, and still do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const ids = (events) => events.map((event) => event.event_id);
const readable = { preset: 'public_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] };

test('initialSync tells each room with messages, state, data of its own and what to go on with', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const sent = [];
  for (let i = 0; i < 4; i++) sent.push(await alice.send(room, `m${i}`));
  await bob.put(`/v3/user/${enc(bob.id)}/rooms/${enc(room)}/tags/work`, {});
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/org.test`, { a: 1 });
  const invited = await alice.createRoom({ invite: [bob.id] });
  const answer = await bob.get('/v3/initialSync', { limit: 3 });
  assert.deepEqual(answer.rooms.map((one) => [one.room_id, one.membership]), [[room, 'join'], [invited, 'invite']]);
  const [mine, other] = answer.rooms;
  assert.deepEqual(ids(mine.messages.chunk), sent.slice(1));
  assert.equal(mine.visibility, 'private');
  assert.ok(mine.state.some((event) => event.type === 'm.room.create' && event.room_id === room));
  assert.deepEqual(mine.account_data, [{ type: 'm.tag', content: { tags: { work: {} } } }]);
  assert.equal(other.invite.state_key, bob.id);
  assert.ok(!('messages' in other));
  assert.deepEqual(answer.account_data.find((one) => one.type === 'org.test').content, { a: 1 });
  assert.ok(answer.account_data.some((one) => one.type === 'm.push_rules'));
  assert.ok(Array.isArray(answer.presence));
  const earlier = await bob.messages(room, { from: mine.messages.start, limit: 1 });
  assert.deepEqual(ids(earlier.chunk), [sent[0]]);
});

test('initialSync has rooms one has left only when asked for the archived', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const seen = await alice.send(room, 'seen');
  await bob.leave(room);
  await alice.send(room, 'after');
  assert.deepEqual((await bob.get('/v3/initialSync')).rooms, []);
  const [left] = (await bob.get('/v3/initialSync', { archived: true })).rooms;
  assert.equal(left.membership, 'leave');
  assert.ok(ids(left.messages.chunk).includes(seen));
  assert.ok(!left.messages.chunk.some((event) => event.content.body === 'after'));
});

test('a room is told alone, also to who only peeks', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const open = await alice.createRoom(readable);
  const closed = await alice.createRoom({});
  const id = await alice.send(open, 'for all');
  const told = await alice.get(`/v3/rooms/${enc(open)}/initialSync`);
  assert.equal(told.membership, 'join');
  assert.equal(told.messages.chunk.at(-1).event_id, id);
  const peeked = await bob.get(`/v3/rooms/${enc(open)}/initialSync`);
  assert.equal(peeked.messages.chunk.at(-1).event_id, id);
  assert.ok(!('membership' in peeked));
  await bob.refused(403, 'M_FORBIDDEN', 'GET', `/v3/rooms/${enc(closed)}/initialSync`);
});

test('an event is found without its room, by those who may see it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  for (const version of ['1', '3', '12']) {
    const room = await alice.createRoom({ room_version: version });
    const id = await alice.send(room, 'here');
    const found = await alice.get(`/v3/events/${enc(id)}`);
    assert.deepEqual([found.event_id, found.room_id, found.content.body], [id, room, 'here']);
    await bob.refused(404, 'M_NOT_FOUND', 'GET', `/v3/events/${enc(id)}`);
  }
  for (const id of ['$nothing', '$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'x']) await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/events/${enc(id)}`);
});

test('events come from a token on, page by page, in order and each once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await roomOf(alice, bob), await roomOf(alice, bob)];
  let { end: from } = await bob.get('/v3/initialSync');
  const sent = [];
  for (let i = 0; i < 130; i++) sent.push(await alice.send(i % 3 ? one : two, `m${i}`));
  const first = await bob.get('/v3/events', { from, timeout: 0 });
  assert.equal(first.start, from);
  assert.deepEqual(ids(first.chunk), sent.slice(0, 100));
  assert.ok(first.chunk.every((event) => [one, two].includes(event.room_id)));
  const second = await bob.get('/v3/events', { from: first.end, timeout: 0 });
  assert.deepEqual(ids(second.chunk), sent.slice(100));
  assert.deepEqual((await bob.get('/v3/events', { from: second.end, timeout: 0 })).chunk, []);
});

test('who listens is woken by what comes, and told of invitations', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const { end } = await bob.get('/v3/initialSync');
  const listening = bob.get('/v3/events', { from: end, timeout: 20000 });
  const id = await alice.send(room, 'now');
  const heard = await listening;
  assert.deepEqual(ids(heard.chunk), [id]);
  const invited = await alice.createRoom({ invite: [bob.id] });
  const next = await bob.get('/v3/events', { from: heard.end, timeout: 20000 });
  assert.deepEqual(next.chunk.map((event) => [event.room_id, event.type, event.state_key]), [[invited, 'm.room.member', bob.id]]);
});

test('a session that ends hears no more', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const second = await bob.signInAgain();
  const { end } = await second.get('/v3/initialSync');
  const listening = second.request('GET', '/v3/events', { query: { from: end, timeout: 20000 } });
  await second.post('/v3/logout');
  const answer = await listening;
  assert.ok(answer.status === 401 || answer.body.chunk.length === 0, answer.text);
});

test('an open room is listened to without joining, a closed one is not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const open = await alice.createRoom(readable);
  const closed = await alice.createRoom({});
  const { end } = await bob.get('/v3/initialSync');
  const listening = bob.get('/v3/events', { room_id: open, from: end, timeout: 20000 });
  const id = await alice.send(open, 'on air');
  assert.deepEqual(ids((await listening).chunk), [id]);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', '/v3/events', undefined, { room_id: closed, timeout: 0 });
});

test('who listens to a room they are not in is woken by what happens there, each time at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const open = await alice.createRoom(readable);
  let { end } = await bob.get('/v3/initialSync');
  const started = Date.now();
  for (let i = 0; i < 20; i++) {
    const listening = bob.get('/v3/events', { room_id: open, from: end, timeout: 20000 });
    await bob.get('/v3/account/whoami'); // so that it is waiting by now
    const id = await alice.send(open, `${i}`);
    const answer = await listening;
    assert.deepEqual(ids(answer.chunk), [id]);
    end = answer.end;
  }
  assert.ok(Date.now() - started < 8000, `${Date.now() - started} ms for 20 events: looked for now and then, not woken`);
});

test('who listens to an open room hears when it is closed, and several may listen', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const open = await alice.createRoom(readable);
  const { end } = await bob.get('/v3/initialSync');
  const leaves = new AbortController();
  const [gone, stays] = [
    carol.request('GET', '/v3/events', { query: { room_id: open, from: end, timeout: 20000 }, signal: leaves.signal, fresh: true }).catch(() => 'gone'),
    bob.get('/v3/events', { room_id: open, from: end, timeout: 20000 }),
  ];
  await carol.get('/v3/account/whoami');
  leaves.abort();
  assert.equal(await gone, 'gone');
  const id = await alice.send(open, 'for who stays');
  const first = await stays;
  assert.deepEqual(ids(first.chunk), [id]);
  const waiting = bob.request('GET', '/v3/events', { query: { room_id: open, from: first.end, timeout: 20000 } });
  await bob.get('/v3/account/whoami');
  await alice.setState(open, 'm.room.history_visibility', { history_visibility: 'joined' });
  const last = await waiting;
  assert.ok(last.status === 403 || last.body.chunk.some((event) => event.type === 'm.room.history_visibility'), last.text);
});

test('tokens and numbers that make no sense are refused', async () => {
  const alice = await register(server, 'alice');
  for (const query of [{ from: 'x' }, { timeout: 'soon' }, { timeout: -1 }]) await alice.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/events', undefined, query);
  for (const query of [{ limit: -1 }, { archived: 'maybe' }]) await alice.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/initialSync', undefined, query);
});

test('r0 addresses are answered like v3', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const old = (path) => alice.get(path.replace('/v3/', '/r0/'));
  for (const path of ['/v3/joined_rooms', `/v3/rooms/${enc(room)}/state`, '/v3/account/whoami', '/v3/pushrules/', `/v3/rooms/${enc(room)}/initialSync`, '/v3/capabilities']) {
    assert.deepEqual(JSON.parse(JSON.stringify(await old(path)).replace(/"age":\d+/g, '"age":0')), JSON.parse(JSON.stringify(await alice.get(path)).replace(/"age":\d+/g, '"age":0')), path);
  }
});
