/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Which rooms are encrypted from their beginning, and what the server then holds of what is written in them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server, useServer } from '../support/server.js';
import { register, registerAll } from '../support/user.js';

const server = useServer({ set: { 'rooms.encryption': 'private' } });
const algorithm = 'm.megolm.v1.aes-sha2';

const encryptionOf = async (user, room) => {
  const { status, body } = await user.request('GET', `/v3/rooms/${encodeURIComponent(room)}/state/m.room.encryption/`);
  return status === 404 ? undefined : body.algorithm;
};

const joinRule = (rule) => [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: rule } }];

test('4.4 private groups and direct chats are end-to-end encrypted by default, whatever app makes them', async () => {
  const alice = await register(server);
  for (const [what, options] of Object.entries({
    'a private group': { preset: 'private_chat' },
    'a direct chat': { preset: 'trusted_private_chat', is_direct: true },
    'a room whose maker says nothing': {},
    'a group one may ask to join': { initial_state: joinRule('knock') },
  })) assert.equal(await encryptionOf(alice, await alice.createRoom(options)), algorithm, what);
});

test('what is open to everybody, and a space, is not encrypted unless its maker says so', async () => {
  const alice = await register(server);
  for (const [what, options] of Object.entries({
    'a public room': { preset: 'public_chat' },
    'a room in the directory': { visibility: 'public' },
    'a private group opened to everybody': { preset: 'private_chat', initial_state: joinRule('public') },
    'a space': { creation_content: { type: 'm.space' } },
  })) assert.equal(await encryptionOf(alice, await alice.createRoom(options)), undefined, what);
});

test('what the maker says about encryption holds', async () => {
  const alice = await register(server);
  const content = { algorithm, rotation_period_msgs: 7 };
  const room = await alice.createRoom({ initial_state: [{ type: 'm.room.encryption', state_key: '', content }] });
  assert.deepEqual(await alice.getState(room, 'm.room.encryption'), content);
});

test('an operator can leave it to the apps', async () => {
  const other = new Server({ set: { 'rooms.encryption': 'off' } });
  await other.start();
  try {
    const alice = await register(other);
    assert.equal(await encryptionOf(alice, await alice.createRoom({ preset: 'private_chat' })), undefined);
  } finally {
    await other.destroy();
  }
});

test('the summary of an encrypted group says so to those who are invited', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const encrypted = { type: 'm.room.encryption', state_key: '', content: { algorithm } };
  const room = await alice.createRoom({ preset: 'private_chat', invite: [bob.id], initial_state: [encrypted] });
  const { rooms } = await bob.get('/v3/sync');
  const state = rooms.invite[room].invite_state.events;
  assert.equal(state.find((event) => event.type === 'm.room.encryption')?.content.algorithm, algorithm);
});

const files = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const kind = statSync(path);
    return kind.isDirectory() ? files(path) : kind.isFile() ? [path] : [];
  });

test('an encrypted message is handed on as it came, and none of it is on disk in the clear', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'private_chat', invite: [bob.id] });
  await bob.join(room);
  const ciphertext = randomBytes(48).toString('hex');
  const content = { algorithm, ciphertext, device_id: 'D', sender_key: 'k', session_id: 's' };
  const id = await alice.send(room, content, { type: 'm.room.encrypted' });
  const { type, content: handed } = await bob.get(`/v3/rooms/${encodeURIComponent(room)}/event/${encodeURIComponent(id)}`);
  assert.equal(type, 'm.room.encrypted');
  assert.deepEqual(handed, content);
  for (const path of files(join(server.folder, 'data'))) assert.ok(!readFileSync(path).includes(ciphertext), path);
});
