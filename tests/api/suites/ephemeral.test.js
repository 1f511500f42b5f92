/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Typing, receipts and read markers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, ephemeral, register, registerAll, roomOf, joined } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;

test('typing starts, is seen by others, and stops', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const set = (body) => alice.put(path(room, `typing/${enc(alice.id)}`), body);
  assert.deepEqual(await set({ typing: true, timeout: 30_000 }), {});
  await bob.syncUntil((answer) => ephemeral(answer, room, 'm.typing')?.content.user_ids.includes(alice.id));
  await set({ typing: false });
  await bob.syncUntil((answer) => ephemeral(answer, room, 'm.typing')?.content.user_ids.length === 0);
});

test('typing ends by itself after its timeout', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  await alice.put(path(room, `typing/${enc(alice.id)}`), { typing: true, timeout: 1000 });
  await bob.syncUntil((answer) => ephemeral(answer, room, 'm.typing')?.content.user_ids.includes(alice.id));
  await bob.syncUntil((answer) => ephemeral(answer, room, 'm.typing')?.content.user_ids.length === 0, { seconds: 30 });
});

test('typing is refused for others and outside the room', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', path(room, `typing/${enc(bob.id)}`), { typing: true, timeout: 1000 });
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, `typing/${enc(bob.id)}`), { typing: true, timeout: 1000 });
});

test('a receipt is seen by others', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'read me');
  await alice.sync();
  assert.deepEqual(await bob.post(path(room, `receipt/m.read/${enc(id)}`)), {});
  const receipt = await alice.syncUntil((answer) => ephemeral(answer, room, 'm.receipt')?.content[id]?.['m.read']?.[bob.id]);
  assert.ok(Math.abs(receipt.ts - Date.now()) < 60_000);
});

test("a private receipt is seen only by its user's own devices", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'read me in secret');
  const other = await bob.signInAgain();
  await Promise.all([alice.sync(), other.sync()]);
  await bob.post(path(room, `receipt/m.read.private/${enc(id)}`));
  await other.syncUntil((answer) => ephemeral(answer, room, 'm.receipt')?.content[id]?.['m.read.private']?.[bob.id]);
  const marker = await bob.send(room, 'marker');
  let leaked = false;
  await alice.syncUntil((answer) => {
    leaked ||= JSON.stringify(joined(answer, room)?.ephemeral ?? {}).includes('m.read.private');
    return joined(answer, room)?.timeline.events.some((event) => event.event_id === marker);
  });
  assert.equal(leaked, false);
  const full = await alice.sync({ since: null });
  assert.ok(!JSON.stringify(joined(full, room).ephemeral ?? {}).includes('m.read.private'));
});

test('a threaded receipt carries its thread', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const root = await alice.send(room, 'root');
  const reply = await alice.send(room, { msgtype: 'm.text', body: 'in thread', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  await alice.sync();
  await bob.post(path(room, `receipt/m.read/${enc(reply)}`), { thread_id: root });
  const receipt = await alice.syncUntil((answer) => ephemeral(answer, room, 'm.receipt')?.content[reply]?.['m.read']?.[bob.id]);
  assert.equal(receipt.thread_id, root);
  await bob.post(path(room, `receipt/m.read/${enc(root)}`), { thread_id: 'main' });
  const main = await alice.syncUntil((answer) => ephemeral(answer, room, 'm.receipt')?.content[root]?.['m.read']?.[bob.id]);
  assert.equal(main.thread_id, 'main');
});

test('a thread id of the wrong kind is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'x');
  for (const thread_id of ['', 7]) {
    const answer = await alice.request('POST', path(room, `receipt/m.read/${enc(id)}`), { body: { thread_id } });
    assert.equal(answer.status, 400, String(thread_id));
  }
  const fully = await alice.request('POST', path(room, `receipt/m.fully_read/${enc(id)}`), { body: { thread_id: 'main' } });
  assert.equal(fully.status, 400);
});

test('an unknown receipt type is refused', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'x');
  const answer = await alice.request('POST', path(room, `receipt/m.smelled/${enc(id)}`), { body: {} });
  assert.equal(answer.status, 400);
});

test('receipts are part of a first sync and outlive a restart', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'read me');
  await bob.post(path(room, `receipt/m.read/${enc(id)}`));
  await server.restart();
  const answer = await alice.sync({ since: null });
  assert.ok(ephemeral(answer, room, 'm.receipt')?.content[id]['m.read'][bob.id]);
});

test('read markers set the marker and both receipts', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'one');
  await Promise.all([alice.sync(), bob.sync()]);
  assert.deepEqual(await bob.post(path(room, 'read_markers'), { 'm.fully_read': id, 'm.read': id }), {});
  const marker = await bob.syncUntil((answer) => joined(answer, room)?.account_data?.events.find((event) => event.type === 'm.fully_read'));
  assert.deepEqual(marker.content, { event_id: id });
  await alice.syncUntil((answer) => ephemeral(answer, room, 'm.receipt')?.content[id]?.['m.read']?.[bob.id]);
});

test('m.fully_read may also be set as a receipt, but not as account data', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const id = await alice.send(room, 'one');
  await alice.sync();
  await alice.post(path(room, `receipt/m.fully_read/${enc(id)}`));
  const marker = await alice.syncUntil((answer) => joined(answer, room)?.account_data?.events.find((event) => event.type === 'm.fully_read'));
  assert.equal(marker.content.event_id, id);
  const answer = await alice.request('PUT', `/v3/user/${enc(alice.id)}/rooms/${enc(room)}/account_data/m.fully_read`, { body: { event_id: id } });
  assert.equal(answer.status, 405);
  assert.equal(answer.body.errcode, 'M_BAD_JSON');
});
