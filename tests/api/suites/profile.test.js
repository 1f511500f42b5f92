/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Profiles" and the capability "m.profile_fields".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deactivate } from '../support/canaries.js';
import { operator } from '../support/operator.js';
import { useServer } from '../support/server.js';
import { enc, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const profile = (user, field = '') => `/v3/profile/${enc(user.id)}${field && `/${field}`}`;

test('a display name is set and read by others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  assert.deepEqual(await alice.put(profile(alice, 'displayname'), { displayname: 'Alice Ä. 爱丽丝' }), {});
  assert.equal((await bob.get(profile(alice))).displayname, 'Alice Ä. 爱丽丝');
  assert.deepEqual(await bob.get(profile(alice, 'displayname')), { displayname: 'Alice Ä. 爱丽丝' });
});

test('an avatar is set and read by others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'avatar_url'), { avatar_url: 'mxc://parley.test/abc' });
  assert.deepEqual(await bob.get(profile(alice, 'avatar_url')), { avatar_url: 'mxc://parley.test/abc' });
});

test("another user's profile cannot be changed", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', profile(alice, 'displayname'), { displayname: 'Bob was here' });
});

test('an unknown user has no profile', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/profile/${enc('@nobody:parley.test')}`);
});

test('a new name reaches the rooms as member events', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await alice.put(profile(alice, 'displayname'), { displayname: 'New Alice' });
  const event = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.type === 'm.room.member' && one.state_key === alice.id));
  assert.equal(event.content.displayname, 'New Alice');
  assert.equal(event.content.membership, 'join');
  assert.equal((await bob.getState(room, 'm.room.member', alice.id)).displayname, 'New Alice');
});

test('a room joined later gets the name too', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'displayname'), { displayname: 'Alice' });
  await alice.put(profile(alice, 'avatar_url'), { avatar_url: 'mxc://parley.test/face' });
  const room = await roomOf(bob, alice);
  const content = await bob.getState(room, 'm.room.member', alice.id);
  assert.equal(content.displayname, 'Alice');
  assert.equal(content.avatar_url, 'mxc://parley.test/face');
});

test('a name can be removed again', async () => {
  const alice = await register(server, 'alice');
  await alice.put(profile(alice, 'displayname'), { displayname: 'Alice' });
  await alice.request('DELETE', profile(alice, 'displayname'));
  const answer = await alice.request('GET', profile(alice));
  assert.equal(answer.body.displayname, undefined);
});

test('a name that is too long is refused', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('PUT', profile(alice, 'displayname'), { body: { displayname: 'x'.repeat(70_000) } });
  assert.ok([400, 413].includes(answer.status), String(answer.status));
});

const values = [
  ['m.tz', 'Asia/Shanghai'],
  ['org.test.text', '你好 "quoted" \\ \u0001'],
  ['org.test.object', { b: [1, null, { deep: true }], a: 'x' }],
  ['org.test.number', -3],
  ['org.test.nothing', null],
  ['org.test.no', false],
  ['org.test-dash.a_b.1', []],
];

test('further fields of any JSON are kept, read by others one by one and all together, and replaced', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'displayname'), { displayname: 'Alice' });
  for (const [key, value] of values) {
    assert.deepEqual(await alice.put(profile(alice, key), { [key]: value }), {}, key);
    assert.deepEqual(await bob.get(profile(alice, key)), { [key]: value });
  }
  assert.deepEqual(await bob.get(profile(alice)), { displayname: 'Alice', ...Object.fromEntries(values) });
  await alice.put(profile(alice, 'm.tz'), { 'm.tz': 'Europe/Berlin' });
  await server.restart();
  assert.deepEqual(await bob.get(profile(alice)), { displayname: 'Alice', ...Object.fromEntries(values), 'm.tz': 'Europe/Berlin' });
  assert.deepEqual(await bob.get(profile(bob)), {});
});

test('a further field is taken away by DELETE, twice if need be, and the others stay', async () => {
  const alice = await register(server, 'alice');
  await alice.put(profile(alice, 'org.test.one'), { 'org.test.one': 1 });
  await alice.put(profile(alice, 'org.test.two'), { 'org.test.two': 2 });
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await alice.delete(profile(alice, 'org.test.one')), {});
    await alice.refused(404, 'M_NOT_FOUND', 'GET', profile(alice, 'org.test.one'));
  }
  assert.deepEqual(await alice.get(profile(alice)), { 'org.test.two': 2 });
  await alice.delete(profile(alice, 'org.test.two'));
  assert.deepEqual(await alice.get(profile(alice)), {});
});

test('a further field is no matter of rooms', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const before = (await bob.messages(room)).chunk.length;
  await alice.put(profile(alice, 'm.tz'), { 'm.tz': 'Asia/Shanghai' });
  assert.equal((await bob.messages(room)).chunk.length, before);
  assert.deepEqual(Object.keys(await bob.getState(room, 'm.room.member', alice.id)).sort(), ['membership']);
});

const badKeys = ['display_name', 'Org.test', '1org.test', '.org', 'org.', 'org test.x', 'org.tést', 'org.test/x'];

test('what is no name of a field is refused, and so is one that is too long', async () => {
  const alice = await register(server, 'alice');
  for (const key of badKeys) {
    const path = `/v3/profile/${enc(alice.id)}/${enc(key)}`;
    await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path, { [key]: 1 });
    await alice.refused(400, 'M_INVALID_PARAM', 'DELETE', path);
    await alice.refused(404, 'M_NOT_FOUND', 'GET', path);
  }
  const longest = `org.${'x'.repeat(251)}`;
  await alice.put(profile(alice, longest), { [longest]: 1 });
  await alice.refused(400, 'M_KEY_TOO_LARGE', 'PUT', profile(alice, `${longest}x`), { [`${longest}x`]: 1 });
  await alice.refused(400, 'M_KEY_TOO_LARGE', 'DELETE', profile(alice, `${longest}x`));
});

test('a profile is below 64 KiB as canonical JSON, name and picture counted', async () => {
  const alice = await register(server, 'alice');
  await alice.put(profile(alice, 'displayname'), { displayname: 'A' });
  // {"displayname":"A","org.test.big":"…"}
  const room = 65536 - '{"displayname":"A","org.test.big":""}'.length;
  await alice.refused(400, 'M_PROFILE_TOO_LARGE', 'PUT', profile(alice, 'org.test.big'), { 'org.test.big': 'x'.repeat(room) });
  await alice.put(profile(alice, 'org.test.big'), { 'org.test.big': 'x'.repeat(room - 1) });
  await alice.refused(400, 'M_PROFILE_TOO_LARGE', 'PUT', profile(alice, 'displayname'), { displayname: 'AB' });
  await alice.put(profile(alice, 'displayname'), { displayname: 'B' });
  await alice.refused(400, 'M_PROFILE_TOO_LARGE', 'PUT', profile(alice, 'org.a'), { 'org.a': 1 });
  await alice.delete(profile(alice, 'displayname'));
  await alice.put(profile(alice, 'org.a'), { 'org.a': 1 });
});

test('what is missing from the body, or of the wrong kind, is refused', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(400, 'M_MISSING_PARAM', 'PUT', profile(alice, 'org.test.a'), { 'org.test.b': 1 });
  await alice.refused(400, 'M_MISSING_PARAM', 'PUT', profile(alice, 'displayname'), {});
  await alice.refused(400, 'M_BAD_JSON', 'PUT', profile(alice, 'displayname'), { displayname: 7 });
  await alice.refused(400, 'M_BAD_JSON', 'PUT', profile(alice, 'avatar_url'), { avatar_url: {} });
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', profile(alice, 'avatar_url'), { avatar_url: 'https://x.test/a.png' });
  for (const zone of ['', 7, 'nowhere at all', 'x'.repeat(65)]) await alice.refused(400, 'M_INVALID_PARAM', 'PUT', profile(alice, 'm.tz'), { 'm.tz': zone });
  await alice.refused(400, 'M_BAD_JSON', 'PUT', profile(alice, 'org.test.float'), { 'org.test.float': 0.5 });
});

test("another's further fields cannot be set or taken away", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(profile(alice, 'm.tz'), { 'm.tz': 'Asia/Shanghai' });
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', profile(alice, 'm.tz'), { 'm.tz': 'Europe/Berlin' });
  await bob.refused(403, 'M_FORBIDDEN', 'DELETE', profile(alice, 'm.tz'));
  assert.deepEqual(await bob.get(profile(alice, 'm.tz')), { 'm.tz': 'Asia/Shanghai' });
});

test('who closed the account has no profile any more, held by law or not', async () => {
  const [alice, held, bob] = await registerAll(server, 'alice', 'held', 'bob');
  for (const user of [alice, held]) {
    await user.put(profile(user, 'displayname'), { displayname: 'Here' });
    await user.put(profile(user, 'm.tz'), { 'm.tz': 'Asia/Shanghai' });
  }
  operator(server, ['admin', 'hold', 'add', held.localpart, '--reason', 'file 7 of the court']);
  for (const user of [alice, held]) {
    await deactivate(user, false);
    await bob.refused(404, 'M_NOT_FOUND', 'GET', profile(user));
    await bob.refused(404, 'M_NOT_FOUND', 'GET', profile(user, 'm.tz'));
  }
});

test('the capabilities say that all fields may be set', async () => {
  const { capabilities } = await (await register(server, 'alice')).get('/v3/capabilities');
  assert.deepEqual(capabilities['m.profile_fields'], { enabled: true });
  assert.deepEqual([capabilities['m.set_displayname'], capabilities['m.set_avatar_url']], [{ enabled: true }, { enabled: true }]);
});
