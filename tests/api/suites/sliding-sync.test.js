/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Simplified sliding sync (MSC4186, org.matrix.simplified_msc3575), as Element X speaks it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, refused, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const PATH = '/unstable/org.matrix.simplified_msc3575/sync';

/** One connection: remembers its position and question. */
class Slide {
  constructor(user, question = {}) {
    Object.assign(this, { user, question, pos: undefined });
  }

  async ask({ question = this.question, timeout = 0, pos = this.pos } = {}) {
    const answer = await this.user.post(PATH, question, { pos, timeout });
    this.pos = answer.pos;
    return answer;
  }

  async until(pick, seconds = 10) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      assert.ok(Date.now() < deadline, `what was awaited did not come within ${seconds} s`);
      const found = pick(await this.ask({ timeout: 2000 }));
      if (found) return found;
    }
  }
}

const list = (extra = {}) => ({ ranges: [[0, 19]], required_state: [['m.room.name', '']], timeline_limit: 5, ...extra });
const window = (extra) => ({ lists: { all: list(extra) } });
const ids = (room) => room.timeline.map((event) => event.event_id);
const roomsOf = (answer) => Object.keys(answer.rooms).sort();

test('versions tells of it', async () => {
  const { body } = await server.request('GET', '/_matrix/client/versions');
  assert.equal(body.unstable_features['org.matrix.simplified_msc3575'], true);
});

test('a first answer shows the newest rooms of the window, and counts all', async () => {
  const alice = await register(server, 'alice');
  const rooms = [];
  for (let i = 0; i < 5; i++) rooms.push(await alice.createRoom({ name: `room ${i}` }));
  const id = await alice.send(rooms[1], 'hello');
  const answer = await new Slide(alice, window({ ranges: [[0, 1]] })).ask();
  assert.equal(answer.lists.all.count, 5);
  assert.deepEqual(roomsOf(answer), [rooms[1], rooms[4]].sort());
  const room = answer.rooms[rooms[1]];
  assert.equal(room.initial, true);
  assert.equal(room.name, 'room 1');
  assert.equal(room.membership, 'join');
  assert.equal(room.joined_count, 1);
  assert.equal(ids(room).at(-1), id);
  assert.equal(room.timeline.length, 5);
  assert.equal(room.limited, true);
  assert.deepEqual(room.required_state.map((event) => event.type), ['m.room.name']);
  assert.equal(room.num_live, 0);
  const older = await alice.messages(rooms[1], { from: room.prev_batch });
  assert.ok(!older.chunk.some((event) => ids(room).includes(event.event_id)));
});

test('a further answer has only what is new, once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const quiet = await bob.createRoom({ name: 'quiet' });
  const slide = new Slide(bob, window());
  assert.deepEqual(roomsOf(await slide.ask()), [room, quiet].sort());
  const id = await alice.send(room, 'one');
  const answer = await slide.ask();
  assert.deepEqual(roomsOf(answer), [room]);
  assert.equal(answer.rooms[room].initial, undefined);
  assert.deepEqual(ids(answer.rooms[room]), [id]);
  assert.deepEqual(answer.rooms[room].required_state, []);
  assert.equal(answer.rooms[room].num_live, 1);
  assert.equal(answer.rooms[room].notification_count, 1);
  assert.deepEqual(roomsOf(await slide.ask()), []);
});

test('an answer that got lost comes again, also when asked for with another question', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const slide = new Slide(bob, window());
  await slide.ask();
  const before = slide.pos;
  const id = await alice.send(room, 'one');
  for (let i = 0; i < 3; i++) assert.deepEqual(ids((await slide.ask({ pos: before })).rooms[room]), [id]);
  const more = await slide.ask({ pos: before, question: { ...window(), room_subscriptions: { [room]: { timeline_limit: 5, required_state: [] } } } });
  assert.deepEqual(ids(more.rooms[room]), [id]);
  assert.deepEqual(roomsOf(await slide.ask()), []);
  refused(await bob.request('POST', PATH, { body: window(), query: { pos: before } }), 400, 'M_UNKNOWN_POS');
});

test('what waits is woken at once, and an empty answer comes when the time is over', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const slide = new Slide(bob, window());
  await slide.ask();
  const quiet = await slide.ask({ timeout: 50 });
  assert.deepEqual(roomsOf(quiet), []);
  const waiting = slide.ask({ timeout: 20_000 });
  const began = Date.now();
  const id = await alice.send(room, 'wake up');
  assert.deepEqual(ids((await waiting).rooms[room]), [id]);
  assert.ok(Date.now() - began < 10_000);
});

test('a longer window brings the rooms that were not shown, and no others', async () => {
  const alice = await register(server, 'alice');
  const rooms = [];
  for (let i = 0; i < 4; i++) rooms.push(await alice.createRoom({ name: `room ${i}` }));
  const slide = new Slide(alice);
  assert.deepEqual(roomsOf(await slide.ask({ question: window({ ranges: [[0, 1]] }) })), rooms.slice(2).sort());
  assert.deepEqual(roomsOf(await slide.ask({ question: window({ ranges: [[0, 3]] }) })), rooms.slice(0, 2).sort());
});

test('a room that left the window comes back with what happened meanwhile', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const slide = new Slide(bob, window({ ranges: [[0, 0]] }));
  await slide.ask();
  const other = await bob.createRoom({ name: 'other' });
  assert.deepEqual(roomsOf(await slide.ask()), [other]);
  for (let i = 0; i < 3; i++) await bob.send(other, `${i}`);
  await slide.ask();
  const id = await alice.send(room, 'back');
  const answer = await slide.ask();
  assert.deepEqual(ids(answer.rooms[room]), [id]);
  assert.equal(answer.rooms[room].limited, false);
});

test('a subscription shows a room outside of every window; who asks for more of it gets it at once', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'deep', topic: 'water' });
  for (let i = 0; i < 10; i++) await alice.send(room, `${i}`);
  const slide = new Slide(alice);
  const ask = (timeline_limit, required_state) => slide.ask({ question: { room_subscriptions: { [room]: { timeline_limit, required_state } } } });
  const first = await ask(1, [['m.room.name', '']]);
  assert.equal(first.rooms[room].timeline.length, 1);
  const more = await ask(8, [['m.room.name', ''], ['m.room.topic', '']]);
  assert.equal(more.rooms[room].unstable_expanded_timeline, true);
  assert.equal(more.rooms[room].timeline.length, 8);
  assert.ok(more.rooms[room].required_state.some((event) => event.type === 'm.room.topic'));
  assert.deepEqual(roomsOf(await ask(8, [['m.room.name', ''], ['m.room.topic', '']])), []);
  const less = await ask(1, [['m.room.name', '']]);
  assert.deepEqual(roomsOf(less), [], 'who asks for less is told nothing');
});

test('state asked for by pattern, of oneself and of who speaks', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await alice.setState(room, 'org.example.thing', { a: 1 }, 'one');
  await alice.setState(room, 'org.example.thing', { a: 2 }, 'two');
  await bob.send(room, 'hello');
  const state = async (required_state, user = alice) => {
    const answer = await new Slide(user, window({ required_state, timeline_limit: 1 })).ask();
    return answer.rooms[room].required_state.map((event) => `${event.type}|${event.state_key}`).sort();
  };
  assert.deepEqual(await state([['org.example.thing', '*']]), ['org.example.thing|one', 'org.example.thing|two']);
  assert.deepEqual(await state([['*', 'two']]), ['org.example.thing|two']);
  assert.deepEqual(await state([['m.room.member', '$ME']]), [`m.room.member|${alice.id}`]);
  assert.deepEqual(await state([['m.room.member', '$LAZY']]), [`m.room.member|${bob.id}`]);
  assert.ok((await state([['*', '*']])).length > 8);
  assert.deepEqual(await state([]), []);
});

test('lazy members: a change of membership is told while there is no gap', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  const slide = new Slide(alice, window({ required_state: [['m.room.member', '$LAZY']], timeline_limit: 10 }));
  await slide.ask();
  await carol.leave(room);
  const answer = await slide.ask();
  assert.deepEqual(answer.rooms[room].required_state.map((event) => [event.state_key, event.content.membership]), [[carol.id, 'leave']]);
  assert.equal(answer.rooms[room].joined_count, 2);
});

test('an invitation is shown from outside, and from the beginning once it is taken up', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const slide = new Slide(bob, window());
  await slide.ask();
  const room = await alice.createRoom({ name: 'secret', invite: [bob.id] });
  const asked = (await slide.until((answer) => answer.rooms[room] && answer)).rooms[room];
  assert.equal(asked.membership, 'invite');
  assert.equal(asked.timeline, undefined);
  assert.ok(asked.invite_state.some((event) => event.type === 'm.room.name' && event.content.name === 'secret'));
  await bob.join(room);
  const inside = (await slide.until((answer) => answer.rooms[room] && answer)).rooms[room];
  assert.equal(inside.initial, true);
  assert.equal(inside.membership, 'join');
  assert.ok(inside.timeline.length > 1);
});

test('who is put out is told, up to that moment and no further', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const slide = new Slide(bob, window());
  await slide.ask();
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id });
  const after = await alice.send(room, 'he is gone');
  const answer = await slide.ask();
  assert.equal(answer.rooms[room].membership, 'leave');
  assert.ok(!ids(answer.rooms[room]).includes(after));
  assert.deepEqual(roomsOf(await slide.ask()), []);
  assert.deepEqual(roomsOf(await new Slide(bob, window()).ask()), [], 'a new connection does not begin with it');
});

test('a stranger sees nothing by subscribing', async () => {
  const [alice, mallory] = await registerAll(server, 'alice', 'mallory');
  const room = await alice.createRoom({ name: 'private' });
  const answer = await new Slide(mallory, { room_subscriptions: { [room]: { timeline_limit: 10, required_state: [['*', '*']] }, '!nothing:here': { timeline_limit: 1, required_state: [] } } }).ask();
  assert.deepEqual(answer.rooms, {});
});

test('nothing from before one joined is shown where history is for members', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } }] });
  const hidden = await alice.send(room, 'not for bob');
  await bob.join(room);
  const shown = await alice.send(room, 'for bob');
  const answer = await new Slide(bob, window({ timeline_limit: 20 })).ask();
  assert.ok(ids(answer.rooms[room]).includes(shown));
  assert.ok(!ids(answer.rooms[room]).includes(hidden));
});

test('filters: direct chats, invitations, spaces, types, tags, encryption', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const plain = await alice.createRoom({ name: 'plain' });
  const direct = await alice.createRoom({ name: 'direct', is_direct: true });
  const secret = await alice.createRoom({ initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }] });
  const space = await alice.createRoom({ name: 'space', creation_content: { type: 'm.space' } });
  await alice.setState(space, 'm.space.child', { via: ['example.org'] }, plain);
  const invited = await bob.createRoom({ invite: [alice.id] });
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/m.direct`, { [bob.id]: [direct] });
  await alice.put(`/v3/user/${enc(alice.id)}/rooms/${enc(plain)}/tags/m.favourite`, { order: 0.5 });
  const rooms = async (filters) => roomsOf(await new Slide(alice, window({ filters })).ask());
  assert.deepEqual(await rooms({ is_dm: true }), [direct]);
  assert.deepEqual(await rooms({ is_dm: false }), [plain, secret, space, invited].sort());
  assert.deepEqual(await rooms({ is_invite: true }), [invited]);
  assert.deepEqual(await rooms({ is_encrypted: true }), [secret]);
  assert.deepEqual(await rooms({ room_types: ['m.space'] }), [space]);
  assert.deepEqual(await rooms({ room_types: [null], is_invite: false }), [plain, direct, secret].sort());
  assert.deepEqual(await rooms({ not_room_types: ['m.space'], is_invite: false }), [plain, direct, secret].sort());
  assert.deepEqual(await rooms({ spaces: [space] }), [plain]);
  assert.deepEqual(await rooms({ tags: ['m.favourite'] }), [plain]);
  assert.deepEqual(await rooms({ not_tags: ['m.favourite'], is_invite: false, room_types: [null] }), [direct, secret].sort());
  const { rooms: told } = await new Slide(alice, window()).ask();
  assert.equal(told[direct].is_dm, true);
  assert.equal(told[plain].is_dm, undefined);
});

test('a room without a name is known by who is in it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: 'Bob B.' });
  const room = await roomOf(alice, bob);
  const answer = await new Slide(alice, window()).ask();
  const heroes = answer.rooms[room].heroes;
  assert.deepEqual(heroes, [{ user_id: bob.id, displayname: 'Bob B.' }]);
});

test('those who joined come before those who were invited, however early', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat', invite: [bob.id] });
  await carol.join(room);
  const answer = await new Slide(alice, window()).ask();
  assert.deepEqual(answer.rooms[room].heroes.map((hero) => hero.user_id), [carol.id, bob.id]);
  assert.deepEqual((await alice.sync()).rooms.join[room].summary['m.heroes'], [bob.id, carol.id]);
});

test('bump_stamp moves with messages, not with state', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'x' });
  const slide = new Slide(alice, window());
  const created = (await slide.ask()).rooms[room].bump_stamp;
  await alice.setState(room, 'm.room.topic', { topic: 'y' });
  assert.equal((await slide.ask()).rooms[room].bump_stamp, created);
  await alice.send(room, 'hello');
  assert.ok((await slide.ask()).rooms[room].bump_stamp > created);
});

test('extensions: account data, receipts, typing', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const message = await alice.send(room, 'hello');
  const extensions = { account_data: { enabled: true }, receipts: { enabled: true }, typing: { enabled: true } };
  const slide = new Slide(alice, { ...window(), extensions });
  const first = (await slide.ask()).extensions;
  assert.ok(first.account_data.global.some((item) => item.type === 'm.push_rules'));
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/org.example.a`, { a: 1 });
  await alice.put(`/v3/user/${enc(alice.id)}/rooms/${enc(room)}/account_data/org.example.b`, { b: 1 });
  const data = (await slide.ask()).extensions.account_data;
  assert.deepEqual(data.global, [{ type: 'org.example.a', content: { a: 1 } }]);
  assert.deepEqual(data.rooms[room], [{ type: 'org.example.b', content: { b: 1 } }]);
  await bob.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(message)}`);
  const receipts = await slide.until((answer) => answer.extensions.receipts.rooms[room]);
  assert.equal(receipts.type, 'm.receipt');
  assert.ok(receipts.content[message]['m.read'][bob.id].ts > 0);
  await bob.put(`/v3/rooms/${enc(room)}/typing/${enc(bob.id)}`, { typing: true, timeout: 20_000 });
  const typing = await slide.until((answer) => answer.extensions.typing.rooms[room]);
  assert.deepEqual(typing.content.user_ids, [bob.id]);
  const again = await slide.ask();
  assert.deepEqual(again.extensions.typing.rooms, {});
  const none = await new Slide(alice, window()).ask();
  assert.deepEqual(none.extensions, {}, 'what is not asked for is absent');
});

test('an extension keeps to the lists and rooms it names', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const typing = { enabled: true, lists: ['other'] };
  const slide = new Slide(alice, { lists: { all: list(), other: list({ filters: { is_encrypted: true } }) }, extensions: { typing } });
  await slide.ask();
  await bob.put(`/v3/rooms/${enc(room)}/typing/${enc(bob.id)}`, { typing: true, timeout: 20_000 });
  await alice.send(room, 'x');
  assert.deepEqual((await slide.ask({ timeout: 2000 })).extensions.typing.rooms, {});
});

test('connections are apart, and belong to one device', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'x' });
  const [one, two] = ['one', 'two'].map((conn_id) => new Slide(alice, { conn_id, ...window() }));
  assert.deepEqual(roomsOf(await one.ask()), [room]);
  assert.deepEqual(roomsOf(await two.ask()), [room]);
  assert.deepEqual(roomsOf(await one.ask()), []);
  refused(await alice.request('POST', PATH, { body: two.question, query: { pos: one.pos } }), 400, 'M_UNKNOWN_POS');
  const elsewhere = await alice.signInAgain();
  refused(await elsewhere.request('POST', PATH, { body: one.question, query: { pos: one.pos } }), 400, 'M_UNKNOWN_POS');
});

test('of more connections than a device may have, the oldest are forgotten', async () => {
  const alice = await register(server, 'alice');
  await alice.createRoom({ name: 'x' });
  const slides = [];
  for (let i = 0; i < 9; i++) {
    slides.push(new Slide(alice, { conn_id: `${i}`, ...window() }));
    await slides[i].ask();
  }
  refused(await alice.request('POST', PATH, { body: slides[0].question, query: { pos: slides[0].pos } }), 400, 'M_UNKNOWN_POS');
  assert.deepEqual(roomsOf(await slides[8].ask()), []);
});

test('after a restart a client begins anew', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'x' });
  const slide = new Slide(alice, window());
  await slide.ask();
  await server.restart();
  refused(await alice.request('POST', PATH, { body: slide.question, query: { pos: slide.pos } }), 400, 'M_UNKNOWN_POS');
  slide.pos = undefined;
  assert.deepEqual(roomsOf(await slide.ask()), [room]);
});

test('whoever signs out while waiting gets no more', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const second = await bob.signInAgain();
  const slide = new Slide(second, window());
  await slide.ask();
  const waiting = second.request('POST', PATH, { body: slide.question, query: { pos: slide.pos, timeout: 20_000 } });
  await second.post('/v3/logout');
  await alice.send(room, 'x');
  refused(await waiting, 401, 'M_UNKNOWN_TOKEN');
});

test('txn_id comes back', async () => {
  const alice = await register(server, 'alice');
  assert.equal((await alice.post(PATH, { txn_id: 'a1', lists: {} })).txn_id, 'a1');
});

test('bad questions are refused with what is wrong', async () => {
  const alice = await register(server, 'alice');
  const bad = (body, errcode, query) => alice.refused(400, errcode, 'POST', PATH, body, query);
  await bad({ lists: [] }, 'M_BAD_JSON');
  await bad({ lists: { a: 1 } }, 'M_BAD_JSON');
  await bad({ lists: { a: list({ ranges: [[5, 1]] }) } }, 'M_INVALID_PARAM');
  await bad({ lists: { a: list({ ranges: [[-1, 1]] }) } }, 'M_INVALID_PARAM');
  await bad({ lists: { a: list({ required_state: [['m.room.name']] }) } }, 'M_BAD_JSON');
  await bad({ lists: { a: list({ timeline_limit: -1 }) } }, 'M_INVALID_PARAM');
  await bad({ lists: { a: list({ filters: { is_dm: 'yes' } }) } }, 'M_BAD_JSON');
  await bad({ lists: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`${i}`, list()])) }, 'M_INVALID_PARAM');
  await bad({ conn_id: 'x'.repeat(65) }, 'M_INVALID_PARAM');
  await bad({}, 'M_UNKNOWN_POS', { pos: 'rubbish' });
  await bad({}, 'M_UNKNOWN_POS', { pos: '1_1' });
  refused(await server.request('POST', `/_matrix/client${PATH}`, { body: {} }), 401, 'M_MISSING_TOKEN');
});

// MSC3885
test('messages to the device come by an extension, once, acknowledged by since', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const send = (n) => alice.put(`/v3/sendToDevice/org.test/n${n}`, { messages: { [bob.id]: { [bob.device]: { n } } } });
  const asking = (extra = {}) => ({ extensions: { to_device: { enabled: true, ...extra } } });
  const slide = new Slide(bob, asking());
  const told = (answer) => answer.extensions.to_device.events.map((event) => event.content.n);
  assert.equal((await new Slide(bob).ask()).extensions.to_device, undefined, 'only when it is asked for');
  const nothing = await slide.ask();
  assert.deepEqual(told(nothing), []);
  for (const n of [0, 1, 2]) await send(n);
  const first = await slide.ask({ question: asking({ limit: 2, since: nothing.extensions.to_device.next_batch }), timeout: 10_000 });
  assert.deepEqual(first.extensions.to_device.events[0], { type: 'org.test', sender: alice.id, content: { n: 0 } });
  assert.deepEqual(told(first), [0, 1]);
  const { next_batch: since } = first.extensions.to_device;
  assert.deepEqual(told(await slide.ask({ question: asking() })), [0, 1, 2], 'without since nothing was acknowledged');
  assert.deepEqual(told(await slide.ask({ question: asking({ since }) })), [2]);
  assert.deepEqual(told(await slide.ask({ question: asking() })), [2], 'what was acknowledged is gone');
  assert.deepEqual((await bob.sync()).to_device.events.map((event) => event.content.n), [2], 'for /sync too');
});

test('a waiting connection is woken by a message to its device', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const slide = new Slide(bob, { extensions: { to_device: { enabled: true } } });
  const { next_batch: since } = (await slide.ask()).extensions.to_device;
  const started = Date.now();
  const waiting = slide.ask({ question: { extensions: { to_device: { enabled: true, since } } }, timeout: 20_000 });
  await alice.put('/v3/sendToDevice/org.test/wake', { messages: { [bob.id]: { '*': { wake: 1 } } } });
  assert.deepEqual((await waiting).extensions.to_device.events.map((event) => event.content), [{ wake: 1 }]);
  assert.ok(Date.now() - started < 10_000);
});

test('the extension for messages to the device reads its limit and since strictly', async () => {
  const alice = await register(server, 'alice');
  for (const extra of [{ limit: 0 }, { since: 'x1' }, { since: 'm-1' }, { since: 'm' }])
    await alice.refused(400, 'M_INVALID_PARAM', 'POST', PATH, { extensions: { to_device: { enabled: true, ...extra } } });
});

test('who joins a room and changes their name at once is told all of it, by either sync', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', name: 'Marsh' });
  await alice.send(room, 'heron');
  const slide = new Slide(bob, window({ required_state: [['m.room.create', ''], ['m.room.member', '$LAZY']] }));
  const filter = JSON.stringify({ room: { state: { lazy_load_members: true } } });
  await Promise.all([slide.ask(), bob.sync({ filter })]);
  await bob.join(room);
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: 'Bob B.' });
  const told = (await slide.ask()).rooms[room];
  assert.equal(told.initial, true);
  const known = (await bob.sync({ filter })).rooms.join[room];
  for (const events of [[...told.required_state, ...told.timeline], [...known.state.events, ...known.timeline.events]]) {
    assert.ok(events.some((event) => event.type === 'm.room.create'));
    assert.ok(events.some((event) => event.content.body === 'heron'));
    assert.ok(events.some((event) => event.state_key === bob.id && event.content.displayname === 'Bob B.'));
  }
});
