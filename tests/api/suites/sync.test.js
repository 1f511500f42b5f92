/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, joined, refused, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const ids = (events) => events.map((event) => event.event_id);
const stateOf = (answer, room) => joined(answer, room)?.state?.events ?? [];

test('a first sync shows rooms with state and timeline', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'hello');
  const answer = await bob.sync();
  assert.equal(typeof answer.next_batch, 'string');
  const all = [...stateOf(answer, room), ...timeline(answer, room)];
  assert.ok(all.some((event) => event.type === 'm.room.create'));
  assert.equal(timeline(answer, room).at(-1).event_id, id);
  assert.equal(new Set(ids(all)).size, all.length, 'nothing is both in state and timeline');
  for (const event of all) assert.equal(event.room_id, undefined, 'events in a sync carry no room_id');
});

test('state is that before the timeline', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'old' });
  for (let i = 0; i < 5; i++) await alice.send(room, `${i}`);
  await alice.setState(room, 'm.room.name', { name: 'new' });
  for (let i = 0; i < 3; i++) await alice.send(room, `${i}`);
  const answer = await alice.sync({ since: null, filter: { room: { timeline: { limit: 6 } } } });
  assert.equal(joined(answer, room).timeline.limited, true);
  assert.equal(stateOf(answer, room).find((event) => event.type === 'm.room.name').content.name, 'old');
  assert.equal(timeline(answer, room).find((event) => event.type === 'm.room.name').content.name, 'new');
});

test('an incremental sync shows what is new, once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const first = await alice.send(room, 'one');
  const second = await alice.send(room, 'two');
  const seen = [];
  await bob.syncUntil((answer) => {
    seen.push(...ids(timeline(answer, room)));
    return seen.includes(second);
  });
  assert.deepEqual(seen, [first, second]);
  const quiet = await bob.sync();
  assert.equal(joined(quiet, room), undefined);
});

test('an old token can be used again and shows the same', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const { next_batch: since } = await bob.sync();
  const id = await alice.send(room, 'one');
  for (let i = 0; i < 2; i++) assert.deepEqual(ids(timeline(await bob.sync({ since, timeout: 1000 }), room)), [id]);
});

test('a sync waits for news and is woken at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const started = Date.now();
  const waiting = bob.sync({ timeout: 20_000 });
  const id = await alice.send(room, 'wake up');
  const answer = await waiting;
  assert.ok(Date.now() - started < 10_000);
  assert.ok(ids(timeline(answer, room)).includes(id));
});

test('a sync without news ends at its timeout', async () => {
  const alice = await register(server, 'alice');
  await alice.createRoom({});
  await alice.sync();
  await alice.sync();
  const started = Date.now();
  const answer = await alice.sync({ timeout: 700 });
  assert.ok(Date.now() - started >= 600, `${Date.now() - started} ms`);
  assert.equal(typeof answer.next_batch, 'string');
});

test('a first sync does not wait', async () => {
  const alice = await register(server, 'alice');
  const started = Date.now();
  await alice.sync({ timeout: 20_000 });
  assert.ok(Date.now() - started < 5000);
});

test('a timeline is limited and says so; the gap carries the state that changed in it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const filter = { room: { timeline: { limit: 4 } } };
  await bob.sync({ filter });
  await alice.setState(room, 'm.room.topic', { topic: 'in the gap' });
  const sent = [];
  for (let i = 0; i < 10; i++) sent.push(await alice.send(room, `${i}`));
  const answer = await bob.sync({ filter });
  const part = joined(answer, room);
  assert.equal(part.timeline.limited, true);
  assert.deepEqual(ids(part.timeline.events), sent.slice(-4));
  assert.equal(typeof part.timeline.prev_batch, 'string');
  assert.deepEqual(stateOf(answer, room).map((event) => event.type), ['m.room.topic']);
});

test('a timeline without a gap is not limited and brings no state', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await alice.setState(room, 'm.room.topic', { topic: 'seen' });
  await alice.send(room, 'x');
  const answer = await bob.sync();
  assert.ok(!joined(answer, room).timeline.limited);
  assert.deepEqual(stateOf(answer, room), []);
  assert.deepEqual(timeline(answer, room).map((event) => event.type), ['m.room.topic', 'm.room.message']);
});

test('full_state repeats all state', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ name: 'N' });
  await alice.sync();
  const answer = await alice.sync({ full_state: true });
  const types = [...stateOf(answer, room), ...timeline(answer, room)].map((event) => event.type);
  for (const type of ['m.room.create', 'm.room.name', 'm.room.power_levels']) assert.ok(types.includes(type), type);
});

test('a room joined since the last sync comes with its whole state', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.sync();
  const room = await roomOf(alice, bob);
  for (let i = 0; i < 30; i++) await alice.send(room, `${i}`);
  const answer = await bob.syncUntil((one) => joined(one, room)?.timeline.events.some((event) => event.type === 'm.room.message') && one);
  const all = [...stateOf(answer, room), ...timeline(answer, room)].map((event) => event.type);
  for (const type of ['m.room.create', 'm.room.power_levels', 'm.room.join_rules']) assert.ok(all.includes(type), type);
});

test('an invite comes as stripped state and goes when accepted', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.sync();
  const room = await alice.createRoom({ invite: [bob.id], name: 'N' });
  const invite = await bob.syncUntil((answer) => answer.rooms?.invite?.[room]);
  for (const event of invite.invite_state.events) {
    assert.ok(['content', 'sender', 'state_key', 'type'].every((key) => key in event));
  }
  await bob.join(room);
  const answer = await bob.syncUntil((one) => joined(one, room) && one);
  assert.equal(answer.rooms.invite?.[room], undefined);
});

test('a room left since the last sync is told once, up to the leave', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const before = await alice.send(room, 'before');
  await bob.leave(room);
  const after = await alice.send(room, 'after');
  const left = await bob.syncUntil((answer) => answer.rooms?.leave?.[room]);
  assert.ok(ids(left.timeline.events).includes(before));
  assert.ok(!ids(left.timeline.events).includes(after));
  const next = await bob.sync();
  assert.equal(next.rooms?.leave?.[room], undefined);
});

test('a first sync shows left rooms only with include_leave', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.leave(room);
  assert.equal((await bob.sync({ since: null })).rooms?.leave?.[room], undefined);
  assert.ok((await bob.sync({ since: null, filter: { room: { include_leave: true } } })).rooms.leave[room]);
});

const left = (answer, room) => answer.rooms?.leave?.[room];

test('an invitation that is declined or taken back, and a knock that is refused, end with the event that says so', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ invite: [bob.id], initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
  const ends = async (who) => {
    const part = left(await bob.sync(), room);
    assert.deepEqual(part.timeline.events.map((event) => [event.type, event.sender, event.content.membership]), [['m.room.member', who.id, 'leave']]);
    assert.deepEqual(part.state.events, []);
    assert.equal(left(await bob.sync(), room), undefined, 'once');
  };
  await bob.sync();
  await bob.leave(room);
  await ends(bob);
  await alice.invite(room, bob);
  await bob.sync();
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id, reason: 'a mistake' });
  await ends(alice);
  await bob.post(`/v3/knock/${enc(room)}`);
  await bob.sync();
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id });
  await ends(alice);
  const again = left(await bob.sync({ since: null, filter: { room: { include_leave: true } } }), room);
  assert.deepEqual(again.timeline.events.map((event) => event.content.membership), ['leave']);
});

test('the end of a ban is told alone, without what was told before', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.send(room, 'x');
  await alice.post(`/v3/rooms/${enc(room)}/ban`, { user_id: bob.id });
  assert.equal(left(await bob.sync({ since: null, filter: { room: { include_leave: true } } }), room).timeline.events.at(-1).content.membership, 'ban');
  await alice.send(room, 'not for bob');
  await alice.post(`/v3/rooms/${enc(room)}/unban`, { user_id: bob.id });
  const part = left(await bob.sync(), room);
  assert.deepEqual(part.timeline.events.map((event) => event.content.membership), ['leave']);
  assert.deepEqual(part.state.events, []);
});

test('other devices learn of the leaving of a room that was forgotten at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await bob.leave(room);
  await bob.post(`/v3/rooms/${enc(room)}/forget`);
  assert.deepEqual(left(await bob.sync(), room).timeline.events.map((event) => event.content.membership), ['leave']);
  assert.equal(left(await bob.sync({ since: null, filter: { room: { include_leave: true } } }), room), undefined);
  await alice.post(`/v3/rooms/${enc(room)}/ban`, { user_id: bob.id });
  assert.equal(left(await bob.sync(), room), undefined, 'nothing of it any more');
});

test('a kicked member learns of it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id, reason: 'out' });
  const left = await bob.syncUntil((answer) => answer.rooms?.leave?.[room]);
  const member = [...(left.state?.events ?? []), ...left.timeline.events].find((event) => event.state_key === bob.id && event.content.membership === 'leave');
  assert.equal(member.content.reason, 'out');
});

test('the summary tells heroes and counts', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob);
  await alice.invite(room, carol);
  const { summary } = joined(await alice.sync({ since: null, filter: { room: { state: { lazy_load_members: true } } } }), room);
  assert.equal(summary['m.joined_member_count'], 2);
  assert.equal(summary['m.invited_member_count'], 1);
  assert.deepEqual([...(summary['m.heroes'] ?? [])].sort(), [bob.id, carol.id].sort());
});

test('heroes are the five who came first, without oneself, and those who are gone when nobody is left', async () => {
  const [alice, ...others] = await registerAll(server, 'alice', 'f', 'e', 'd', 'c', 'b', 'a');
  const room = await alice.createRoom({ preset: 'public_chat' });
  for (const user of others) await user.join(room);
  const summary = async (options) => joined(await alice.sync(options), room).summary;
  const first = others.slice(0, 5).map((user) => user.id);
  assert.deepEqual((await summary())['m.heroes'], first);
  await others[0].leave(room);
  assert.deepEqual(await summary(), { 'm.joined_member_count': 6, 'm.invited_member_count': 0, 'm.heroes': others.slice(1).map((user) => user.id) });
  for (const user of others.slice(1)) await user.leave(room);
  assert.deepEqual((await summary())['m.heroes'], first);
});

test('a room that loses its name tells its heroes', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.setState(room, 'm.room.name', { name: 'named' });
  assert.equal(joined(await alice.sync(), room).summary['m.heroes'], undefined);
  await alice.setState(room, 'm.room.name', {});
  assert.deepEqual(joined(await alice.sync(), room).summary['m.heroes'], [bob.id]);
});

test('counts that changed are told, whatever the filter hides', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', name: 'named' });
  const filter = { room: { timeline: { types: ['m.room.message'] }, state: { types: ['m.room.name'] } } };
  await alice.sync({ filter });
  await bob.join(room);
  const part = joined(await alice.sync({ filter }), room);
  assert.deepEqual(part.timeline.events, []);
  assert.equal(part.summary['m.joined_member_count'], 2);
});

test('state before the first event a filter lets through comes beside the timeline', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const filter = { room: { timeline: { types: ['m.room.message'] } } };
  await bob.sync({ filter });
  await alice.setState(room, 'm.room.topic', { topic: 'hidden from the timeline' });
  const id = await alice.send(room, 'x');
  const answer = await bob.sync({ filter });
  assert.deepEqual(ids(timeline(answer, room)), [id]);
  assert.deepEqual(stateOf(answer, room).map((event) => event.content.topic), ['hidden from the timeline']);
});

test('lazy loading brings the members one needs to show the timeline, and oneself', async () => {
  const users = await registerAll(server, 'alice', 'bob', 'carol', 'dave');
  const [alice, bob, carol, dave] = users;
  const room = await roomOf(alice, bob, carol, dave);
  // A named room has no heroes, whose member events would have to come along.
  await alice.setState(room, 'm.room.name', { name: 'named' });
  for (let i = 0; i < 12; i++) await bob.send(room, `${i}`);
  const filter = { room: { state: { lazy_load_members: true }, timeline: { limit: 5 } } };
  const members = (answer) => stateOf(answer, room).filter((event) => event.type === 'm.room.member').map((event) => event.state_key).sort();
  const answer = await dave.sync({ filter });
  assert.deepEqual(members(answer), [bob.id, dave.id].sort());
  await carol.send(room, 'hello');
  const next = await dave.sync({ filter });
  assert.deepEqual(members(next), [carol.id]);
  await carol.send(room, 'again');
  await dave.sync({ filter });
});

const lazily = { room: { state: { lazy_load_members: true }, timeline: { limit: 3 } } };
const membersOf = (answer, room) => stateOf(answer, room).filter((event) => event.type === 'm.room.member').map((event) => `${event.state_key} ${event.content.membership}`).sort();

test('lazy loading loses no change of membership that is in a gap', async () => {
  const [alice, bob, carol, dave] = await registerAll(server, 'alice', 'bob', 'carol', 'dave');
  const room = await alice.createRoom({ preset: 'public_chat', name: 'named' });
  for (const user of [bob, carol]) await user.join(room);
  await alice.sync({ filter: lazily });
  await dave.join(room);
  await carol.leave(room);
  for (let i = 0; i < 4; i++) await bob.send(room, `${i}`);
  const answer = await alice.sync({ filter: lazily });
  assert.equal(joined(answer, room).timeline.limited, true);
  assert.deepEqual(membersOf(answer, room), [`${carol.id} leave`, `${dave.id} join`], 'bob is known from the first timeline');
  assert.equal(joined(answer, room).summary['m.joined_member_count'], 3);
  await dave.send(room, 'known from the gap');
  assert.deepEqual(membersOf(await alice.sync({ filter: lazily }), room), []);
});

test('a member that came with a first sync is not sent again, and one whose answer was lost is', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  await alice.setState(room, 'm.room.name', { name: 'named' });
  for (let i = 0; i < 3; i++) await bob.send(room, `${i}`);
  const first = await alice.sync({ filter: lazily });
  assert.deepEqual(membersOf(first, room), [`${alice.id} join`, `${bob.id} join`]);
  await bob.send(room, 'again');
  assert.deepEqual(membersOf(await alice.sync({ filter: lazily }), room), []);
  await carol.send(room, 'new');
  const since = alice.nextBatch;
  for (let i = 0; i < 2; i++) assert.deepEqual(membersOf(await alice.sync({ since, filter: lazily }), room), [`${carol.id} join`]);
  for (let i = 0; i < 3; i++) await bob.send(room, `${i}`);
  assert.deepEqual(membersOf(await alice.sync({ since: null, filter: lazily }), room), [`${alice.id} join`, `${bob.id} join`]);
  await carol.send(room, 'to a client that began anew');
  assert.deepEqual(membersOf(await alice.sync({ filter: lazily }), room), [`${carol.id} join`]);
});

test('a client that began anew gets its members, whichever connections it makes', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.setState(room, 'm.room.name', { name: 'named' });
  for (let i = 0; i < 3; i++) await alice.send(room, `${i}`);
  const anew = async (since) => accepted(await alice.request('GET', '/v3/sync', { query: { since, filter: lazily }, fresh: true }));
  for (let i = 0; i < 12; i++) {
    const first = await anew();
    assert.deepEqual(membersOf(first, room), [`${alice.id} join`]);
    await bob.send(room, 'who is that?');
    assert.deepEqual(membersOf(await anew(first.next_batch), room), [`${bob.id} join`]);
    for (let k = 0; k < 3; k++) await alice.send(room, `${k}`);
  }
});

test('lazy loading brings the heroes of a room without a name', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  for (let i = 0; i < 3; i++) await alice.send(room, `${i}`);
  const answer = await alice.sync({ filter: lazily });
  assert.deepEqual(joined(answer, room).summary['m.heroes'], [bob.id, carol.id]);
  assert.deepEqual(membersOf(answer, room), [alice, bob, carol].map((user) => `${user.id} join`));
});

test('with state_after, lazy loading brings whose membership changes in the timeline', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await alice.setState(room, 'm.room.name', { name: 'named' });
  await alice.send(room, 'x');
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id });
  const { rooms } = await alice.get('/v3/sync', { filter: lazily, use_state_after: true });
  const members = rooms.join[room].state_after.events.filter((event) => event.type === 'm.room.member');
  assert.equal(members.find((event) => event.state_key === bob.id).content.membership, 'leave');
});

test('redundant members are left out unless asked for', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const filter = { room: { state: { lazy_load_members: true, include_redundant_members: true } } };
  await alice.sync({ filter });
  await bob.send(room, 'x');
  const answer = await alice.sync({ filter });
  assert.ok(stateOf(answer, room).some((event) => event.state_key === bob.id));
});

test('filters pick rooms, types and senders', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await roomOf(alice, bob), await roomOf(alice, bob)];
  await alice.send(one, 'a');
  const mine = await bob.send(one, 'b');
  await bob.send(one, { x: 1 }, { type: 'org.test.thing' });
  const filter = { room: { rooms: [one], timeline: { types: ['m.room.message'], senders: [bob.id] } } };
  const answer = await alice.sync({ since: null, filter });
  assert.deepEqual(Object.keys(answer.rooms.join), [one]);
  assert.deepEqual(ids(timeline(answer, one)), [mine]);
  const without = await alice.sync({ since: null, filter: { room: { not_rooms: [one] } } });
  assert.deepEqual(Object.keys(without.rooms.join), [two]);
});

test('a filter picks events by what relates to them', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const root = await alice.send(room, 'root');
  await bob.send(room, { msgtype: 'm.text', body: 'reply', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  const shown = async (timelineFilter) => ids(timeline(await alice.sync({ since: null, filter: { room: { timeline: timelineFilter } } }), room));
  assert.deepEqual(await shown({ related_by_rel_types: ['m.thread'] }), [root]);
  assert.deepEqual(await shown({ related_by_rel_types: ['m.thread'], related_by_senders: [bob.id] }), [root]);
  assert.deepEqual(await shown({ related_by_senders: [alice.id] }), []);
});

test('filters leave out account data, ephemeral events and state', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'x');
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/org.test.a`, { a: 1 });
  await alice.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(id)}`);
  const none = { types: [] };
  const answer = await alice.sync({ since: null, filter: { account_data: none, presence: none, room: { account_data: none, ephemeral: none, state: none, timeline: { limit: 1 } } } });
  assert.deepEqual(answer.account_data?.events ?? [], []);
  assert.deepEqual(answer.presence?.events ?? [], []);
  assert.deepEqual(joined(answer, room).ephemeral?.events ?? [], []);
  assert.deepEqual(stateOf(answer, room), []);
});

test('a filtered event does not wake a sync for nothing twice', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const filter = { room: { timeline: { types: ['org.test.wanted'] }, ephemeral: { types: [] }, state: { types: [] } } };
  await bob.sync({ filter });
  await alice.send(room, 'not wanted');
  const wanted = await alice.send(room, { a: 1 }, { type: 'org.test.wanted' });
  const event = await bob.syncUntil((answer) => timeline(answer, room)[0], { filter });
  assert.equal(event.event_id, wanted);
});

test('event_format federation and unknown ones are handled', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('GET', '/v3/sync', { query: { filter: { event_format: 'haiku' } } });
  assert.equal(answer.status, 400);
});

test('event_fields keeps at least the fields named', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.send(room, { msgtype: 'm.text', body: 'b', extra: 1 });
  const answer = await alice.sync({ since: null, filter: { event_fields: ['type', 'content.body', 'event_id', 'sender', 'origin_server_ts'], room: { state: { types: [] }, timeline: { limit: 1 } } } });
  assert.equal(timeline(answer, room)[0].content.body, 'b');
  assert.equal(timeline(answer, room)[0].type, 'm.room.message');
});

test('a token that is none is refused', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('GET', '/v3/sync', { query: { since: 'rubbish' } });
  assert.equal(answer.status, 400);
});

test('bad parameters are refused', async () => {
  const alice = await register(server, 'alice');
  for (const query of [{ timeout: 'long' }, { filter: '{bad json' }, { set_presence: 'asleep' }]) {
    const answer = await alice.request('GET', '/v3/sync', { query });
    assert.equal(answer.status, 400, JSON.stringify(query));
  }
});

test('set_presence offline leaves nobody online', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await alice.sync({ set_presence: 'offline' });
  const { presence } = await bob.get(`/v3/presence/${enc(alice.id)}/status`);
  assert.equal(presence, 'offline');
});

test('one’s own other device sees what this one sends', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const other = await alice.signInAgain();
  await other.sync();
  const id = await alice.send(room, 'from the phone');
  const event = await other.syncUntil((answer) => timeline(answer, room)[0]);
  assert.equal(event.event_id, id);
});

test('a sync token goes on working after a restart', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const before = await alice.send(room, 'before');
  await server.restart();
  const after = await alice.send(room, 'after');
  const seen = [];
  await bob.syncUntil((answer) => {
    seen.push(...ids(timeline(answer, room)));
    return seen.includes(after);
  });
  assert.deepEqual(seen, [before, after]);
});

test('a sync needs a token', async () => {
  refused(await server.request('GET', '/_matrix/client/v3/sync'), 401, 'M_MISSING_TOKEN');
});

test('many listeners of one room all hear a message', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({ preset: 'public_chat' });
  const listeners = await Promise.all(Array.from({ length: 20 }, () => register(server, 'listener')));
  for (const listener of listeners) await listener.join(room);
  await Promise.all(listeners.map((listener) => listener.sync()));
  const hearing = listeners.map((listener) => listener.syncUntil((answer) => timeline(answer, room).find((event) => event.type === 'm.room.message')));
  const id = await alice.send(room, 'all ears');
  for (const event of await Promise.all(hearing)) assert.equal(event.event_id, id);
});

test('who is in many rooms misses nothing and hears nothing twice while all of them are busy', async () => {
  const users = await Promise.all(Array.from({ length: 12 }, () => register(server, 'busy')));
  const rooms = [];
  for (let i = 0; i < 6; i++) {
    const members = Array.from({ length: 8 }, (_, k) => users[(i * 2 + k) % users.length]);
    const room = await members[0].createRoom({ preset: 'public_chat' });
    for (const member of members.slice(1)) await member.join(room);
    rooms.push({ room, members });
  }
  const filter = { room: { timeline: { limit: 100 } } };
  const heard = new Map();
  let over = false;
  const listen = async (user) => {
    const own = [];
    heard.set(user, own);
    for (let quiet = 0; quiet < 3; ) {
      const answer = await user.sync({ timeout: over ? 100 : 1000, filter });
      const fresh = rooms.flatMap(({ room }) => timeline(answer, room)).filter((event) => event.type === 'm.room.message');
      for (const { room } of rooms) assert.ok(!joined(answer, room)?.timeline.limited, 'the test itself asks for too little');
      own.push(...ids(fresh));
      quiet = over && fresh.length === 0 ? quiet + 1 : 0;
    }
  };
  const sent = [];
  const talk = async (user) => {
    const own = rooms.filter(({ members }) => members.includes(user));
    for (let i = 0; i < 60; i++) {
      const { room, members } = own[i % own.length];
      sent.push({ id: await user.send(room, `${i}`), members });
    }
  };
  for (const user of users) await user.sync();
  const listening = Promise.all(users.map(listen));
  await Promise.all(users.map(talk));
  over = true;
  await listening;
  for (const user of users) {
    const due = sent.filter(({ members }) => members.includes(user)).map(({ id }) => id);
    assert.deepEqual(heard.get(user).sort(), due.sort());
  }
});
