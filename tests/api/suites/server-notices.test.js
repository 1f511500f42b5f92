/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Server Notices": a room of each person in which the server itself writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canary, erase, findWords } from '../support/canaries.js';
import { administrator, operator } from '../support/operator.js';
import { Server, useServer } from '../support/server.js';
import { accepted, enc, register, registerAll, timeline } from '../support/user.js';

const server = useServer({ set: { 'operator.name': 'Parley e.V.', 'operator.email': 'help@parley.test' } });
const send = (...words) => operator(server, ['admin', 'notice', 'send', ...words]);
const to = (user, text, ...words) => send(text, '--user', user.localpart, ...words);
const roomKnownTo = async (user) => (await user.get(`/v3/user/${enc(user.id)}/account_data/org.parley.server_notices`)).room_id;
const notices = async (user, room) => (await user.messages(room)).chunk.filter((event) => event.content.msgtype === 'm.server_notice').reverse();
const bodies = async (user, room) => (await notices(user, room)).map((event) => event.content.body);

/** The invitation into the notices room, once it is there. */
async function asked(user) {
  const room = await user.syncUntil((answer) => Object.keys(answer.rooms?.invite ?? {})[0], { what: 'the invitation' });
  assert.equal(await roomKnownTo(user), room);
  return room;
}

/** Waits until the last notice in a room is this one. */
async function told(user, room, text) {
  await user.syncUntil((answer) => timeline(answer, room).some((event) => event.content.body === text), { what: text });
}

test('the first notice makes a room one is asked into: named, tagged, with the notice in it', async () => {
  const alice = await register(server, 'alice');
  await alice.sync();
  assert.match(to(alice, 'Your picture was removed.'), /on its way/);
  const room = await asked(alice);
  const invite = (await alice.sync({ since: null })).rooms.invite[room].invite_state.events;
  assert.equal(invite.find((event) => event.type === 'm.room.name').content.name, 'Notices');
  const mine = invite.find((event) => event.type === 'm.room.member' && event.state_key === alice.id);
  assert.deepEqual([mine.sender, mine.content], ['@_parley:parley.test', { membership: 'invite' }]);
  assert.deepEqual((await alice.get(`/v3/user/${enc(alice.id)}/rooms/${enc(room)}/tags`)).tags, { 'm.server_notice': {} });
  await alice.join(room);
  const [notice] = await notices(alice, room);
  assert.equal(notice.sender, '@_parley:parley.test');
  assert.deepEqual(notice.content, {
    msgtype: 'm.server_notice',
    server_notice_type: 'org.parley.announcement',
    body: 'Your picture was removed.',
    admin_contact: 'mailto:help@parley.test',
  });
  assert.equal((await alice.get(`/v3/profile/${enc(notice.sender)}`)).displayname, 'Parley e.V.');
});

test('there is one room of a person, whatever they do with it', async () => {
  const alice = await register(server, 'alice');
  to(alice, 'one');
  const room = await asked(alice);
  await alice.join(room);
  to(alice, 'two');
  await told(alice, room, 'two');
  await alice.leave(room);
  await alice.post(`/v3/rooms/${enc(room)}/forget`);
  await alice.sync();
  to(alice, 'three');
  assert.equal(await asked(alice), room);
  await alice.join(room);
  assert.deepEqual(await bodies(alice, room), ['one', 'two', 'three']);
});

test('the invitation cannot be declined; who has joined may leave', async () => {
  const alice = await register(server, 'alice');
  to(alice, 'read this');
  const room = await asked(alice);
  await alice.refused(403, 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM', 'POST', `/v3/rooms/${enc(room)}/leave`);
  await alice.join(room);
  await alice.leave(room);
});

test('nobody else writes there, or is asked in', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  to(alice, 'read this');
  const room = await asked(alice);
  await alice.join(room);
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/rooms/${enc(room)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'no' });
  await alice.refused(403, 'M_FORBIDDEN', 'POST', `/v3/rooms/${enc(room)}/invite`, { user_id: bob.id });
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/rooms/${enc(room)}/state/m.room.name/`, { name: 'mine' });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/join/${enc(room)}`);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', `/v3/rooms/${enc(room)}/messages?dir=b`);
});

test('what is in force is pinned, the newest only', async () => {
  const alice = await register(server, 'alice');
  to(alice, 'in force', '--pin');
  const room = await asked(alice);
  await alice.join(room);
  to(alice, 'by the way');
  await told(alice, room, 'by the way');
  const [first] = await notices(alice, room);
  assert.deepEqual(await alice.getState(room, 'm.room.pinned_events'), { pinned: [first.event_id] });
  to(alice, 'in force instead', '--pin');
  await told(alice, room, 'in force instead');
  const last = (await notices(alice, room)).at(-1);
  assert.deepEqual(await alice.getState(room, 'm.room.pinned_events'), { pinned: [last.event_id] });
  const unpinned = (answer) => timeline(answer, room).some((event) => event.content.pinned?.length === 0);
  operator(server, ['admin', 'notice', 'end', '--user', alice.localpart]);
  await alice.syncUntil(unpinned, { what: 'the end' });
  assert.equal((await notices(alice, room)).length, 3);
  const bob = await register(server, 'bob');
  operator(server, ['admin', 'notice', 'end', '--all']);
  to(bob, 'after it');
  await asked(bob);
  assert.equal((await alice.sync()).rooms.join[room], undefined, 'what has ended does not end again');
});

test('who read the policy in Chinese is told in Chinese', async () => {
  const [alice, wei] = await registerAll(server, 'alice', 'wei');
  const { version, documents } = await wei.get('/_parley/v1/policy');
  await wei.post('/_parley/v1/policy/agree', { version, language: 'zh-CN', sha256: documents['zh-CN'].sha256, agree: true });
  for (const user of [alice, wei]) to(user, 'Maintenance tonight.', '--chinese', '今晚维护。');
  const [english, chinese] = [await asked(alice), await asked(wei)];
  await Promise.all([alice.join(english), wei.join(chinese)]);
  assert.deepEqual([await bodies(alice, english), await bodies(wei, chinese)], [['Maintenance tonight.'], ['今晚维护。']]);
  assert.deepEqual([(await alice.getState(english, 'm.room.name')).name, (await wei.getState(chinese, 'm.room.name')).name], ['Notices', '通知']);
});

test('who takes no invites, or may not accept any, is in the room at once', async () => {
  const admin = await administrator(server);
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/m.invite_permission_config`, { default_action: 'block' });
  await admin.put(`/v1/admin/suspend/${enc(bob.id)}`, { suspended: true });
  for (const user of [alice, bob]) {
    await user.sync();
    to(user, 'all the same');
    await user.syncUntil((answer) => Object.values(answer.rooms?.join ?? {}).some((room) => room.timeline.events.some((event) => event.content.body === 'all the same')));
    assert.deepEqual(Object.keys((await user.sync({ since: null })).rooms.invite), []);
  }
});

test('which room it is, only the server says; and its own account is no member of anything else', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(405, 'M_BAD_JSON', 'PUT', `/v3/user/${enc(alice.id)}/account_data/org.parley.server_notices`, { room_id: '!mine:parley.test' });
  to(alice, 'hello');
  await alice.join(await asked(alice));
  assert.deepEqual((await alice.post('/v3/user_directory/search', { search_term: '_parley' })).results, []);
  const answer = await server.request('POST', '/_matrix/client/v3/register', { body: { username: '_parley', password: 'correct horse 7 battery', auth: { type: 'm.login.dummy' } } });
  assert.equal(answer.body.errcode, 'M_INVALID_USERNAME');
});

test('everybody is told once, over a restart, and nobody who closed the account', async () => {
  const crowd = await new Server().start();
  try {
    const people = [];
    for (let i = 0; i < 45; i++) people.push(await register(crowd, 'member'));
    operator(crowd, ['admin', 'notice', 'send', 'To all of you.', '--all']);
    await crowd.kill();
    await crowd.relaunch();
    for (const user of people) {
      const room = await asked(user);
      await user.join(room);
      assert.deepEqual(await bodies(user, room), ['To all of you.'], user.id);
    }
  } finally {
    await crowd.destroy();
  }
});

test('a notice waits for the server, and a wrong command for nothing', async () => {
  const alice = await register(server, 'alice');
  await server.stop();
  to(alice, 'while you slept');
  await server.relaunch();
  const room = await asked(alice);
  await alice.join(room);
  assert.deepEqual(await bodies(alice, room), ['while you slept']);
  const fails = (...words) => assert.throws(() => send(...words), (error) => error.status === 2 || error.status === 1, words.join(' '));
  fails('text');
  fails('text', '--all', '--user', alice.localpart);
  fails('text', '--user', 'nobody');
  fails('text', '--user', '_parley');
  fails('', '--user', alice.localpart);
  fails('x'.repeat(2001), '--user', alice.localpart);
});

test('5.1, 5.4 what the server told a person is in their export, and unreadable once they are erased', async () => {
  const alice = await register(server, 'alice');
  const word = canary('notice');
  to(alice, `About you: ${word}`);
  const room = await asked(alice);
  await alice.join(room);
  const exported = JSON.stringify(accepted(await alice.request('GET', '/_parley/v1/export')));
  assert.ok(exported.includes(word));
  await erase(alice);
  await server.stop();
  assert.deepEqual(findWords(join(server.folder, 'data'), { word }), []);
  await server.relaunch();
});

test('with a name that is somebody’s nothing is sent, until it is another', async () => {
  const taken = new Server({ set: { 'notices.user': 'grace1' } });
  await taken.start();
  try {
    const grace = await register(taken, 'grace');
    assert.equal(grace.localpart, 'grace1');
    operator(taken, ['admin', 'notice', 'send', 'hello', '--user', 'grace1']);
    const deadline = Date.now() + 10_000;
    while (!/notices\.user/.test(readFileSync(taken.logFile, 'utf8'))) {
      assert.ok(Date.now() < deadline, 'the log says what is wrong');
      await grace.sync();
    }
    await taken.stop();
    taken.set['notices.user'] = '_other';
    await taken.relaunch();
    const room = await asked(grace);
    await grace.join(room);
    const [notice] = await notices(grace, room);
    assert.equal(notice.sender, '@_other:parley.test');
  } finally {
    await taken.destroy();
  }
});

test('nobody keeps notices from others by what they store', async () => {
  const [full, odd, alice] = await registerAll(server, 'full', 'odd', 'alice');
  for (let n = 0; n < 1000; n += 50)
    await Promise.all(Array.from({ length: 50 }, (_, i) => full.request('PUT', `/v3/user/${enc(full.id)}/account_data/org.test.${n + i}`, { body: {} })));
  to(odd, 'one');
  const room = await asked(odd);
  await odd.join(room);
  for (const content of [{ tags: 5 }, { tags: { 'm.server_notice': 'x' } }, {}]) {
    await odd.put(`/v3/user/${enc(odd.id)}/rooms/${enc(room)}/account_data/m.tag`, content);
    to(odd, JSON.stringify(content));
    await told(odd, room, JSON.stringify(content));
  }
  assert.deepEqual((await odd.get(`/v3/user/${enc(odd.id)}/rooms/${enc(room)}/tags`)).tags, { 'm.server_notice': {} });
  for (const text of ['first', 'second']) to(full, text);
  to(alice, 'at last');
  await asked(alice);
  const rooms = Object.keys((await full.sync({ since: null })).rooms.invite);
  assert.equal(rooms.length, 1);
  await full.join(rooms[0]);
  assert.deepEqual(await bodies(full, rooms[0]), ['first', 'second']);
});
