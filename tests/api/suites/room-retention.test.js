/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Rooms whose messages end (m.room.retention, MSC1763): from the moment they do, no way of reading shows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { png } from '../support/image.js';
import { operator } from '../support/operator.js';
import { Server, useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const DAY = 86_400_000;
const r = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const retain = (user, room, lifetime, type = 'm.room.retention') => user.setState(room, type, { max_lifetime: lifetime });
const related = (rel_type, event_id, body) => ({ msgtype: 'm.text', body, 'm.relates_to': { rel_type, event_id } });

/** Every way of reading messages, each to the ids it shows. */
const ways = {
  'an initial sync': async (user, { room }) => timeline(await user.sync({ since: null }), room),
  'an incremental sync': async (user, { room, since }) => timeline(await user.sync({ since }), room),
  messages: async (user, { room }) => (await user.messages(room, { limit: 100 })).chunk,
  'messages forward': async (user, { room }) => (await user.messages(room, { limit: 100, dir: 'f' })).chunk,
  event: async (user, { room, said }) => [(await user.request('GET', r(room, `event/${enc(said)}`))).body],
  'context of it': async (user, { room, said }) => [(await user.request('GET', r(room, `context/${enc(said)}`))).body?.event ?? {}],
  'context around': async (user, { room, after }) => {
    const { events_before: before, events_after: later } = await user.get(r(room, `context/${enc(after)}`), { limit: 100 });
    return [...before, ...later];
  },
  'relations of it': async (user, { room, said }) => (await user.request('GET', `/v1/rooms/${enc(room)}/relations/${enc(said)}`)).body?.chunk ?? [],
  threads: async (user, { room }) => (await user.get(`/v1/rooms/${enc(room)}/threads`)).chunk,
  'by its time': async (user, { room, sent }) => [(await user.request('GET', `/v1/rooms/${enc(room)}/timestamp_to_event`, { query: { ts: sent, dir: 'f' } })).body],
  'sliding sync': async (user, { room }) =>
    (await user.post('/unstable/org.matrix.simplified_msc3575/sync', { room_subscriptions: { [room]: { required_state: [], timeline_limit: 50 } } })).rooms[room].timeline,
  notifications: async (user) => (await user.get('/v3/notifications')).notifications.map((item) => item.event),
  'the old initial sync': async (user, { room }) => (await user.get(r(room, 'initialSync'), { limit: 100 })).messages.chunk,
  'the export of what one wrote': async (user) => (await user.get('/_parley/v1/export')).held.event.events,
};
const shows = async (way, user, at) => (await way(user, at)).some((event) => at.all.includes(event.event_id));

async function scene() {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const { next_batch: since } = await alice.sync({ since: null });
  const said = await alice.send(room, 'a secret');
  const { origin_server_ts: sent } = await alice.event(room, said);
  const all = [said, await alice.send(room, related('m.thread', said, 'in the thread')), await bob.send(room, related('m.reference', said, 'about it'))];
  const after = await alice.setState(room, 'm.room.name', { name: 'later' });
  return { alice, bob, room, since, said, sent, all, after };
}

test('what is over is shown by no way of reading, at once', async () => {
  const at = await scene();
  await retain(at.alice, at.room, DAY);
  for (const [name, way] of Object.entries(ways)) assert.ok(await shows(way, at.alice, at), `${name} shows it while it lives`);
  await retain(at.alice, at.room, 1);
  for (const [name, way] of Object.entries(ways)) assert.equal(await shows(way, at.alice, at), false, `${name} shows what is over`);
  await at.bob.refused(404, 'M_NOT_FOUND', 'PUT', r(at.room, `redact/${enc(at.said)}/1`), {});
  await at.bob.refused(404, 'M_NOT_FOUND', 'GET', r(at.room, `context/${enc(at.said)}`));
});

test('nor does anything come back when the policy is lifted or the server was killed', async () => {
  const at = await scene();
  await retain(at.alice, at.room, 1);
  // The job says on the record when it has buried what was over.
  await at.alice.syncUntil(async () => !(await at.alice.request('GET', r(at.room, `event/${enc(at.said)}`))).body?.content);
  await server.kill();
  await server.relaunch();
  for (const [name, way] of Object.entries(ways)) assert.equal(await shows(way, at.alice, at), false, `${name} after a kill`);
  const since = (await at.alice.sync({ since: at.since })).next_batch;
  await retain(at.alice, at.room, DAY);
  const later = await at.bob.send(at.room, 'new words');
  assert.deepEqual(timeline(await at.alice.sync({ since }), at.room).map((event) => event.event_id).slice(-1), [later]);
});

test('the room keeps working: state, members and paging to its beginning', async () => {
  const at = await scene();
  await retain(at.alice, at.room, 1);
  const seen = [];
  let from;
  do {
    const page = await at.bob.messages(at.room, { limit: 3, from });
    seen.push(...page.chunk);
    from = page.end;
  } while (from !== undefined);
  assert.equal(seen.at(-1).type, 'm.room.create');
  assert.ok(seen.every((event) => event.state_key !== undefined));
  assert.deepEqual(await at.bob.getState(at.room, 'm.room.name'), { name: 'later' });
});

test('what is over is not unread any more', async () => {
  const at = await scene();
  const counts = async (filter) => (await at.bob.sync({ since: null, filter })).rooms.join[at.room].unread_notifications.notification_count;
  const threads = { room: { timeline: { unread_thread_notifications: true } } };
  assert.equal(await counts(), 0); // bob has answered
  await at.alice.send(at.room, 'one more');
  assert.equal(await counts(), 1);
  assert.equal(await counts(threads), 1);
  await retain(at.alice, at.room, 1);
  assert.equal(await counts(), 0);
  assert.equal(await counts(threads), 0);
});

test('the unstable name of the policy counts where the stable one is not set', async () => {
  const at = await scene();
  await retain(at.alice, at.room, 1, 'org.matrix.msc1763.retention');
  assert.equal(await shows(ways.messages, at.bob, at), false);
});

test('a policy is set with the power for state, and a malformed one is refused', async () => {
  const at = await scene();
  const path = r(at.room, 'state/m.room.retention/');
  await at.bob.refused(403, 'M_FORBIDDEN', 'PUT', path, { max_lifetime: 1 });
  for (const max_lifetime of [0, -1, '1', true]) await at.alice.refused(400, 'M_INVALID_PARAM', 'PUT', path, { max_lifetime });
  await at.alice.put(path, {});
});

test('4.2 a picture ends with the last message that shows it, and one that is shown elsewhere stays', async () => {
  const at = await scene();
  const upload = async () => (await at.alice.request('POST', '/_matrix/media/v3/upload', { body: png(4, 4), type: 'image/png' })).body.content_uri;
  const show = (room, url) => at.alice.send(room, { msgtype: 'm.image', body: 'x.png', url });
  const load = async (url) => (await at.bob.request('GET', `/v1/media/download/${url.slice('mxc://'.length)}`)).status;
  const [ends, stays] = [await upload(), await upload()];
  for (const url of [ends, stays]) await show(at.room, url);
  await show(await roomOf(at.alice, at.bob), stays);
  assert.equal(await load(ends), 200);
  await retain(at.alice, at.room, 1);
  for (const deadline = Date.now() + 10_000; (await load(ends)) !== 404; ) assert.ok(Date.now() < deadline, 'it is still there');
  assert.equal(await load(stays), 200);
});

test('the operator\'s bounds are told', async () => {
  const alice = await register(server, 'alice');
  const told = await alice.get('/unstable/org.matrix.msc1763/retention/configuration');
  assert.deepEqual(told, { policies: { '*': {} }, limits: { max_lifetime: {} } });
  const strict = await new Server({ set: { 'rooms.retention_default': '1 d', 'rooms.retention_min': '1 h', 'rooms.retention_max': '7 d' } }).start();
  try {
    const bob = await register(strict, 'bob');
    assert.deepEqual(await bob.get('/unstable/org.matrix.msc1763/retention/configuration'), {
      policies: { '*': { max_lifetime: DAY } }, limits: { max_lifetime: { min: DAY / 24, max: 7 * DAY } },
    });
    const room = await bob.createRoom({});
    const said = await bob.send(room, 'kept an hour at least');
    await retain(bob, room, 1);
    assert.equal((await bob.event(room, said)).content.body, 'kept an hour at least');
  } finally {
    await strict.destroy();
  }
});

test('the policy goes along when the room is upgraded', async () => {
  const at = await scene();
  await retain(at.alice, at.room, DAY);
  const { replacement_room: next } = await at.alice.post(r(at.room, 'upgrade'), { new_version: '12' });
  assert.deepEqual(await at.alice.getState(next, 'm.room.retention'), { max_lifetime: DAY });
});

test('parley retention tells how it stands', async () => {
  const told = JSON.parse(operator(server, ['retention', '--json']));
  assert.equal(told.rooms_overdue, 0);
  assert.match(operator(server, ['retention']), /rooms +m\.room\.retention +0 overdue/);
});

test('rooms that say nothing keep everything', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const said = await alice.send(room, 'for good');
  assert.equal((await alice.event(room, said)).content.body, 'for good');
});
