/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Who sees what when, on every way of reading (spec "Room history visibility").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, registerAll } from '../support/user.js';

const server = useServer();
const settings = ['world_readable', 'shared', 'invited', 'joined'];
const moments = ['before', 'invited', 'joined', 'left', 'again'];

/** For each setting: at which moments of its life in the room a message is seen by … */
const expected = {
  // … who was invited, joined, left and never came back;
  former: { world_readable: 'before invited joined left again', shared: 'before invited joined', invited: 'invited joined', joined: 'joined' },
  // … who came back in the end;
  back: { world_readable: 'before invited joined left again', shared: 'before invited joined left again', invited: 'invited joined again', joined: 'joined again' },
  // … who is invited and no more;
  guest: { world_readable: 'before invited joined left again', shared: '', invited: '', joined: '' },
  // … and who never had anything to do with it.
  stranger: { world_readable: 'before invited joined left again', shared: '', invited: '', joined: '' },
};

const at = (room, what) => `/v3/rooms/${enc(room)}/${what}`;

/** The ways of reading: each gives those of the room's messages it shows. */
const ways = {
  event: async (reader, room, messages) => {
    const seen = [];
    for (const id of messages) if ((await reader.request('GET', at(room, `event/${enc(id)}`))).status === 200) seen.push(id);
    return seen;
  },
  'event without room': async (reader, room, messages) => {
    const seen = [];
    for (const id of messages) if ((await reader.request('GET', `/v3/events/${enc(id)}`)).status === 200) seen.push(id);
    return seen;
  },
  messages: async (reader, room) => {
    const answer = await reader.request('GET', at(room, 'messages'), { query: { dir: 'b', limit: 100 } });
    return (answer.body.chunk ?? []).map((event) => event.event_id);
  },
  'messages forwards': async (reader, room) => {
    const answer = await reader.request('GET', at(room, 'messages'), { query: { dir: 'f', limit: 100 } });
    return (answer.body.chunk ?? []).map((event) => event.event_id);
  },
  context: async (reader, room, messages) => {
    const seen = new Set();
    for (const id of messages) {
      const { body } = await reader.request('GET', at(room, `context/${enc(id)}`), { query: { limit: 100 } });
      for (const event of [body.event, ...(body.events_before ?? []), ...(body.events_after ?? [])]) if (event) seen.add(event.event_id);
    }
    return [...seen];
  },
  relations: async (reader, room, messages, root) => {
    const answer = await reader.request('GET', `/v1/rooms/${enc(room)}/relations/${enc(root)}`, { query: { limit: 100 } });
    return (answer.body.chunk ?? []).map((event) => event.event_id);
  },
  initialSync: async (reader, room) => {
    const answer = await reader.request('GET', at(room, 'initialSync'), { query: { limit: 100 } });
    return (answer.body.messages?.chunk ?? []).map((event) => event.event_id);
  },
  'event stream': async (reader, room) => {
    const answer = await reader.request('GET', '/v3/events', { query: { room_id: room, from: 't0', timeout: 0 } });
    return (answer.body.chunk ?? []).map((event) => event.event_id);
  },
  sync: async (reader, room) => {
    const answer = await reader.get('/v3/sync', { timeout: 0, filter: { room: { include_leave: true, timeline: { limit: 100 } } } });
    const mine = answer.rooms.join?.[room] ?? answer.rooms.leave?.[room];
    return (mine?.timeline.events ?? []).map((event) => event.event_id);
  },
};

for (const setting of settings) {
  test(`history_visibility ${setting}: every way of reading shows the same, and no more`, async () => {
    const [alice, former, back, guest, stranger] = await registerAll(server, 'alice', 'former', 'back', 'guest', 'stranger');
    const room = await alice.createRoom({ initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: setting } }] });
    const root = await alice.send(room, 'root');
    const sent = {};
    const say = async (moment) => {
      sent[moment] = await alice.send(room, { msgtype: 'm.text', body: moment, 'm.relates_to': { rel_type: 'org.test', event_id: root } });
    };
    await say('before');
    for (const reader of [former, back]) await alice.invite(room, reader);
    await say('invited');
    for (const reader of [former, back]) await reader.join(room);
    await say('joined');
    for (const reader of [former, back]) await reader.leave(room);
    await say('left');
    await alice.invite(room, back);
    await back.join(room);
    await alice.invite(room, guest);
    await say('again');

    const names = new Map(Object.entries(sent).map(([moment, id]) => [id, moment]));
    for (const [who, reader] of Object.entries({ former, back, guest, stranger })) {
      const sees = expected[who][setting].split(' ').filter(Boolean);
      for (const [way, read] of Object.entries(ways)) {
        // Sync is for one's own rooms; relations need a parent one may see.
        if (way === 'sync' && ['guest', 'stranger'].includes(who)) continue;
        const whole = way === 'relations' && !sees.includes('before') ? [] : sees;
        const seen = (await read(reader, room, Object.values(sent), root)).map((id) => names.get(id)).filter(Boolean);
        const wanted = way === 'sync' && who === 'former' ? whole.filter((moment) => ['before', 'invited', 'joined'].includes(moment)) : whole;
        assert.deepEqual(moments.filter((moment) => seen.includes(moment)), wanted, `${who} by ${way}`);
      }
    }
  });
}

test('who has left sees the room as it was when they left, on every way', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'public_chat', name: 'then' });
  await bob.join(room);
  await bob.leave(room);
  await alice.setState(room, 'm.room.name', { name: 'now' });
  await carol.join(room);
  const root = await alice.send(room, 'secret');
  await alice.send(room, { msgtype: 'm.text', body: 'more', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  assert.equal((await bob.getState(room, 'm.room.name')).name, 'then');
  const state = await bob.get(at(room, 'state'));
  assert.equal(state.find((event) => event.type === 'm.room.name').content.name, 'then');
  assert.ok(!state.some((event) => event.state_key === carol.id));
  await bob.refused(404, 'M_NOT_FOUND', 'GET', at(room, `state/m.room.member/${enc(carol.id)}`));
  const members = (await bob.get(at(room, 'members'))).chunk;
  assert.ok(!members.some((event) => event.state_key === carol.id));
  const told = await bob.get(at(room, 'initialSync'));
  assert.equal(told.state.find((event) => event.type === 'm.room.name').content.name, 'then');
  assert.deepEqual((await bob.get(`/v1/rooms/${enc(room)}/threads`)).chunk, []);
  const late = await bob.get(`/v1/rooms/${enc(room)}/timestamp_to_event`, { ts: Date.now() + 60_000, dir: 'b' });
  assert.equal((await bob.event(room, late.event_id)).content.membership, 'leave');
  await bob.refused(404, 'M_NOT_FOUND', 'GET', `/v1/rooms/${enc(room)}/relations/${enc(root)}`);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', at(room, 'joined_members'));
});

test('what was said under a setting stays under it when the setting changes', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  const set = (setting) => alice.setState(room, 'm.room.history_visibility', { history_visibility: setting });
  const sent = {};
  for (const setting of ['shared', 'joined', 'invited', 'shared', 'world_readable', 'joined']) {
    await set(setting);
    (sent[setting] ??= []).push(await alice.send(room, setting));
  }
  await bob.join(room);
  const seen = (await bob.messages(room, { limit: 100 })).chunk.map((event) => event.event_id);
  for (const [setting, events] of Object.entries(sent)) {
    for (const id of events) assert.equal(seen.includes(id), ['shared', 'world_readable'].includes(setting), setting);
  }
});
