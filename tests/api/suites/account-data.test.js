/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Account data, of the account and of a room, and tags.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, joined, register, registerAll } from '../support/user.js';

const server = useServer();
const global = (user, type) => `/v3/user/${enc(user.id)}/account_data/${enc(type)}`;
const ofRoom = (user, room, type) => `/v3/user/${enc(user.id)}/rooms/${enc(room)}/account_data/${enc(type)}`;
const tags = (user, room, tag) => `/v3/user/${enc(user.id)}/rooms/${enc(room)}/tags${tag ? `/${enc(tag)}` : ''}`;

test('account data is kept and reaches every device', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  await other.sync();
  assert.deepEqual(await alice.put(global(alice, 'org.test.setting'), { dark: true }), {});
  assert.deepEqual(await other.get(global(alice, 'org.test.setting')), { dark: true });
  const event = await other.syncUntil((answer) => answer.account_data?.events.find((one) => one.type === 'org.test.setting'));
  assert.deepEqual(event.content, { dark: true });
  await server.restart();
  const full = await other.sync({ since: null });
  assert.deepEqual(full.account_data.events.find((one) => one.type === 'org.test.setting').content, { dark: true });
});

test("a room's account data is the room's", async () => {
  const alice = await register(server, 'alice');
  const [room, another] = [await alice.createRoom({}), await alice.createRoom({})];
  await alice.sync();
  await alice.put(ofRoom(alice, room, 'org.test.setting'), { loud: 1 });
  assert.deepEqual(await alice.get(ofRoom(alice, room, 'org.test.setting')), { loud: 1 });
  await alice.refused(404, 'M_NOT_FOUND', 'GET', ofRoom(alice, another, 'org.test.setting'));
  const event = await alice.syncUntil((answer) => joined(answer, room)?.account_data?.events.find((one) => one.type === 'org.test.setting'));
  assert.deepEqual(event.content, { loud: 1 });
});

test('account data that was never set is not found', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', global(alice, 'org.test.none'));
});

test("nobody reads or writes another's account data", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(global(alice, 'org.test.setting'), { secret: 1 });
  await bob.refused(403, 'M_FORBIDDEN', 'GET', global(alice, 'org.test.setting'));
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', global(alice, 'org.test.setting'), {});
});

test('m.push_rules is not account data to be written', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(405, 'M_BAD_JSON', 'PUT', global(alice, 'm.push_rules'), {});
});

test('account data must be an object', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('PUT', global(alice, 'org.test.setting'), { body: '[1]' });
  assert.equal(answer.status, 400);
});

test('tags are added, listed, synced and removed', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.sync();
  assert.deepEqual(await alice.put(tags(alice, room, 'm.favourite'), { order: 0.25 }), {});
  await alice.put(tags(alice, room, 'u.work'), {});
  assert.deepEqual(await alice.get(tags(alice, room)), { tags: { 'm.favourite': { order: 0.25 }, 'u.work': {} } });
  const event = await alice.syncUntil((answer) => joined(answer, room)?.account_data?.events.find((one) => one.type === 'm.tag' && one.content.tags['u.work']));
  assert.deepEqual(event.content.tags['m.favourite'], { order: 0.25 });
  assert.deepEqual(await alice.delete(tags(alice, room, 'm.favourite')), {});
  assert.deepEqual(await alice.get(tags(alice, room)), { tags: { 'u.work': {} } });
});

test("another's tags are their own affair", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  await bob.refused(403, 'M_FORBIDDEN', 'GET', tags(alice, room));
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', tags(alice, room, 'u.x'), {});
});
