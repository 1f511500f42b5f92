/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What is on the disk, byte for byte: nothing of anybody while the server works, nothing of the erased in any copy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { canary, erase, findWords, plant } from '../support/canaries.js';
import { addContact, emailPaths, proveAddress } from '../support/email.js';
import { freshNumber, registerByPhone } from '../support/phone.js';
import { lookAtIndex } from '../support/search.js';
import { Server } from '../support/server.js';
import { accepted, enc, password, register, signIn } from '../support/user.js';

const binary = resolve(process.env.PARLEY_BIN ?? fileURLToPath(new URL('../../../build/parley', import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'parley-proof-'));
const server = new Server();
const parley = (...words) => execFileSync(binary, words, { encoding: 'utf8', cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
const backUp = () => parley('backup', '--data', join(server.folder, 'data'), '--to', 'backup', '--recovery-key', 'key.pub');
const restore = (at, to, ...more) => parley('restore', '--from', 'backup', '--to', to, '--recovery-key', 'key', '--at', at, ...more);
const archives = (kind) => readdirSync(join(scratch, 'backup')).filter((name) => name.startsWith(kind)).sort();

before(async () => {
  await server.start();
  parley('backup', 'key', 'key');
});
after(async () => {
  await server.destroy();
  rmSync(scratch, { recursive: true, force: true });
});

/** The operator's own list of messages that went out (here to a file instead of a phone company) is no store. */
const scan = (words) => findWords(server.folder, words, { except: [server.outboxFile] });

/** Tables of what encryption leaves here, and of pushers, with the column that says whose a row is. */
const owners = {
  device_key: 'user', one_time_key: 'user', fallback_key: 'user', cross_signing_key: 'user', key_signature: 'signer',
  to_device: 'user', room_keys_version: 'user', room_key: 'user', dehydrated_device: 'user', pusher: 'user',
};
const tables = Object.keys(owners).sort();
/** The internal number of whoever has the device, as text: it may be too large for a number. */
const numberOf = (device) => lookAtIndex(server, `SELECT CAST(user_nid AS TEXT) FROM chat.device WHERE device_id = '${device}'`)[0][0];
/** The tables that have rows of theirs. */
const tablesWith = (at, number) => {
  const each = tables.map((table) => `SELECT '${table}' WHERE EXISTS(SELECT 1 FROM chat.${table} WHERE ${owners[table]} = ${number})`);
  return lookAtIndex(at, each.join(' UNION ALL ')).flat().sort();
};

let gone;
let stays;
let planted;
let kept;

test('1.5, 4.5 no word anybody entered stands in any file of the server, nor in its log', async () => {
  const number = freshNumber();
  gone = await registerByPhone(server, canary('name'), number, { device_id: canary('deviceid') });
  stays = await register(server, 'stays');
  planted = await plant(gone, stays);
  planted.words.name = gone.localpart;
  planted.words.number = number;
  [planted.words.email, planted.words.next] = [canary('mail'), canary('next')];
  const more = { token: gone.token, next_link: `${server.url}/#/${planted.words.next}` };
  accepted(await addContact(gone, await proveAddress(server, emailPaths.add, `${planted.words.email}@mail.example`, more)));
  kept = await plant(stays, gone);
  await server.stop();
  assert.deepEqual(scan({ ...planted.words, ...Object.fromEntries(Object.entries(kept.words).map(([what, word]) => [`other ${what}`, word])) }), []);
  await server.relaunch();
});

test('4.3, 5.4 after erasure no byte of the person is in the stores, in no older backup, and no way leads to it', async () => {
  backUp();
  await gone.send(planted.room, 'between two backups');
  backUp();
  const older = archives('data-');
  assert.equal(older.length, 2);
  const hoarded = archives('keys-').at(-1);
  cpSync(join(scratch, 'backup', hoarded), join(scratch, 'hoarded'));
  planted.words.device = gone.device;
  planted.number = numberOf(gone.device);
  assert.deepEqual(tablesWith(server, planted.number), tables);

  await erase(gone);
  backUp();
  assert.equal(archives('keys-').length, 1, 'key archives that still had the key are gone');
  await server.stop();
  assert.deepEqual(scan(planted.words), []);
  assert.deepEqual(tablesWith(server, planted.number), []);

  for (const at of older) await staysErased(`of ${at}`, at);
  // Somebody kept a key archive of before: the list of the erased takes the key out of it.
  cpSync(join(scratch, 'hoarded'), join(scratch, 'backup', hoarded));
  await staysErased('with a hoarded key archive', older[0], '--keys', hoarded);
});

async function staysErased(name, at, ...more) {
  const again = new Server({ name: server.name });
  again.folder = join(scratch, name);
  mkdirSync(again.folder);
  restore(at, join(again.folder, 'data'), ...more);
  assert.deepEqual(findWords(again.folder, planted.words), []);
  await again.start();
  try {
    await looksAround(again);
  } finally {
    await again.stop();
  }
  assert.deepEqual(findWords(again.folder, planted.words), []);
}

/** Those who stay have what is theirs; of the other nothing comes, by no endpoint, and nobody can be them. */
async function looksAround(restored) {
  const reader = Object.assign(Object.create(Object.getPrototypeOf(stays)), stays, { server: restored, nextBatch: undefined });
  assert.equal((await reader.event(kept.room, kept.message)).content.body, kept.words.message);
  assert.equal((await reader.event(planted.room, planted.answer)).content.body, 'an answer');
  assert.equal((await reader.get(`/v3/user/${enc(reader.id)}/account_data/org.test.mine`)).value, kept.words.account);
  const file = await reader.request('GET', `/v1/media/download/${kept.file.slice('mxc://'.length)}`);
  assert.ok(file.status === 200 && file.text.includes(kept.words.media));

  const room = `/v3/rooms/${enc(planted.room)}`;
  const asked = [
    ['GET', '/v3/sync'], ['GET', `${room}/messages?dir=b&limit=200`], ['GET', `${room}/state`], ['GET', `${room}/members`],
    ['GET', `${room}/joined_members`], ['GET', `${room}/event/${enc(planted.message)}`], ['GET', `${room}/context/${enc(planted.answer)}`],
    ['GET', `${room}/aliases`], ['GET', `/v1/rooms/${enc(planted.room)}/relations/${enc(planted.message)}`],
    ['GET', `/v1/rooms/${enc(planted.room)}/hierarchy`], ['GET', `/v3/profile/${enc(gone.id)}`], ['GET', '/v3/publicRooms'],
    ['GET', `/v1/media/download/${planted.file.slice('mxc://'.length)}`], ['GET', `/v1/media/download/${planted.picture.slice('mxc://'.length)}`],
    ['POST', '/v3/user_directory/search', { search_term: planted.words.display }],
    ['POST', '/v3/search', { search_categories: { room_events: { search_term: planted.words.message } } }],
  ];
  // The name is in the path one asks for, and in the ids that say who was in the room: not content.
  const { name, ...content } = planted.words;
  for (const [method, path, body] of asked) {
    const answer = await reader.request(method, path, body ? { body } : {});
    for (const [what, word] of Object.entries(content)) assert.ok(!answer.text.includes(word), `${what} comes from ${method} ${path}`);
  }
  await isAlone(reader);
  assert.equal((await restored.request('GET', '/_matrix/client/v3/account/whoami', { token: gone.token })).status, 401);
  assert.equal((await signIn(restored, { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password })).status, 403);
}

/** The backup was made when both were in the room: who was erased since is taken out of it soon after the start, rows and all. */
async function isAlone(reader) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const { joined } = await reader.get(`/v3/rooms/${enc(planted.room)}/joined_members`);
    const left = tablesWith(reader.server, planted.number);
    if (Object.keys(joined).length === 1 && left.length === 0) return assert.ok(joined[reader.id]);
    assert.ok(Date.now() < deadline, JSON.stringify({ joined, left }));
    await new Promise((done) => setTimeout(done, 50));
  }
}
