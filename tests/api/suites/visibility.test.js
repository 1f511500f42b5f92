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
    // All readers can see the parent of the relations only where they see the room from the beginning: it is written for each.
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

test('guests join only where guests may, and peek only where anyone may', async () => {
  const [alice] = await registerAll(server, 'alice');
  const registered = await server.request('POST', '/_matrix/client/v3/register', { query: { kind: 'guest' }, body: {} });
  if (registered.status === 403) return; // guests are switched off here
  const token = registered.body.access_token;
  const guest = (method, path, options = {}) => server.request(method, `/_matrix/client${path}`, { token, ...options });
  const room = (guests, history) =>
    alice.createRoom({
      preset: 'public_chat',
      initial_state: [
        { type: 'm.room.guest_access', state_key: '', content: { guest_access: guests } },
        { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: history } },
      ],
    });
  const [closed, open, readable] = [await room('forbidden', 'shared'), await room('can_join', 'shared'), await room('forbidden', 'world_readable')];
  const refused = await guest('POST', at(closed, 'join'), { body: {} });
  assert.deepEqual([refused.status, refused.body.errcode], [403, 'M_GUEST_ACCESS_FORBIDDEN']);
  assert.equal((await guest('POST', at(open, 'join'), { body: {} })).status, 200);
  assert.equal((await guest('GET', at(readable, 'messages'), { query: { dir: 'b' } })).status, 200);
  assert.equal((await guest('GET', at(closed, 'messages'), { query: { dir: 'b' } })).status, 403);
});
