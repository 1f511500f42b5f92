/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Everything that is held of a person, given to that person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canary, plant } from '../support/canaries.js';
import { crossSigningKeys, signed } from '../support/keys.js';
import { freshNumber, registerByPhone } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, enc, password, refused, register } from '../support/user.js';

const server = useServer({ set: { 'rooms.delay_max': '2 d' } });

/** The parts that come in pages, and what their lists are called. */
const paged = { event: 'events', key_backup_session: 'sessions', to_device: 'messages' };

async function exported(user) {
  const whole = await user.get('/_parley/v1/export');
  for (const [part, list] of Object.entries(paged)) {
    while (whole.held[part].next) {
      const page = await user.get(whole.held[part].next);
      whole.held[part] = { [list]: [...whole.held[part][list], ...page[list]], next: page.next };
    }
  }
  return whole;
}

test('5.1 the export has everything a person entered and left, and nothing of anybody else', async () => {
  const number = freshNumber();
  const ada = await registerByPhone(server, canary('name'), number);
  const bob = await register(server, 'bob', { initial_device_display_name: canary('othersdevice') });
  const others = { theirname: canary('theirname') };
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: others.theirname });
  const mine = await plant(ada, bob);
  const theirs = await plant(bob, ada);
  const link = await ada.request('POST', `/_parley/v1/rooms/${enc(mine.room)}/invite_links`, { body: {} });
  assert.equal(link.status, 200, link.text);

  const whole = await exported(ada);
  const text = JSON.stringify(whole);
  for (const [what, word] of Object.entries(mine.words)) {
    // The bytes of files are behind their addresses, and what one took back is gone.
    if (['media', 'avatar', 'redacted'].includes(what)) continue;
    assert.ok(text.includes(word), `${what} is in it`);
  }
  assert.ok(whole.held.phone.endsWith(number));
  assert.equal(whole.held.localpart, ada.localpart);
  assert.deepEqual(whole.held.media.map((file) => file.url).sort(), [mine.file, mine.picture].sort());
  assert.ok(whole.held.device_address.some((device) => device.value));
  assert.ok(whole.held.receipt.some((receipt) => receipt.event_id === mine.answer));
  assert.ok(whole.held.consent.some((entry) => entry.purpose === 'service' && entry.granted));
  for (const kind of ['session', 'device', 'membership', 'alias', 'filter', 'report', 'account_data', 'invite_link']) {
    assert.ok(whole.held[kind].length > 0, `${kind} is listed`);
  }
  assert.deepEqual(whole.held.password_hash, { held: true });
  assert.deepEqual(whole.held.key_backup.map(({ version, count }) => ({ version, count })), [{ version: '1', count: 1 }]);
  for (const [what, word] of Object.entries({ ...theirs.words, ...others })) assert.ok(!text.includes(word), `${what} of another is in it`);
  assert.ok(!text.includes(password) && !text.includes('$argon2'));
});

/** Vouches for the other with the user's cross-signing keys, which are there already. */
async function vouch(user, mine, other) {
  const theirs = crossSigningKeys(other);
  await other.post('/v3/keys/device_signing/upload', theirs.objects);
  const { signatures, ...object } = theirs.objects.master_key;
  const vouched = signed(object, user.id, `ed25519:${mine.user.public}`, mine.user);
  await user.post('/v3/keys/signatures/upload', { [other.id]: { [theirs.keys.master.public]: vouched } });
}

test('5.1 each row of the catalogue is in the export, in the form it says, once there is something of it', async () => {
  const ada = await registerByPhone(server, canary('name'), freshNumber());
  const bob = await register(server, 'bob');
  const { room, crossSigning } = await plant(ada, bob);
  await vouch(ada, crossSigning.keys, bob);
  await ada.post(`/v3/rooms/${enc(room)}/invite`, { id_server: 'parley.test', id_access_token: 'unused', medium: 'msisdn', address: `49${freshNumber()}` });
  await ada.request('POST', `/_parley/v1/rooms/${enc(room)}/invite_links`, { body: {} });
  await ada.put(`/v3/rooms/${enc(room)}/send/m.room.message/later`, { msgtype: 'm.text', body: 'later' }, { 'org.matrix.msc4140.delay': 600_000 });
  const { fields } = await server.request('GET', '/_parley/v1/catalogue').then(accepted);
  const { held } = await exported(ada);
  const wrong = fields.filter(({ name, export: form }) => {
    const part = held[name];
    if (form === 'not_held') return part !== undefined;
    if (form === 'existence') return JSON.stringify(part) !== '{"held":true}';
    // She has no e-mail address.
    if (form === 'value') return part === undefined || part?.held === true || (part === null && name !== 'email');
    const list = paged[name] ? part?.[paged[name]] : Array.isArray(part) ? part : part && Object.keys(part).filter((key) => key !== 'held');
    return !list?.length;
  });
  assert.deepEqual(wrong.map(({ name, export: form }) => `${name} (${form}): ${JSON.stringify(held[name])}`), []);
  assert.deepEqual(Object.keys(held).sort(), fields.filter((one) => one.export !== 'not_held').map((one) => one.name).sort());
});

test('5.1 a backup of many keys and what waits for a device come in pages, all of it once', async () => {
  const ada = await register(server, 'ada');
  const bob = await register(server, 'bob');
  const { version } = await ada.post('/v3/room_keys/version', { algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2', auth_data: { public_key: 'k' } });
  const key = { first_message_index: 0, forwarded_count: 0, is_verified: true, session_data: { ciphertext: 'c' } };
  const sessions = Object.fromEntries(Array.from({ length: 450 }, (_, n) => [`s${n}`, key]));
  await ada.put('/v3/room_keys/keys', { rooms: { '!a:x': { sessions }, '!b:x': { sessions } } }, { version });
  for (let n = 0; n < 120; n++) await bob.put(`/v3/sendToDevice/org.test.n/${n}`, { messages: { [ada.id]: { '*': { n } } } });
  const first = await ada.get('/_parley/v1/export');
  assert.ok(first.held.key_backup_session.next && first.held.to_device.next);
  const { held } = await exported(ada);
  assert.equal(new Set(held.key_backup_session.sessions.map((one) => `${one.version} ${one.room_id} ${one.session_id}`)).size, 900);
  assert.equal(held.key_backup_session.sessions.length, 900);
  assert.deepEqual(held.key_backup_session.sessions[0].key, key);
  assert.deepEqual(held.to_device.messages.map((one) => one.message.content.n), Array.from({ length: 120 }, (_, n) => n));
  assert.ok(held.to_device.messages.every((one) => one.device_id === ada.device && one.message.sender === bob.id));
  for (const from of ['1', '1.AAAA', 'x.y']) refused(await ada.request('GET', `/_parley/v1/export/key_backup?from=${from}`), 400, 'M_INVALID_PARAM');
  await ada.delete(`/v3/room_keys/version/${version}`);
  assert.deepEqual((await exported(ada)).held.key_backup_session.sessions, []);
});

test('5.1 nobody has the export of another, and it asks for a sign-in', async () => {
  refused(await server.request('GET', '/_parley/v1/export'), 401, 'M_MISSING_TOKEN');
  refused(await server.request('GET', '/_parley/v1/export/events'), 401, 'M_MISSING_TOKEN');
  const ada = await register(server, 'ada');
  const bob = await register(server, 'bob');
  assert.equal((await ada.get('/_parley/v1/export')).user_id, ada.id);
  assert.equal((await bob.get('/_parley/v1/export')).user_id, bob.id);
});

test('5.1 what was said comes in pages, all of it and in order', async () => {
  const ada = await register(server, 'ada');
  const room = await ada.createRoom();
  const before = (await exported(ada)).held.event.events.length;
  for (let n = 0; n < 520; n += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => ada.send(room, `number ${n + i}`)));
  const { events, next } = accepted(await ada.request('GET', '/_parley/v1/export')).held.event;
  assert.equal(events.length, 500);
  assert.match(next, /^\/_parley\/v1\/export\/events\?from=\d+$/);
  const all = (await exported(ada)).held.event.events;
  assert.equal(all.length, before + 520);
  assert.equal(new Set(all.map((event) => event.event_id)).size, all.length);
});
