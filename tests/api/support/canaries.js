/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Words nobody else says, planted where personal data goes, and a search for their bytes in whatever is on the disk.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEHYDRATED, crossSigningKeys, dehydrated, signed } from './keys.js';
import { accepted, enc, password, refused } from './user.js';

/** A long random word of small letters. */
export const canary = (hint) => `${hint}${[...randomBytes(18)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}`;

/** Uploads bytes and returns the mxc: address. */
export async function upload(user, bytes, type, filename) {
  return accepted(await user.request('POST', '/_matrix/media/v3/upload', { body: bytes, type, query: { filename } })).content_uri;
}

/** The forms in which the bytes of a word may stand in a file. In base64 a word has three, by where it begins. */
function forms(word) {
  const bytes = Buffer.from(word);
  const all = [bytes, Buffer.from(word, 'utf16le'), Buffer.from(bytes.toString('hex')), Buffer.from(bytes.toString('hex').toUpperCase())];
  for (const lead of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(lead), bytes]).toString('base64').replace(/=+$/, '');
    // Without the characters that also depend on what stands before and behind.
    all.push(Buffer.from(text.slice(lead === 0 ? 0 : lead + 1, -1)));
  }
  return all;
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** "word in file" for every word that stands in a file below the folder, in any form. */
export function findWords(folder, words, { except = [] } = {}) {
  const found = [];
  let bytesSeen = 0;
  for (const path of filesBelow(folder)) {
    if (except.includes(path)) continue;
    const bytes = readFileSync(path);
    bytesSeen += bytes.length;
    for (const [what, word] of Object.entries(words)) {
      if (forms(word).some((form) => bytes.includes(form)) || path.includes(word)) found.push(`${what} in ${path}`);
    }
  }
  assert.ok(bytesSeen > 10_000, 'there was something to look at');
  return found;
}

/**
 * Puts a word into every field the person can fill, in a room with another. Returns the words by where they are, and
 * what is needed to ask for them again.
 */
export async function plant(user, other) {
  const words = Object.fromEntries(
    ['display', 'agent', 'device', 'message', 'roomname', 'topic', 'alias', 'account', 'roomaccount', 'tag', 'filter', 'report', 'state', 'statekey', 'type', 'media', 'file', 'avatar', 'reaction', 'edited', 'redacted', 'profilefield', 'pushkey', 'pushapp', 'identitykey', 'onetimekey', 'fallbackkey', 'dehydrated', 'dehydratedname', 'todevice', 'todevicetype', 'backupkey', 'backupdata', 'backuproom', 'backupid'].map(
      (hint) => [hint, canary(hint)],
    ),
  );
  const picture = await upload(user, Buffer.from(`bytes ${words.avatar} bytes`), 'application/octet-stream', 'me.bin');
  await user.put(`/v3/profile/${enc(user.id)}/displayname`, { displayname: words.display });
  await user.put(`/v3/profile/${enc(user.id)}/avatar_url`, { avatar_url: picture });
  await user.put(`/v3/profile/${enc(user.id)}/org.test.mine`, { 'org.test.mine': words.profilefield });
  await user.put(`/v3/devices/${enc(user.device)}`, { display_name: words.device });
  const elsewhere = { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password };
  accepted(await user.server.request('POST', '/_matrix/client/v3/login', { body: elsewhere, headers: { 'user-agent': words.agent } }));
  const deviceKeys = { user_id: user.id, device_id: user.device, algorithms: [], keys: { [`curve25519:${user.device}`]: words.identitykey }, signatures: {} };
  await user.post('/v3/keys/upload', {
    device_keys: deviceKeys,
    one_time_keys: { 'curve25519:A': words.onetimekey },
    fallback_keys: { 'curve25519:B': words.fallbackkey },
  });
  const crossSigning = crossSigningKeys(user);
  await user.post('/v3/keys/device_signing/upload', crossSigning.objects);
  const { self } = crossSigning.keys;
  const vouched = signed(deviceKeys, user.id, `ed25519:${self.public}`, self);
  const { failures } = await user.post('/v3/keys/signatures/upload', { [user.id]: { [user.device]: vouched } });
  assert.deepEqual(failures, {});
  [words.selfsigningkey, words.signature] = [self.public, vouched.signatures[user.id][`ed25519:${self.public}`]];
  await user.put(DEHYDRATED, dehydrated(user, { data: { device_pickle: words.dehydrated }, name: words.dehydratedname }));
  await other.put(`/v3/sendToDevice/org.test.${words.todevicetype}/canary`, { messages: { [user.id]: { [user.device]: { value: words.todevice } } } });
  const { version } = await user.post('/v3/room_keys/version', { algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2', auth_data: { public_key: words.backupkey } });
  const backedUp = { first_message_index: 0, forwarded_count: 0, is_verified: true, session_data: { ciphertext: words.backupdata } };
  await user.put(`/v3/room_keys/keys/${enc(`!${words.backuproom}:x`)}/${words.backupid}`, backedUp, { version });
  const room = await user.createRoom({ preset: 'private_chat', name: words.roomname, topic: words.topic, room_alias_name: words.alias, invite: [other.id] });
  await other.join(room);
  const message = await user.send(room, words.message);
  await user.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: message, key: words.reaction } }, { type: 'm.reaction' });
  await user.send(room, { msgtype: 'm.text', body: `* ${words.edited}`, 'm.new_content': { msgtype: 'm.text', body: words.edited }, 'm.relates_to': { rel_type: 'm.replace', event_id: message } });
  await user.redact(room, await user.send(room, words.redacted));
  await user.setState(room, `org.test.${words.type}`, { value: words.state }, words.statekey);
  await user.put(`/v3/user/${enc(user.id)}/account_data/org.test.mine`, { value: words.account });
  await user.put(`/v3/user/${enc(user.id)}/rooms/${enc(room)}/account_data/org.test.mine`, { value: words.roomaccount });
  await user.put(`/v3/user/${enc(user.id)}/rooms/${enc(room)}/tags/u.${words.tag}`, { order: 0.5 });
  const gateway = 'https://push.example.org/_matrix/push/v1/notify';
  await user.post('/v3/pushers/set', {
    kind: 'http', app_id: words.pushapp, pushkey: words.pushkey, app_display_name: 'App', device_display_name: 'Telephone', lang: 'en', data: { url: gateway },
  });
  await user.post(`/v3/user/${enc(user.id)}/filter`, { room: { timeline: { types: [words.filter] } } });
  const answer = await other.send(room, 'an answer');
  await user.post(`/v3/rooms/${enc(room)}/report/${enc(answer)}`, { reason: words.report });
  await user.post(`/v3/rooms/${enc(room)}/receipt/m.read/${enc(answer)}`);
  const file = await upload(user, Buffer.from(`before ${words.media} after`), 'application/octet-stream', `${words.file}.bin`);
  return { words, room, message, picture, file, answer, crossSigning };
}

async function proven(user, path, body) {
  const { session } = refused(await user.request('POST', path, { body }), 401);
  const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password, session };
  return user.post(path, { ...body, auth });
}

/** Cancels the account, with a way back. Returns claim, due_ts and undoable. */
export const cancel = (user) => proven(user, '/_parley/v1/account/cancel', {});

/** Closes the account for good. Returns the same. */
export async function deactivate(user, erase) {
  return (await proven(user, '/v3/account/deactivate', { erase }))['org.parley.erasure'];
}

/** Asks until an erasure is done, and returns what is said of it then. */
export async function erased(server, claim, { seconds = 15 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const standing = accepted(await server.request('GET', `/_parley/v1/erasure/${claim}`));
    if (standing.state === 'erased') return standing;
    assert.ok(Date.now() < deadline, `after ${seconds} s it still says ${JSON.stringify(standing)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Closes the account and has everything of it erased. */
export async function erase(user) {
  const { claim } = await deactivate(user, true);
  return (await erased(user.server, claim)).certificate;
}
