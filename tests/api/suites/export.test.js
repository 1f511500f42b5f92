/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Everything that is held of a person, given to that person.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canary, plant } from '../support/canaries.js';
import { freshNumber, registerByPhone } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, enc, password, refused, register } from '../support/user.js';

const server = useServer();

async function exported(user) {
  const whole = await user.get('/_parley/v1/export');
  while (whole.held.event.next) {
    const page = await user.get(whole.held.event.next);
    whole.held.event = { events: [...whole.held.event.events, ...page.events], next: page.next };
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
    // Of what is on its way to a device, and of what apps have encrypted to themselves, it says that it is held.
    if (what.startsWith('todevice') || what.startsWith('backup')) continue;
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
  for (const kind of ['password_hash', 'to_device', 'key_backup', 'key_backup_session']) assert.deepEqual(whole.held[kind], { held: true });
  for (const [what, word] of Object.entries({ ...theirs.words, ...others })) assert.ok(!text.includes(word), `${what} of another is in it`);
  assert.ok(!text.includes(password) && !text.includes('$argon2'));
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
