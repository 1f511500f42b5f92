/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Events to be sent later (MSC4140): sent once when due, whatever happens in between, and judged then.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { administrator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { enc, password, refused, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer({ set: { 'rooms.delay_max': '2 d', 'rooms.delayed_per_user': '12' } });
const OWN = '/unstable/org.matrix.msc4140';
const HOUR = 3_600_000;
const someTxn = () => randomBytes(8).toString('hex');
const text = (body) => ({ msgtype: 'm.text', body });
const path = (room, type = 'm.room.message', txn = someTxn()) => `/v3/rooms/${enc(room)}/send/${type}/${txn}`;

/** Schedules a message (or whatever else) and returns its delay id. */
async function schedule(user, room, content, delay, { type = 'm.room.message', txn = someTxn(), state_key } = {}) {
  return (await user.put(`${OWN}/rooms/${enc(room)}/delayed_event/${type}/${txn}`, { delay, content, state_key })).delay_id;
}
/** Without a token: the id is all it takes. */
const manage = (id, action) => server.request('POST', `/_matrix/client${OWN}/delayed_events/${id}/${action}`, { body: {} });
const managed = async (id, action) => assert.equal((await manage(id, action)).status, 200);
const look = (user, id) => user.get(`${OWN}/delayed_events/${id}`);
const list = async (user, query) => user.get(`${OWN}/delayed_events`, query);
const past = { dir: 'b', since_ts: 'end' };
const awaited = (user, room, body) =>
  user.syncUntil((answer) => timeline(answer, room).find((event) => event.content.body === body), { what: body });
/** Asks until it is so. */
async function until(ask, seconds = 10) {
  for (const deadline = Date.now() + seconds * 1000; ; ) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < deadline, 'it did not come to that');
  }
}

async function scene() {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  return { alice, bob, room: await roomOf(alice, bob) };
}

test('versions tells of it', async () => {
  const { body } = await server.request('GET', '/_matrix/client/versions');
  assert.equal(body.unstable_features['org.matrix.msc4140'], true);
});

test('a message is sent when it is due, not before, and its author alone learns which it was', async () => {
  const { alice, bob, room } = await scene();
  const before = Date.now();
  const id = await schedule(alice, room, text('later'), 400);
  const mine = await awaited(alice, room, 'later');
  assert.ok(mine.origin_server_ts >= before + 400, 'not before its time');
  assert.equal(mine.sender, alice.id);
  assert.equal(mine.unsigned['org.matrix.msc4140.delay_id'], id);
  assert.equal(mine.unsigned.transaction_id, undefined);
  assert.equal((await awaited(bob, room, 'later')).unsigned['org.matrix.msc4140.delay_id'], undefined);
  const done = await look(alice, id);
  assert.equal(done.event_id, mine.event_id);
  assert.deepEqual(done.content, text('later'));
  assert.ok(done.origin_server_ts >= before + 400);
});

test('a query parameter delays /send and /state', async () => {
  const { alice, room } = await scene();
  const delayed = { 'org.matrix.msc4140.delay': HOUR };
  const said = (await alice.put(path(room), text('x'), delayed)).delay_id;
  const named = (await alice.put(`/v3/rooms/${enc(room)}/state/m.room.name/`, { name: 'later' }, delayed)).delay_id;
  assert.equal((await look(alice, said)).state_key, undefined);
  assert.equal((await look(alice, named)).state_key, '');
  await managed(named, 'send');
  assert.deepEqual(await alice.getState(room, 'm.room.name'), { name: 'later' });
});

test('scheduling again under the same transaction id is the same event', async () => {
  const { alice, bob, room } = await scene();
  const once = await schedule(alice, room, text('x'), HOUR, { txn: 'same' });
  assert.equal(await schedule(alice, room, text('x'), HOUR, { txn: 'same' }), once);
  assert.notEqual(await schedule(bob, room, text('x'), HOUR, { txn: 'same' }), once);
  assert.equal((await list(alice)).delayed_events.length, 1);
  const other = await schedule(alice, room, {}, HOUR, { txn: 'same', type: 'org.example.other' });
  assert.notEqual(other, once);
  await managed(other, 'cancel');
  await managed(once, 'cancel');
  assert.equal(await schedule(alice, room, text('x'), HOUR, { txn: 'same' }), once);
});

test('what is scheduled is sent, cancelled or begun anew by whoever knows its id, and each may be repeated', async () => {
  const { alice, room } = await scene();
  await alice.sync();
  const ids = { send: await schedule(alice, room, text('now'), HOUR), cancel: await schedule(alice, room, text('never'), HOUR) };
  for (const action of ['send', 'cancel']) {
    await managed(ids[action], action);
    await managed(ids[action], action);
    refused(await manage(ids[action], 'restart'), 409, 'M_UNKNOWN');
  }
  refused(await manage(ids.send, 'cancel'), 409, 'M_UNKNOWN');
  refused(await manage(ids.cancel, 'send'), 409, 'M_UNKNOWN');
  refused(await manage('nothing-of-that-name', 'send'), 404, 'M_NOT_FOUND');
  refused(await manage(ids.send, 'burn'), 404, 'M_UNRECOGNIZED');
  const { events } = (await alice.sync({ since: null })).rooms.join[room].timeline;
  assert.equal(events.filter((event) => event.content.body === 'now').length, 1);
  assert.equal(events.filter((event) => event.content.body === 'never').length, 0);
  const older = await schedule(alice, room, text('older form'), HOUR);
  await alice.post(`${OWN}/delayed_events/${older}`, { action: 'send' });
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', `${OWN}/delayed_events/${older}`, { action: 'burn' });
});

test('restarting puts off what would have been due', async () => {
  const { alice, room } = await scene();
  const beats = await schedule(alice, room, text('heartbeat'), 1500);
  const other = await schedule(alice, room, text('two delays'), 3000);
  const { running_since: first } = await look(alice, beats);
  await until(async () => Date.now() > first + 900);
  await managed(beats, 'restart');
  const { running_since: second } = await look(alice, beats);
  assert.ok(second >= first + 900);
  const heard = await awaited(alice, room, 'heartbeat');
  assert.ok(heard.origin_server_ts >= second + 1500);
  await managed(other, 'cancel');
});

test('it survives a kill, and what came due meanwhile is sent once', async () => {
  const { alice, room } = await scene();
  const soon = await schedule(alice, room, text('due while down'), 300);
  const far = await schedule(alice, room, text('far'), HOUR);
  await server.kill();
  await server.relaunch();
  await awaited(alice, room, 'due while down');
  await server.kill();
  await server.relaunch();
  assert.ok((await look(alice, soon)).event_id);
  const { chunk } = await alice.messages(room, { limit: 50 });
  assert.equal(chunk.filter((event) => event.content.body === 'due while down').length, 1);
  assert.equal((await look(alice, far)).event_id, undefined);
});

test('many that are due at once are all sent, each once', async () => {
  const { alice, bob, room } = await scene();
  const bodies = Array.from({ length: 24 }, (_, i) => `at once ${i}`);
  await Promise.all(bodies.map((body, i) => schedule(i % 2 ? alice : bob, room, text(body), 200)));
  const seen = await until(async () => {
    const found = (await alice.messages(room, { limit: 100 })).chunk.filter((event) => bodies.includes(event.content.body));
    return found.length >= bodies.length && found;
  });
  assert.equal(seen.length, bodies.length);
  assert.equal(new Set(seen.map((event) => event.content.body)).size, bodies.length);
});

test('whether it may be sent is judged when it is due', async () => {
  const { alice, bob, room } = await scene();
  const late = await schedule(bob, room, text('too late'), 300);
  await alice.post(`/v3/rooms/${enc(room)}/kick`, { user_id: bob.id });
  const failed = await until(async () => ((await look(bob, late)).error ? look(bob, late) : null));
  assert.equal(failed.error.errcode, 'M_FORBIDDEN');
  assert.equal(failed.event_id, undefined);
  assert.deepEqual(failed.content, text('too late'));
  await managed(late, 'cancel');
  // No power yet, but by then.
  const early = await schedule(alice, room, { name: 'x' }, HOUR, { type: 'm.room.name', state_key: '' });
  await managed(early, 'send');
});

test('what cannot be sent now is refused as if it were not delayed, and stays scheduled', async () => {
  const { alice, bob, room } = await scene();
  const id = await schedule(bob, room, { name: 'mine' }, HOUR, { type: 'm.room.name', state_key: '' });
  refused(await manage(id, 'send'), 403, 'M_FORBIDDEN');
  assert.equal((await look(bob, id)).origin_server_ts, undefined);
  await alice.setState(room, 'm.room.power_levels', { ...(await alice.getState(room, 'm.room.power_levels')), state_default: 0, events: {} });
  await managed(id, 'send');
  assert.deepEqual(await bob.getState(room, 'm.room.name'), { name: 'mine' });
});

test('a delayed redaction redacts', async () => {
  const { alice, room } = await scene();
  const said = await alice.send(room, 'to be forgotten');
  const id = await schedule(alice, room, { redacts: said }, HOUR, { type: 'm.room.redaction' });
  await managed(id, 'send');
  assert.deepEqual((await alice.event(room, said)).content, {});
});

test('what is no delay, too long a delay, or nothing to send is refused', async () => {
  const { alice, bob, room } = await scene();
  const own = `${OWN}/rooms/${enc(room)}/delayed_event/m.room.message/1`;
  for (const delay of [0, -1]) await alice.refused(400, 'M_INVALID_PARAM', 'PUT', own, { delay, content: {} });
  for (const body of [{ content: {} }, { delay: '5', content: {} }, { delay: 5 }, { delay: 5, content: [] }, { delay: 5, content: {}, state_key: 1 }])
    await alice.refused(400, 'M_BAD_JSON', 'PUT', own, body);
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path(room), text('x'), { 'org.matrix.msc4140.delay': 'soon' });
  const error = await alice.refused(400, 'ORG.MATRIX.MSC4140_MAX_DELAY_EXCEEDED', 'PUT', own, { delay: 48 * HOUR + 1, content: {} });
  assert.equal(error['org.matrix.msc4140.max_delay'], 48 * HOUR);
  await alice.leave(room);
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', own, { delay: 5, content: {} });
  assert.ok(bob);
});

test('one person has so many at once and no more, and is told when to come back', async () => {
  const { alice, room } = await scene();
  const ids = [];
  for (let i = 0; i < 12; i++) ids.push(await schedule(alice, room, text(`${i}`), HOUR + i));
  const response = await alice.request('PUT', path(room), { body: text('x'), query: { 'org.matrix.msc4140.delay': 1000 } });
  refused(response, 429, 'M_LIMIT_EXCEEDED');
  assert.ok(Number(response.headers.get?.('retry-after') ?? response.headers['retry-after']) > 3500);
  await managed(ids[0], 'cancel');
  await schedule(alice, room, text('x'), HOUR);
});

test('one sees one\'s own only, by page, in order, and as filtered', async () => {
  const { alice, bob, room } = await scene();
  const other = await alice.createRoom({});
  const ids = [];
  for (let i = 0; i < 11; i++) ids.push(await schedule(alice, room, text(`${i}`), HOUR + i * 1000));
  const far = await schedule(alice, other, { name: 'x' }, HOUR / 2, { type: 'm.room.name', state_key: '' });
  const foreign = await schedule(bob, room, text('x'), HOUR);
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `${OWN}/delayed_events/${foreign}`);
  refused(await server.request('GET', `/_matrix/client${OWN}/delayed_events`), 401, 'M_MISSING_TOKEN');

  const first = await list(alice);
  assert.deepEqual(first.delayed_events.map((event) => event.delay_id), [far, ...ids.slice(0, 9)]);
  const second = await list(alice, { from: first.next_batch });
  assert.deepEqual(second.delayed_events.map((event) => event.delay_id), ids.slice(9));
  assert.equal(second.next_batch, undefined);
  const back = await list(alice, past);
  assert.deepEqual(back.delayed_events.map((event) => event.delay_id), ids.toReversed().slice(0, 10));
  assert.deepEqual((await list(alice, { ...past, from: back.prev_batch })).delayed_events.map((event) => event.delay_id), [ids[0], far]);

  await managed(ids[3], 'cancel');
  await managed(ids[4], 'send');
  const found = async (query) => (await list(alice, query)).delayed_events.map((event) => event.delay_id).sort();
  assert.deepEqual(await found({ status: 'finalised' }), [ids[3], ids[4]].sort());
  assert.deepEqual(await found({ outcome: 'cancel' }), [ids[3]]);
  assert.deepEqual(await found({ outcome: 'send', reason: 'action' }), [ids[4]]);
  assert.deepEqual(await found({ reason: 'delay' }), []);
  assert.deepEqual(await found({ room_id: other }), [far]);
  assert.deepEqual(await found({ type: 'm.room.name', status: 'scheduled' }), [far]);
  assert.deepEqual(await found({ order_by: 'running_since', ...past, type: 'm.room.name' }), [far]);
  assert.deepEqual(await found({ order_by: 'origin_server_ts', ...past, status: 'finalised' }), [ids[3], ids[4]].sort());
  for (const wrong of [{ dir: 'x' }, { status: 'x' }, { outcome: 'x' }, { reason: 'x' }, { order_by: 'x' }, { from: 'x' }, { since_ts: 'x' }])
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', `${OWN}/delayed_events`, undefined, wrong);
});

test('a suspended account schedules nothing, and what it had scheduled fails; a locked one\'s fails too', async () => {
  const { alice, bob, room } = await scene();
  const admin = await administrator(server);
  const [hers, his] = [await schedule(alice, room, text('x'), 400), await schedule(bob, room, text('x'), 400)];
  await admin.put(`/v1/admin/suspend/${enc(alice.id)}`, { suspended: true });
  await admin.put(`/v1/admin/lock/${enc(bob.id)}`, { locked: true });
  await alice.refused(403, 'M_USER_SUSPENDED', 'PUT', path(room), text('x'), { 'org.matrix.msc4140.delay': HOUR });
  const failed = await until(async () => ((await look(alice, hers)).error ? look(alice, hers) : null));
  assert.equal(failed.error.errcode, 'M_USER_SUSPENDED');
  await admin.put(`/v1/admin/lock/${enc(bob.id)}`, { locked: false });
  assert.equal((await until(async () => ((await look(bob, his)).error ? look(bob, his) : null))).error.errcode, 'M_USER_LOCKED');
});

test('whoever closes their account has nothing sent in their name any more', async () => {
  const { alice, bob, room } = await scene();
  const id = await schedule(alice, room, text('from beyond'), HOUR);
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password };
  await alice.post('/v3/account/deactivate', { auth, erase: true });
  refused(await manage(id, 'send'), 404, 'M_NOT_FOUND');
  assert.ok((await bob.messages(room)).chunk.every((event) => event.content.body !== 'from beyond'));
});

test('5.1 the export has what one has scheduled', async () => {
  const { alice, room } = await scene();
  const id = await schedule(alice, room, text('mine to read'), HOUR);
  const held = (await alice.get('/_parley/v1/export')).held.delayed_event;
  assert.deepEqual(held.map((event) => [event.delay_id, event.room_id, event.content.body]), [[id, room, 'mine to read']]);
});
