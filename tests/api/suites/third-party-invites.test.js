/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Third-party invites": inviting a mobile number or an e-mail address, and what becomes of it when its owner signs up.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { addContact, emailPaths, freshAddress, mailCount, mailTo, proveAddress, registerByEmail } from '../support/email.js';
import { freshNumber, proveNumber, registerByPhone } from '../support/phone.js';
import { Server, useServer } from '../support/server.js';
import { accepted, enc, joined, password, refused, register, registerAll, roomOf, timeline, User } from '../support/user.js';

const server = useServer();
const type = 'm.room.third_party_invite';
const invitee = (number, more = {}) => ({ id_server: 'parley.test', id_access_token: 'unused', medium: 'msisdn', address: `49${number}`, ...more });
const ask = (user, room, body) => user.request('POST', `/v3/rooms/${enc(room)}/invite`, { body });
const invite = async (user, room, number, more) => accepted(await ask(user, room, invitee(number, more)));
const state = async (user, room) => user.get(`/v3/rooms/${enc(room)}/state`);
/** Invites that wait: the state events that are not emptied. */
const offers = async (user, room) => (await state(user, room)).filter((event) => event.type === type && event.content.public_key);
const messages = (to, number) => to.outbox().filter((message) => message.recipient.endsWith(number) && !message.text.includes('#'));
const own = '/_parley/v1/third_party_invites';
const numbered = (to, name, number) => registerByPhone(to, `${name}x${++to.users}`, number);
let names = 0;
const named = async (on, display) => {
  const user = await register(on, `inviter${++names}`);
  await user.put(`/v3/profile/${enc(user.id)}/displayname`, { displayname: display });
  return user;
};

/** The outbox is written by a thread of its own. */
async function until(what, pick) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = pick();
    if (found) return found;
    assert.ok(Date.now() < deadline, `${what} did not come`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Whatever was put into the outbox before is out: messages leave in order. */
async function drained(to) {
  await proveNumber(to, freshNumber());
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

function signatureHolds(publicKey, signed) {
  const { signatures, unsigned, ...message } = signed;
  const key = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64')]), format: 'der', type: 'spki' });
  return Object.entries(signatures['parley.test']).some(([id, signature]) => id.startsWith('ed25519:') && verify(null, Buffer.from(canonical(message)), key, Buffer.from(signature, 'base64')));
}

test('1.8 Third-party invites: the room gets a masked offer, the number one message that says who invites and no more', async () => {
  const [alice, number] = [await named(server, 'Alice Liddell'), freshNumber()];
  const bob = await register(server, 'bob');
  const room = await roomOf(alice, bob);
  await alice.setState(room, 'm.room.name', { name: 'Hush' });
  await bob.sync();
  assert.deepEqual(await invite(alice, room, number), {});
  const event = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.type === type), { what: 'the offer' });
  assert.equal(event.sender, alice.id);
  assert.ok(event.state_key.length >= 20);
  assert.equal(event.content.display_name, `+49***${number.slice(-2)}`);
  assert.deepEqual(event.content.public_keys.map((key) => key.public_key), [event.content.public_key]);
  assert.ok(!JSON.stringify(event).includes(number));
  const { text, channel } = await until('the message', () => messages(server, number)[0]);
  assert.equal(channel, 'sms');
  assert.match(text, /Alice Liddell/);
  assert.ok(text.includes(server.url));
  assert.doesNotMatch(text, /Hush/);
  assert.match(text, /STOP/);
});

test('Third-party invites: the key is published, and its validity told at the address the event names', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await invite(alice, room, freshNumber());
  const [{ content }] = await offers(alice, room);
  const url = new URL(content.key_validity_url);
  const isValid = async (key) => accepted(await server.request('GET', url.pathname, { query: { public_key: key } })).valid;
  assert.equal(url.origin, server.url);
  assert.equal(await isValid(content.public_key), true);
  assert.equal(await isValid(content.public_key.replaceAll('+', '-').replaceAll('/', '_')), true);
  assert.equal(await isValid(Buffer.alloc(32, 7).toString('base64')), false);
  assert.equal(await isValid('nonsense'), false);
  refused(await server.request('GET', url.pathname), 400, 'M_MISSING_PARAM');
  const { keys } = accepted(await server.request('GET', '/_parley/v1/keys'));
  assert.equal(keys.find((key) => key.use === 'invite').public_key, content.public_key);
});

test('Third-party invites: whoever signs up with the number is invited, with a signature that anybody can check', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const number = freshNumber();
  const room = await roomOf(alice, bob);
  await alice.setState(room, 'm.room.name', { name: 'Garden' });
  await invite(alice, room, number);
  const [offer] = await offers(alice, room);
  await bob.sync();
  const carol = await numbered(server, 'carol', number);
  const first = await carol.sync();
  const stripped = first.rooms.invite[room].invite_state.events;
  assert.equal(stripped.find((event) => event.type === 'm.room.name').content.name, 'Garden');
  assert.equal(stripped.find((event) => event.type === 'm.room.member' && event.state_key === carol.id).sender, alice.id);
  const member = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.state_key === carol.id), { what: 'the invite' });
  const { third_party_invite: taken, membership } = member.content;
  assert.equal(membership, 'invite');
  assert.equal(member.sender, alice.id);
  assert.equal(taken.display_name, offer.content.display_name);
  assert.equal(taken.signed.mxid, carol.id);
  assert.equal(taken.signed.token, offer.state_key);
  assert.ok(signatureHolds(offer.content.public_key, taken.signed));
  assert.ok(!signatureHolds(offer.content.public_key, { ...taken.signed, mxid: bob.id }));
  await carol.join(room);
  assert.deepEqual(await carol.get(own), { invites: [] });
});

test('Third-party invites: each room version lets the invite be taken up', async () => {
  const alice = await register(server, 'alice');
  const number = freshNumber();
  const rooms = [];
  for (const room_version of ['10', '11', '12']) rooms.push(await alice.createRoom({ room_version }));
  for (const room of rooms) await invite(alice, room, number);
  const carol = await numbered(server, 'carol', number);
  assert.deepEqual(Object.keys((await carol.sync()).rooms.invite).sort(), [...rooms].sort());
  for (const room of rooms) await carol.join(room);
});

test('Third-party invites: putting the number in the place of another takes them up as well', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  const bob = await register(server, 'bob');
  const room = await alice.createRoom({});
  const common = await roomOf(alice, bob);
  await invite(alice, room, number);
  await invite(alice, common, number);
  const creds = await proveNumber(server, number, { path: '/_matrix/client/v3/account/3pid/msisdn/requestToken' });
  accepted(await bob.request('POST', '/v3/account/3pid', { body: { three_pid_creds: creds } }));
  assert.ok((await bob.sync()).rooms.invite[room]);
  assert.equal((await offers(alice, common)).length, 1, 'nothing tells a room that its member has the number');
});

test('Third-party invites: whom an account ignores does not learn that it has proven the number', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const number = freshNumber();
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  await bob.put(`/v3/user/${enc(bob.id)}/account_data/m.ignored_user_list`, { ignored_users: { [alice.id]: {} } });
  const creds = await proveNumber(server, number, { path: '/_matrix/client/v3/account/3pid/msisdn/requestToken' });
  accepted(await bob.request('POST', '/v3/account/3pid', { body: { three_pid_creds: creds } }));
  assert.ok(!(await state(alice, room)).some((event) => event.state_key === bob.id));
});

test('1.7 Third-party invites: a number that has an account is answered, shown and written to like one that has none', async () => {
  const [known, unknown] = [freshNumber(), freshNumber()];
  const [alice, carol] = [await named(server, 'Alice'), await numbered(server, 'carol', known)];
  const room = await alice.createRoom({});
  await alice.sync();
  const answers = [];
  for (const number of [known, unknown]) {
    const { status, body, headers } = await ask(alice, room, invitee(number));
    answers.push({ status, body, headers: [...Object.keys(headers)].sort() });
  }
  assert.deepEqual(answers[0], answers[1]);
  const events = (await offers(alice, room)).map(({ content }) => ({ ...content, display_name: content.display_name.slice(0, -2) }));
  assert.equal(events.length, 2);
  assert.deepEqual(events[0], events[1]);
  await drained(server);
  assert.deepEqual(messages(server, known).map(({ text }) => text), messages(server, unknown).map(({ text }) => text));
  assert.equal(messages(server, known).length, 1);
  assert.ok(!(await state(alice, room)).some((event) => event.state_key === carol.id), 'nothing names the account');
});

test('1.7 Third-party invites: whoever had the number before is offered them, and is named only once they accept', async () => {
  const number = freshNumber();
  const [alice, carol, eve] = [await named(server, 'Alice'), await numbered(server, 'carol', number), await register(server, 'eve')];
  const room = await alice.createRoom({ name: 'Garden' });
  const before = Date.now();
  await invite(alice, room, number);
  const { invites } = await carol.get(own);
  assert.equal(invites.length, 1);
  const { token, created_ts: at, ...told } = invites[0];
  assert.deepEqual(told, { name: 'Garden', inviter: 'Alice', inviter_id: alice.id });
  assert.ok(Math.abs(at - before) < 60_000);
  assert.deepEqual(await eve.get(own), { invites: [] });
  await eve.refused(404, 'M_NOT_FOUND', 'POST', `${own}/${token}/accept`, {});
  await eve.refused(404, 'M_NOT_FOUND', 'DELETE', `${own}/${token}`);
  assert.deepEqual(await carol.post(`${own}/${token}/accept`), { room_id: room });
  assert.equal((await alice.getState(room, 'm.room.member', carol.id)).membership, 'join');
  assert.deepEqual(await carol.get(own), { invites: [] });
  await carol.refused(404, 'M_NOT_FOUND', 'POST', `${own}/${token}/accept`, {});
});

test('Third-party invites: declining one tells nobody', async () => {
  const number = freshNumber();
  const [alice, carol] = [await register(server, 'alice'), await numbered(server, 'carol', number)];
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  await alice.sync();
  const [{ token }] = (await carol.get(own)).invites;
  await carol.delete(`${own}/${token}`);
  assert.deepEqual(await carol.get(own), { invites: [] });
  await carol.refused(404, 'M_NOT_FOUND', 'POST', `${own}/${token}/accept`, {});
  assert.equal(joined(await alice.sync(), room), undefined);
  assert.deepEqual(await invite(alice, room, number), {});
  assert.deepEqual(await carol.get(own), { invites: [] });
  await drained(server);
  assert.equal(messages(server, number).length, 1);
});

test('Third-party invites: taken back, they come to nothing', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [emptied, redacted] = [freshNumber(), freshNumber()];
  const room = await roomOf(alice, bob);
  await invite(alice, room, emptied);
  const [{ state_key: token }] = await offers(alice, room);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', `/v3/rooms/${enc(await alice.createRoom({}))}/state/${type}/${token}`, {});
  const held = async () => (await alice.get('/_parley/v1/export')).held.third_party_invite.length;
  assert.equal(await held(), 1);
  await alice.setState(room, type, {}, token);
  assert.equal(await held(), 0, 'nothing is kept of it');
  await invite(alice, room, redacted);
  const [offer] = await offers(alice, room);
  await alice.redact(room, offer.event_id);
  for (const number of [emptied, redacted]) {
    const carol = await numbered(server, 'carol', number);
    assert.equal((await carol.sync()).rooms?.invite?.[room], undefined);
  }
  assert.deepEqual(await offers(alice, room), []);
});

test('1.8 Third-party invites: taken back and made again, they hold, without a second message', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  const [first] = await offers(alice, room);
  await alice.setState(room, type, {}, first.state_key);
  await invite(alice, room, number);
  const [second] = await offers(alice, room);
  assert.notEqual(second.state_key, first.state_key);
  await alice.redact(room, second.event_id);
  await invite(alice, room, number);
  const [third] = await offers(alice, room);
  assert.notEqual(third.state_key, second.state_key);
  await drained(server);
  assert.equal(messages(server, number).length, 1);
  assert.ok((await (await numbered(server, 'carol', number)).sync()).rooms.invite[room]);
});

test('Third-party invites: once the inviter has left, or may not invite any more, nobody comes in by them, and the room is told', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await roomOf(alice, bob, carol);
  const [ofBob, ofCarol] = [freshNumber(), freshNumber()];
  await invite(bob, room, ofBob);
  await invite(carol, room, ofCarol);
  await bob.leave(room);
  const levels = await alice.getState(room, 'm.room.power_levels');
  await alice.setState(room, 'm.room.power_levels', { ...levels, invite: 50 });
  for (const number of [ofBob, ofCarol]) {
    const dave = await numbered(server, 'dave', number);
    assert.equal((await dave.sync()).rooms?.invite?.[room], undefined);
    assert.deepEqual(await dave.get(own), { invites: [] });
  }
  assert.deepEqual(await offers(alice, room), []);
});

test('Third-party invites: of several rooms and inviters each counts, and those that fail stop none', async () => {
  const [alice, bob, eve] = await registerAll(server, 'alice', 'bob', 'eve');
  const number = freshNumber();
  const [one, two, gone] = [await alice.createRoom({}), await bob.createRoom({}), await eve.createRoom({})];
  await invite(alice, one, number);
  await invite(eve, gone, number);
  await invite(bob, two, number);
  await eve.leave(gone);
  const carol = await numbered(server, 'carol', number);
  assert.deepEqual(Object.keys((await carol.sync()).rooms.invite).sort(), [one, two].sort());
});

test('Third-party invites: they outlive a restart', async () => {
  const number = freshNumber();
  const [alice, carolsNumber] = [await register(server, 'alice'), freshNumber()];
  const carol = await numbered(server, 'carol', carolsNumber);
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  await invite(alice, room, carolsNumber);
  await server.restart();
  assert.equal((await carol.get(own)).invites.length, 1);
  const dave = await numbered(server, 'dave', number);
  const invited = (await dave.sync()).rooms.invite[room];
  assert.ok(invited);
  await dave.join(room);
});

test('Third-party invites: inviting a number again changes nothing and sends nothing, whoever does it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const number = freshNumber();
  const room = await roomOf(alice, bob);
  await invite(alice, room, number);
  assert.deepEqual(await invite(alice, room, number, { address: `+49 ${number}` }), {});
  assert.deepEqual(await invite(bob, room, number), {});
  assert.equal((await offers(alice, room)).length, 1);
  await drained(server);
  assert.equal(messages(server, number).length, 1);
});

test('Third-party invites: who may invite, and what can be invited', async () => {
  const [alice, bob, eve] = await registerAll(server, 'alice', 'bob', 'eve');
  const room = await alice.createRoom({ invite: [bob.id], power_level_content_override: { invite: 50 } });
  await bob.join(room);
  const number = freshNumber();
  for (const user of [bob, eve]) refused(await ask(user, room, invitee(number)), 403, 'M_FORBIDDEN');
  refused(await server.request('POST', `/_matrix/client/v3/rooms/${enc(room)}/invite`, { body: invitee(number) }), 401, 'M_MISSING_TOKEN');
  const cases = [
    [{ id_server: 'id.example.org' }, 'M_SERVER_NOT_TRUSTED'],
    [{ medium: 'email' }, 'M_INVALID_PARAM'],
    [{ medium: 'email', address: 'Ada <ada@example.org>' }, 'M_INVALID_PARAM'],
    [{ medium: 'email', address: 'ada@example.org\r\nBcc: eve@example.org' }, 'M_INVALID_PARAM'],
    [{ medium: 'email', address: `${'a'.repeat(65)}@example.org` }, 'M_INVALID_PARAM'],
    [{ medium: 'email', address: 'ada@bücher.example' }, 'M_INVALID_PARAM'],
    [{ medium: 'email', address: 4 }, 'M_BAD_JSON'],
    [{ medium: 'email', address: 'a@example.org', id_server: 'id.example.org' }, 'M_SERVER_NOT_TRUSTED'],
    [{ medium: 'carrier-pigeon' }, 'M_THREEPID_MEDIUM_NOT_SUPPORTED'],
    [{ address: '4930123456' }, 'M_INVALID_PARAM'],
    [{ address: '12' }, 'M_INVALID_PARAM'],
    [{ address: '9'.repeat(5000) }, 'M_INVALID_PARAM'],
    [{ medium: undefined }, 'M_BAD_JSON'],
    [{ address: 4 }, 'M_BAD_JSON'],
    [{ id_server: 4 }, 'M_BAD_JSON'],
  ];
  for (const [more, errcode] of cases) refused(await ask(alice, room, invitee(number, more)), 400, errcode);
  assert.deepEqual(await offers(alice, room), []);
  await invite(alice, room, number, { id_server: undefined, id_access_token: undefined });
  await invite(alice, room, freshNumber(), { id_server: new URL(server.url).host });
  assert.equal((await offers(alice, room)).length, 2);
});

test('Third-party invites: a new room is made with them, and says of them if it is a direct one', async () => {
  const alice = await register(server, 'alice');
  const [one, two] = [freshNumber(), freshNumber()];
  const room = await alice.createRoom({ preset: 'trusted_private_chat', is_direct: true, invite_3pid: [invitee(one), invitee(two)] });
  assert.equal((await offers(alice, room)).length, 2);
  const carol = await numbered(server, 'carol', one);
  const { events } = (await carol.sync()).rooms.invite[room].invite_state;
  assert.equal(events.find((event) => event.state_key === carol.id).content.is_direct, true);
  const bad = (invite_3pid) => alice.request('POST', '/v3/createRoom', { body: { invite_3pid } });
  refused(await bad([invitee(one, { id_server: 'id.example.org' })]), 400, 'M_SERVER_NOT_TRUSTED');
  refused(await bad(['+491512']), 400, 'M_BAD_JSON');
  refused(await bad(Array.from({ length: 201 }, () => invitee(freshNumber()))), 400, 'M_INVALID_PARAM');
});

test('Third-party invites: they follow their maker into the room that replaces theirs', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [ofAlice, ofBob] = [freshNumber(), freshNumber()];
  const old = await alice.createRoom({ preset: 'public_chat', room_version: '11', power_level_content_override: { invite: 0 } });
  await bob.join(old);
  await invite(alice, old, ofAlice);
  await invite(bob, old, ofBob);
  const { replacement_room: room } = await alice.post(`/v3/rooms/${enc(old)}/upgrade`, { new_version: '12' });
  assert.equal((await offers(alice, room)).length, 1);
  await bob.join(room);
  assert.equal((await offers(alice, room)).length, 2);
  for (const number of [ofAlice, ofBob]) {
    const carol = await numbered(server, 'carol', number);
    assert.deepEqual(Object.keys((await carol.sync()).rooms.invite), [room]);
  }
});

test('Third-party invites: whoever takes no invites is offered none and invited by none', async () => {
  const number = freshNumber();
  const [alice, carol] = [await register(server, 'alice'), await numbered(server, 'carol', number)];
  await carol.put(`/v3/user/${enc(carol.id)}/account_data/m.invite_permission_config`, { default_action: 'block' });
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  assert.deepEqual(await carol.get(own), { invites: [] });
  await carol.put(`/v3/user/${enc(carol.id)}/account_data/m.invite_permission_config`, {});
  assert.equal((await carol.get(own)).invites.length, 1);
  await carol.put(`/v3/user/${enc(carol.id)}/account_data/m.ignored_user_list`, { ignored_users: { [alice.id]: {} } });
  assert.deepEqual(await carol.get(own), { invites: [] });
});

test('1.8 Third-party invites: an account may make so many a day, and a number is written to so often', async () => {
  const limited = new Server({ set: { 'limits.enabled': 'yes', 'limits.login': '1000/min burst 1000', 'limits.codes_per_address': '1000', 'limits.invites_per_account': '3', 'limits.invites_per_number': '2' } });
  await limited.start();
  try {
    const people = await registerAll(limited, 'alice', 'bob', 'carol');
    const [popular, other] = [freshNumber(), freshNumber()];
    const rooms = [];
    for (const user of people) rooms.push(await user.createRoom({}));
    for (const [i, user] of people.entries()) await invite(user, rooms[i], popular);
    const [alice] = people;
    const [first] = rooms;
    await invite(alice, await alice.createRoom({}), other);
    await invite(alice, first, freshNumber());
    const { retry_after_ms: wait } = refused(await ask(alice, first, invitee(freshNumber())), 429, 'M_LIMIT_EXCEEDED');
    assert.ok(wait > 0 && wait <= 24 * 3600 * 1000);
    assert.equal((await offers(alice, first)).length, 2);
    await invite(alice, first, popular);
    for (const [i, user] of people.entries()) assert.ok((await offers(user, rooms[i])).length > 0, 'invited all the same');
    await until('the messages', () => messages(limited, popular).length === 2);
    await drained(limited);
    assert.equal(messages(limited, popular).length, 2);
  } finally {
    await limited.destroy();
  }
});

test('4.2 5.1 what is kept of an invite is in the export of whoever made it, without the number', async () => {
  const [alice, number] = [await register(server, 'alice'), freshNumber()];
  const room = await alice.createRoom({});
  await invite(alice, room, number);
  const text = JSON.stringify((await alice.get('/_parley/v1/export')).held.third_party_invite);
  assert.equal(JSON.parse(text)[0].room_id, room);
  assert.ok(!text.includes(number));
});

// ---- by e-mail ----

const mailed = (address, more = {}) => ({ id_server: 'parley.test', id_access_token: 'unused', medium: 'email', address, ...more });
const inviteByMail = async (user, room, address, headers) => accepted(await user.request('POST', `/v3/rooms/${enc(room)}/invite`, { body: mailed(address), headers }));
/** Mails leave in order as well. */
const mailsDrained = (to) => proveAddress(to, emailPaths.register, freshAddress());
const addAddress = async (user, address) => accepted(await addContact(user, await proveAddress(user.server, emailPaths.add, address, { token: user.token })));

test('1.8 Third-party invites by e-mail: the room gets a masked offer, the address one mail that says who invites and no more', async () => {
  const [alice, address] = [await named(server, 'Alice Liddell'), freshAddress()];
  const room = await alice.createRoom({ name: 'Hush' });
  assert.deepEqual(await inviteByMail(alice, room, address.toUpperCase()), {});
  assert.deepEqual(await inviteByMail(alice, room, address), {});
  const [offer, ...others] = await offers(alice, room);
  assert.deepEqual(others, [], 'it is the same address however it is typed');
  assert.equal(offer.content.display_name, 'p***@mail.example');
  assert.ok(!JSON.stringify(offer).includes(address.split('@')[0]));
  const { subject, text } = await mailTo(server, address);
  assert.match(subject, /invite/i);
  assert.match(text, /Alice Liddell/);
  assert.ok(text.includes(`\n${server.url}\n`));
  assert.doesNotMatch(subject + text, /Hush/);
  await mailsDrained(server);
  assert.equal(mailCount(server, address), 1);
  assert.ok(!JSON.stringify(await alice.get('/_parley/v1/export')).includes(address));
});

test('Third-party invites by e-mail: the mail is in the language of whoever invites, and says no name that is not plain', async () => {
  const [alice, address] = [await named(server, 'evil.example'), freshAddress()];
  await inviteByMail(alice, await alice.createRoom({}), address, { 'accept-language': 'zh-CN' });
  const { subject, text } = await mailTo(server, address);
  assert.match(subject, /邀请/);
  assert.match(text, /有人邀请您聊天/);
  assert.doesNotMatch(text, /evil/);
});

test('Third-party invites by e-mail: whoever signs up with the address is invited', async () => {
  const [alice, address] = [await register(server, 'alice'), freshAddress()];
  const invited = await alice.createRoom({});
  const direct = await alice.createRoom({ preset: 'trusted_private_chat', is_direct: true, invite_3pid: [mailed(address)] });
  await inviteByMail(alice, invited, address);
  const [offer] = await offers(alice, invited);
  const carol = await registerByEmail(server, `mailed${++server.users}`, address);
  assert.deepEqual(Object.keys((await carol.sync()).rooms.invite).sort(), [direct, invited].sort());
  const { third_party_invite: taken, membership } = await alice.getState(invited, 'm.room.member', carol.id);
  assert.equal(membership, 'invite');
  assert.equal(taken.signed.token, offer.state_key);
  assert.ok(signatureHolds(offer.content.public_key, taken.signed));
  await carol.join(invited);
});

test('Third-party invites by e-mail: adding the address to an account takes them up as well', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [address, withdrawn] = [freshAddress(), freshAddress()];
  const [room, other] = [await alice.createRoom({}), await alice.createRoom({})];
  await inviteByMail(alice, other, withdrawn);
  await alice.setState(other, type, {}, (await offers(alice, other))[0].state_key);
  await addAddress(bob, withdrawn);
  assert.equal((await bob.sync()).rooms?.invite?.[other], undefined);
  await inviteByMail(alice, room, address);
  await addAddress(bob, address);
  assert.ok((await bob.sync()).rooms.invite[room]);
});

test('1.7 Third-party invites by e-mail: an address that has an account is answered like one that has none, and its owner asked', async () => {
  const [known, unknown] = [freshAddress(), freshAddress()];
  const [alice, carol, eve] = [await named(server, 'Alice'), await register(server, 'carol'), await register(server, 'eve')];
  await addAddress(carol, known);
  await mailsDrained(server);
  const before = mailCount(server, known);
  const room = await alice.createRoom({ name: 'Garden' });
  const answers = [];
  for (const address of [known, unknown]) {
    const { status, body, headers } = await ask(alice, room, mailed(address));
    answers.push({ status, body, headers: [...Object.keys(headers)].sort() });
  }
  assert.deepEqual(answers[0], answers[1]);
  const [first, second] = await offers(alice, room);
  assert.deepEqual(first.content, second.content);
  await mailsDrained(server);
  assert.equal(mailCount(server, known) - before, 1);
  assert.deepEqual(await mailTo(server, known, before + 1), await mailTo(server, unknown));
  assert.ok(!(await state(alice, room)).some((event) => event.state_key === carol.id), 'nothing names the account');
  const { invites } = await carol.get(own);
  assert.deepEqual(invites.map(({ name, inviter }) => [name, inviter]), [['Garden', 'Alice']]);
  const [{ token }] = invites;
  await eve.refused(404, 'M_NOT_FOUND', 'POST', `${own}/${token}/accept`, {});
  assert.deepEqual(await carol.post(`${own}/${token}/accept`), { room_id: room });
  assert.equal((await alice.getState(room, 'm.room.member', carol.id)).membership, 'join');
});

test('Third-party invites by e-mail: an account is offered what waits for its number and its address, and no longer for one it gave up', async () => {
  const [number, address] = [freshNumber(), freshAddress()];
  const [alice, carol] = [await register(server, 'alice'), await numbered(server, 'carol', number)];
  await addAddress(carol, address);
  const [one, two] = [await alice.createRoom({ name: 'One' }), await alice.createRoom({ name: 'Two' })];
  await invite(alice, one, number);
  await inviteByMail(alice, two, address);
  const waiting = async () => (await carol.get(own)).invites.map(({ name }) => name).sort();
  assert.deepEqual(await waiting(), ['One', 'Two']);
  const { token } = (await carol.get(own)).invites.find(({ name }) => name === 'Two');
  await carol.post('/v3/account/3pid/delete', { medium: 'email', address });
  assert.deepEqual(await waiting(), ['One']);
  await carol.refused(404, 'M_NOT_FOUND', 'POST', `${own}/${token}/accept`, {});
  await addAddress(carol, address);
  assert.ok((await carol.sync()).rooms.invite[two]);
});

test('1.8 Third-party invites by e-mail: they count with those of numbers, and an address is written to so often', async () => {
  const limited = new Server({ set: { 'limits.enabled': 'yes', 'limits.login': '1000/min burst 1000', 'limits.codes_per_address': '1000', 'limits.invites_per_account': '3', 'limits.invites_per_number': '2' } });
  await limited.start();
  try {
    const people = await registerAll(limited, 'alice', 'bob', 'carol');
    const popular = freshAddress();
    const rooms = [];
    for (const user of people) rooms.push(await user.createRoom({}));
    for (const [i, user] of people.entries()) await inviteByMail(user, rooms[i], popular);
    const [alice] = people;
    await invite(alice, rooms[0], freshNumber());
    await inviteByMail(alice, rooms[0], freshAddress());
    refused(await ask(alice, rooms[0], mailed(freshAddress())), 429, 'M_LIMIT_EXCEEDED');
    for (const [i, user] of people.entries()) assert.ok((await offers(user, rooms[i])).length > 0, 'invited all the same');
    await mailsDrained(limited);
    assert.equal(mailCount(limited, popular), 2);
  } finally {
    await limited.destroy();
  }
});
