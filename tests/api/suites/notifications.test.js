/* SPDX-License-Identifier: AGPL-3.0-or-later */
// GET /notifications: what a person was notified of, newest first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const list = async (user, query) => (await user.get('/v3/notifications', query)).notifications;
const bodies = async (user, query) => (await list(user, query)).map(({ event }) => event.content.body ?? event.type);
const mention = (body, ...users) => ({ msgtype: 'm.text', body, 'm.mentions': { user_ids: users.map((user) => user.id) } });
const inThread = (root, body) => ({ msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: root } });

/** Bob, who is told, and two who talk, in a room that is no one-to-one room. */
async function scene() {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  return { alice, bob, carol, room };
}

test('messages of all rooms are listed together, the newest first', async () => {
  const { alice, bob, carol, room } = await scene();
  const other = await roomOf(carol, bob, alice);
  await alice.send(room, 'one');
  await carol.send(other, 'two');
  await carol.send(room, 'three');
  await bob.send(room, 'mine');
  assert.deepEqual((await bodies(bob)).slice(0, 3), ['three', 'two', 'one']);
});

test('each says where, when, how loudly, and shows the event', async () => {
  const { alice, bob, room } = await scene();
  const id = await alice.send(room, mention('you', bob));
  const [item] = await list(bob);
  const { origin_server_ts: ts } = await alice.event(room, id);
  assert.equal(item.event.event_id, id);
  assert.equal(item.event.sender, alice.id);
  assert.deepEqual([item.room_id, item.ts, item.read], [room, ts, false]);
  assert.ok(item.actions.includes('notify'));
  assert.ok(item.actions.some((action) => action.set_tweak === 'highlight'));
});

test('only=highlight leaves out the rest', async () => {
  const { alice, bob, room } = await scene();
  await alice.send(room, mention('loud', bob));
  await alice.send(room, 'quiet');
  assert.deepEqual(await bodies(bob, { only: 'highlight' }), ['loud']);
});

test('pages follow each other without gap or double, also while more is said', async () => {
  const { alice, bob, room } = await scene();
  const other = await roomOf(alice, bob);
  for (let i = 0; i < 9; i++) await alice.send(i % 2 ? room : other, `m${i}`);
  const seen = [];
  let page = {};
  do {
    page = await bob.get('/v3/notifications', { limit: 2, ...(page.next_token && { from: page.next_token }) });
    assert.ok(page.notifications.length <= 2);
    seen.push(...page.notifications.map(({ event }) => event.content.body).filter(Boolean));
    await alice.send(room, 'later');
  } while (page.next_token);
  assert.deepEqual(seen, ['m8', 'm7', 'm6', 'm5', 'm4', 'm3', 'm2', 'm1', 'm0']);
});

test('a long silence is walked in pages that end', async () => {
  const { alice, bob, room } = await scene();
  await alice.send(room, 'at the bottom');
  for (let i = 0; i < 520; i++) await alice.send(room, { msgtype: 'm.notice', body: 'beep' });
  const first = await bob.get('/v3/notifications');
  assert.deepEqual(first.notifications, []);
  const second = await bob.get('/v3/notifications', { from: first.next_token });
  assert.equal(second.notifications[0].event.content.body, 'at the bottom');
});

test('receipts, also private ones and answers, say what was read', async () => {
  const { alice, bob, room } = await scene();
  const reads = async () => Object.fromEntries((await list(bob)).map(({ event, read }) => [event.content.body, read]));
  const one = await alice.send(room, 'one');
  await alice.send(room, 'two');
  await bob.post(path(room, `receipt/m.read/${enc(one)}`));
  let now = await reads();
  assert.deepEqual([now.one, now.two], [true, false]);
  const three = await alice.send(room, 'three');
  await bob.post(path(room, `receipt/m.read.private/${enc(three)}`));
  now = await reads();
  assert.deepEqual([now.two, now.three], [true, true]);
  await alice.send(room, 'four');
  await bob.send(room, 'answer');
  assert.equal((await reads()).four, true);
});

test('a receipt in a thread reads that thread', async () => {
  const { alice, bob, room } = await scene();
  const root = await alice.send(room, 'root');
  const told = await alice.send(room, inThread(root, 'in thread'));
  await alice.send(room, 'outside');
  await bob.post(path(room, `receipt/m.read/${enc(told)}`), { thread_id: root });
  const reads = Object.fromEntries((await list(bob)).map(({ event, read }) => [event.content.body, read]));
  assert.deepEqual([reads.root, reads['in thread'], reads.outside], [false, true, false]);
});

test('an invitation is listed, one from somebody ignored is not', async () => {
  const [alice, bob, mallory] = await registerAll(server, 'alice', 'bob', 'mallory');
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/m.ignored_user_list`, { ignored_users: { [mallory.id]: {} } });
  const room = await alice.createRoom({ preset: 'private_chat', invite: [bob.id] });
  await alice.send(room, 'not for the invited');
  await mallory.createRoom({ preset: 'private_chat', invite: [bob.id] });
  const items = await list(bob);
  assert.deepEqual(items.map((item) => [item.room_id, item.event.type]), [[room, 'm.room.member']]);
  assert.equal(items[0].event.state_key, bob.id);
});

test('what is not for telling is not listed: notices, edits, what the rules silence, what somebody ignored says', async () => {
  const { alice, bob, carol, room } = await scene();
  const said = await alice.send(room, 'said');
  await alice.send(room, { msgtype: 'm.notice', body: 'beep' });
  await alice.send(room, { msgtype: 'm.text', body: '* x', 'm.new_content': { msgtype: 'm.text', body: 'x' }, 'm.relates_to': { rel_type: 'm.replace', event_id: said } });
  await carol.send(room, 'by carol');
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/m.ignored_user_list`, { ignored_users: { [carol.id]: {} } });
  assert.deepEqual(await bodies(bob, { limit: 1 }), ['said']);
  await bob.put(`/v3/pushrules/global/room/${enc(room)}`, { actions: [] });
  assert.ok(!(await bodies(bob)).includes('said'));
});

test('what was redacted, or may not be seen any more, is gone', async () => {
  const { alice, bob, room } = await scene();
  const id = await alice.send(room, 'redacted');
  await alice.send(room, 'kept');
  await alice.redact(room, id);
  assert.deepEqual((await bodies(bob)).filter((body) => body === 'redacted'), []);
  assert.ok((await bodies(bob)).includes('kept'));
  await bob.leave(room);
  await alice.send(room, 'after');
  assert.deepEqual((await bodies(bob)).filter((body) => ['kept', 'after'].includes(body)), []);
});

test('what was said before one joined is not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await alice.send(room, 'before');
  await bob.join(room);
  await alice.send(room, 'after');
  assert.deepEqual(await bodies(bob), ['after']);
});

test('what somebody said who was erased is gone', async () => {
  const { alice, bob, carol, room } = await scene();
  await carol.send(room, 'of carol');
  await alice.send(room, 'of alice');
  await carol.post('/v3/account/deactivate', { auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: carol.id }, password: 'correct horse 7 battery' }, erase: true });
  const left = await bodies(bob);
  assert.ok(left.includes('of alice'));
  assert.ok(!left.includes('of carol'));
});

test('a key word of the listener finds their name in that room', async () => {
  const { alice, bob, room } = await scene();
  await bob.put('/v3/pushrules/global/override/name', { conditions: [{ kind: 'contains_display_name' }], actions: ['notify', { set_tweak: 'highlight' }] });
  await bob.setState(room, 'm.room.member', { membership: 'join', displayname: 'Roberta' }, bob.id);
  await alice.send(room, 'hello roberta');
  assert.deepEqual(await bodies(bob, { only: 'highlight' }), ['hello roberta']);
});

test('wrong questions are refused', async () => {
  const bob = await register(server, 'bob');
  await bob.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/notifications', undefined, { from: 'nonsense' });
  await bob.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/notifications', undefined, { limit: '0' });
});
