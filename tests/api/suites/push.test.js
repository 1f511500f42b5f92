/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The default push rules, and the unread and highlight counts they lead to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, joined, register, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;

/** The reader's counts in the room once `event` is in their timeline, by a sync from the beginning. */
async function counts(reader, room) {
  const answer = await reader.sync({ since: null });
  const { notification_count: unread = 0, highlight_count: highlights = 0 } = joined(answer, room).unread_notifications ?? {};
  return [unread, highlights];
}

async function pair(options = {}) {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: `Bob ${bob.localpart}` });
  const room = await alice.createRoom({ preset: 'private_chat', invite: [bob.id], ...options });
  await bob.join(room);
  // A third member, so that this is no one-to-one room.
  const carol = await register(server, 'carol');
  await alice.invite(room, carol);
  await carol.join(room);
  await bob.post(path(room, `receipt/m.read/${enc(await alice.send(room, 'start'))}`));
  return { alice, bob, carol, room };
}

test('the default rules have the ids and order of the specification', async () => {
  const alice = await register(server, 'alice');
  const { global } = await alice.get('/v3/pushrules/');
  const ids = (kind) => global[kind].map((rule) => rule.rule_id);
  assert.deepEqual(ids('override'), [
    '.m.rule.master',
    '.m.rule.suppress_notices',
    '.m.rule.invite_for_me',
    '.m.rule.member_event',
    '.m.rule.is_user_mention',
    ...(ids('override').includes('.m.rule.contains_display_name') ? ['.m.rule.contains_display_name'] : []),
    '.m.rule.is_room_mention',
    ...(ids('override').includes('.m.rule.roomnotif') ? ['.m.rule.roomnotif'] : []),
    '.m.rule.tombstone',
    '.m.rule.reaction',
    '.m.rule.room.server_acl',
    '.m.rule.suppress_edits',
  ]);
  assert.deepEqual(ids('underride'), ['.m.rule.call', '.m.rule.encrypted_room_one_to_one', '.m.rule.room_one_to_one', '.m.rule.message', '.m.rule.encrypted']);
  const master = global.override[0];
  assert.deepEqual([master.enabled, master.default, master.actions], [false, true, []]);
});

test('rules are read one by one and by scope', async () => {
  const alice = await register(server, 'alice');
  const rule = await alice.get('/v3/pushrules/global/underride/.m.rule.message');
  assert.equal(rule.rule_id, '.m.rule.message');
  assert.ok(rule.actions.includes('notify'));
  assert.ok(Array.isArray((await alice.get('/v3/pushrules/global/')).override));
  await alice.refused(404, 'M_NOT_FOUND', 'GET', '/v3/pushrules/global/underride/no.such.rule');
});

const global = '/v3/pushrules/global';
const rule = (actions = []) => ({ conditions: [], actions });

test('rules are made, put in order, changed and removed', async () => {
  const alice = await register(server, 'alice');
  const own = async () => (await alice.get(`${global}/`)).override.filter((one) => !one.default).map((one) => one.rule_id);
  await alice.put(`${global}/override/one`, rule());
  await alice.put(`${global}/override/two`, rule());
  assert.deepEqual(await own(), ['two', 'one'], 'the newest comes first');
  await alice.put(`${global}/override/three`, rule(), { after: 'two' });
  await alice.put(`${global}/override/four`, rule(), { before: 'one' });
  assert.deepEqual(await own(), ['two', 'three', 'four', 'one']);
  await alice.put(`${global}/override/four`, rule(['notify']));
  assert.deepEqual(await own(), ['two', 'three', 'four', 'one']);
  assert.deepEqual((await alice.get(`${global}/override/four/actions`)).actions, ['notify']);
  await alice.put(`${global}/override/four/actions`, { actions: [{ set_tweak: 'highlight' }] });
  await alice.put(`${global}/override/four/enabled`, { enabled: false });
  const changed = await alice.get(`${global}/override/four`);
  assert.deepEqual([changed.actions, changed.enabled], [[{ set_tweak: 'highlight' }], false]);
  await alice.delete(`${global}/override/four`);
  assert.deepEqual(await own(), ['two', 'three', 'one']);
  await alice.put(`${global}/override/four`, rule());
  assert.equal((await alice.get(`${global}/override/four/enabled`)).enabled, true, 'a new rule is enabled');
});

test('predefined rules can be switched and given other actions, but not replaced or removed', async () => {
  const alice = await register(server, 'alice');
  const at = `${global}/underride/.m.rule.message`;
  await alice.put(`${at}/enabled`, { enabled: false });
  await alice.put(`${at}/actions`, { actions: [] });
  const { enabled, actions } = await alice.get(at);
  assert.deepEqual([enabled, actions], [false, []]);
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', at, rule());
  await alice.refused([400, 404], undefined, 'DELETE', at);
  for (const what of ['enabled', 'actions']) await alice.refused(404, 'M_NOT_FOUND', 'PUT', `${global}/underride/.m.rule.nothing/${what}`, { enabled: true, actions: [] });
});

test('rules of the wrong form are refused', async () => {
  const alice = await register(server, 'alice');
  const put = (status, errcode, at, body, query) => alice.refused(status, errcode, 'PUT', `${global}/${at}`, body, query);
  await put(400, 'M_BAD_JSON', 'content/x', { actions: [] });
  await put(400, 'M_BAD_JSON', 'override/x', { conditions: [] });
  await put(400, 'M_BAD_JSON', 'override/x', rule(['explode']));
  await put(400, 'M_BAD_JSON', 'override/x', { conditions: [{}], actions: [] });
  await put(400, 'M_INVALID_PARAM', 'nothing/x', rule());
  for (const id of ['.mine', 'a/b', 'a\\b']) await put(400, 'M_INVALID_PARAM', `override/${enc(id)}`, rule());
  for (const query of [{ before: 'nobody' }, { after: '.m.rule.suppress_notices' }]) await put(400, 'M_INVALID_PARAM', 'override/x', rule(), query);
  await alice.refused(404, 'M_NOT_FOUND', 'DELETE', `${global}/override/x`);
});

test('a change of the rules wakes a sync', async () => {
  const alice = await register(server, 'alice');
  await alice.sync();
  const steps = [
    ['PUT', `${global}/override/x`, rule()],
    ['PUT', `${global}/override/x/enabled`, { enabled: false }],
    ['PUT', `${global}/override/x/actions`, { actions: ['notify'] }],
    ['DELETE', `${global}/override/x`],
  ];
  for (const [method, at, body] of steps) {
    const waiting = alice.sync({ timeout: 20_000 });
    accepted(await alice.request(method, at, { body }));
    assert.deepEqual((await waiting).account_data.events.map((event) => event.type), ['m.push_rules'], method + at);
  }
});

test('the rules come with the first sync', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.sync();
  const event = answer.account_data.events.find((one) => one.type === 'm.push_rules');
  assert.ok(event.content.global.override.length > 5);
});

test('a message counts as unread until it is read', async () => {
  const { alice, bob, room } = await pair();
  assert.deepEqual(await counts(bob, room), [0, 0]);
  await alice.send(room, 'one');
  const last = await alice.send(room, 'two');
  assert.deepEqual(await counts(bob, room), [2, 0]);
  assert.deepEqual(await counts(alice, room), [0, 0]);
  await bob.post(path(room, `receipt/m.read/${enc(last)}`));
  assert.deepEqual(await counts(bob, room), [0, 0]);
});

test('a receipt in the middle leaves what comes after it', async () => {
  const { alice, bob, room } = await pair();
  const first = await alice.send(room, 'one');
  await alice.send(room, 'two');
  await alice.send(room, 'three');
  await bob.post(path(room, `receipt/m.read/${enc(first)}`));
  assert.deepEqual(await counts(bob, room), [2, 0]);
});

test('a private receipt lowers the count too', async () => {
  const { alice, bob, room } = await pair();
  const last = await alice.send(room, 'one');
  await bob.post(path(room, `receipt/m.read.private/${enc(last)}`));
  assert.deepEqual(await counts(bob, room), [0, 0]);
});

test('sending a message of one’s own marks what came before as read', async () => {
  const { alice, bob, room } = await pair();
  await alice.send(room, 'one');
  await bob.send(room, 'answer');
  assert.deepEqual(await counts(bob, room), [0, 0]);
});

test('counts arrive in an incremental sync', async () => {
  const { alice, bob, room } = await pair();
  await bob.sync();
  await alice.send(room, 'one');
  const unread = await bob.syncUntil((answer) => joined(answer, room)?.unread_notifications);
  assert.equal(unread.notification_count, 1);
});

test('a mention highlights, for the mentioned only', async () => {
  const { alice, bob, carol, room } = await pair();
  await carol.post(path(room, `receipt/m.read/${enc(await alice.send(room, 'x'))}`));
  await bob.post(path(room, `receipt/m.read/${enc(await alice.send(room, 'y'))}`));
  await carol.post(path(room, `receipt/m.read/${enc(await alice.send(room, 'z'))}`));
  await bob.sync();
  await alice.send(room, { msgtype: 'm.text', body: 'you there', 'm.mentions': { user_ids: [bob.id] } });
  assert.equal((await counts(bob, room))[1], 1);
  assert.equal((await counts(carol, room))[1], 0);
});

test('mentioning the room needs power', async () => {
  const { alice, bob, carol, room } = await pair();
  await carol.send(room, { msgtype: 'm.text', body: 'all', 'm.mentions': { room: true } });
  assert.equal((await counts(bob, room))[1], 0);
  await alice.send(room, { msgtype: 'm.text', body: 'all', 'm.mentions': { room: true } });
  assert.equal((await counts(bob, room))[1], 1);
});

test('notices, reactions, edits and joins are not unread', async () => {
  const { alice, bob, room } = await pair();
  const id = await alice.send(room, 'one');
  await bob.post(path(room, `receipt/m.read/${enc(id)}`));
  await alice.send(room, { msgtype: 'm.notice', body: 'beep' });
  await alice.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: id, key: '👍' } }, { type: 'm.reaction' });
  await alice.send(room, { msgtype: 'm.text', body: '* two', 'm.new_content': { msgtype: 'm.text', body: 'two' }, 'm.relates_to': { rel_type: 'm.replace', event_id: id } });
  const dave = await register(server, 'dave');
  await alice.invite(room, dave);
  await dave.join(room);
  assert.deepEqual(await counts(bob, room), [0, 0]);
});

test('a redacted message is no longer counted', async () => {
  const { alice, bob, room } = await pair();
  const id = await alice.send(room, 'one');
  assert.deepEqual(await counts(bob, room), [1, 0]);
  await alice.redact(room, id);
  const [unread] = await counts(bob, room);
  assert.ok(unread <= 1);
});

test('threads are counted on their own when the filter asks for it', async () => {
  const { alice, bob, room } = await pair();
  const root = await alice.send(room, 'root');
  await bob.post(path(room, `receipt/m.read/${enc(root)}`));
  await alice.send(room, { msgtype: 'm.text', body: 'in thread', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  const filter = { room: { timeline: { unread_thread_notifications: true } } };
  const answer = joined(await bob.sync({ since: null, filter }), room);
  assert.equal(answer.unread_notifications?.notification_count ?? 0, 0);
  assert.equal(answer.unread_thread_notifications?.[root]?.notification_count, 1);
  const plain = joined(await bob.sync({ since: null }), room);
  assert.equal(plain.unread_notifications.notification_count, 1);
  assert.equal(plain.unread_thread_notifications, undefined);
});

test('counts outlive a restart', async () => {
  const { alice, bob, room } = await pair();
  await alice.send(room, 'one');
  await alice.send(room, { msgtype: 'm.text', body: 'you', 'm.mentions': { user_ids: [bob.id] } });
  await server.restart();
  assert.deepEqual(await counts(bob, room), [2, 1]);
});

test('an invite does not disturb the counts of rooms', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  assert.deepEqual(await counts(bob, room), [0, 0]);
});
