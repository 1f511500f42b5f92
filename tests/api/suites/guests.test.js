/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Guest Access".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshNumber, proveNumber } from '../support/phone.js';
import { Server, useServer } from '../support/server.js';
import { accepted, agree, enc, password, refused, register, timeline, User } from '../support/user.js';

const server = useServer({ set: { 'registration.guests': 'yes' } });
const path = '/_matrix/client/v3/register';
const come = (body = {}, on = server) => on.request('POST', path, { body, query: { kind: 'guest' } });

/** A guest who has agreed to the policy. */
async function guestOf(on = server) {
  const guest = new User(on, accepted(await come({}, on)));
  await agree(guest);
  return guest;
}

const guestAccess = (value) => ({ type: 'm.room.guest_access', state_key: '', content: { guest_access: value } });
const openRoom = (creator, ...more) => creator.createRoom({ preset: 'public_chat', initial_state: [guestAccess('can_join'), ...more] });

test('a server that admits no guests says so with M_GUEST_ACCESS_FORBIDDEN', async (t) => {
  const closed = await new Server().start();
  t.after(() => closed.destroy());
  refused(await come({}, closed), 403, 'M_GUEST_ACCESS_FORBIDDEN');
});

test('a guest is signed in without a name, a password or stages', async () => {
  const body = accepted(await come({ initial_device_display_name: 'A tab' }));
  assert.match(body.user_id, /^@[a-z0-9._=/+-]+:parley\.test$/);
  const guest = new User(server, body);
  assert.deepEqual(await guest.get('/v3/account/whoami'), { user_id: guest.id, device_id: guest.device, is_guest: true });
});

test('of a guest\'s request only the name of the device counts', async () => {
  const guest = new User(server, accepted(await come({
    username: 'chosen', password: 'x', device_id: 'CHOSEN', inhibit_login: true, refresh_token: true, auth: 7, initial_device_display_name: 'A tab',
  })));
  assert.notEqual(guest.id, `@chosen:${server.name}`);
  assert.notEqual(guest.device, 'CHOSEN');
  assert.equal(guest.rest.refresh_token, undefined);
  await agree(guest);
  assert.equal((await guest.get(`/v3/devices/${guest.device}`)).display_name, 'A tab');
});

test('0.2 a guest does nothing before agreeing to the policy, which works by the page every client can open', async () => {
  const guest = new User(server, accepted(await come()));
  const { consent_uri: uri } = await guest.refused(403, 'M_CONSENT_NOT_GIVEN', 'GET', '/v3/sync');
  const page = new URL(uri);
  const { version, documents } = await guest.get('/_parley/v1/policy');
  const form = new URLSearchParams({ t: page.searchParams.get('t'), version, lang: 'en', sha256: documents.en.sha256, agree: 'yes' });
  accepted(await server.request('POST', '/policy/agree', { body: form.toString(), type: 'application/x-www-form-urlencoded' }));
  await guest.sync();
});

test('guests join rooms that admit them, and no others', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const open = await openRoom(ada);
  const closed = await openRoom(ada, guestAccess('forbidden'));
  const unsaid = await ada.createRoom({ preset: 'public_chat' });
  await guest.join(open);
  await guest.post(`/v3/rooms/${enc(open)}/join`);
  for (const room of [closed, unsaid]) await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', 'POST', `/v3/rooms/${enc(room)}/join`, {});
  await ada.invite(unsaid, guest);
  await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', 'POST', `/v3/rooms/${enc(unsaid)}/join`, {});
});

test('in a room a guest reads, sends any type of event and leaves', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const room = await openRoom(ada);
  await guest.join(room);
  const event = await guest.send(room, 'hello');
  await guest.send(room, { answer: 42 }, { type: 'com.example.any' });
  await ada.setState(room, 'm.room.power_levels', { ...(await ada.getState(room, 'm.room.power_levels')), events: { 'm.room.topic': 0 } });
  await guest.setState(room, 'm.room.topic', { topic: 'guests' });
  assert.equal((await guest.getState(room, 'm.room.topic')).topic, 'guests');
  assert.ok((await guest.get(`/v3/rooms/${enc(room)}/state`)).length > 0);
  assert.equal((await guest.event(room, event)).content.body, 'hello');
  await guest.get(`/v3/rooms/${enc(room)}/context/${enc(event)}`);
  await guest.get(`/v3/rooms/${enc(room)}/members`);
  await guest.get(`/v3/rooms/${enc(room)}/initialSync`);
  assert.ok((await guest.messages(room)).chunk.some((one) => one.event_id === event));
  assert.ok(timeline(await guest.sync(), room).some((one) => one.event_id === event));
  await guest.leave(room);
});

test('guests look into rooms anybody may read without joining, and into no others', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const glass = await ada.createRoom({ preset: 'public_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] });
  const shut = await ada.createRoom({ preset: 'public_chat' });
  const said = await ada.send(glass, 'for all to read');
  assert.ok((await guest.messages(glass)).chunk.some((one) => one.event_id === said));
  await guest.get(`/v3/rooms/${enc(glass)}/initialSync`);
  await guest.get('/v3/events', { room_id: glass, timeout: 0 });
  await guest.refused(403, 'M_FORBIDDEN', 'GET', `/v3/rooms/${enc(shut)}/messages`, undefined, { dir: 'b' });
});

test('what the list does not name is refused with M_GUEST_ACCESS_FORBIDDEN', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const room = await openRoom(ada);
  await guest.join(room);
  for (const [method, address, body] of [
    ['POST', '/v3/createRoom', {}],
    ['POST', `/v3/rooms/${enc(room)}/invite`, { user_id: ada.id }],
    ['POST', `/v3/rooms/${enc(room)}/kick`, { user_id: ada.id }],
    ['PUT', `/v3/rooms/${enc(room)}/typing/${enc(guest.id)}`, { typing: true, timeout: 1000 }],
    ['GET', '/v3/joined_rooms'],
    ['GET', '/v3/pushrules/'],
    ['POST', '/v3/user_directory/search', { search_term: 'ada' }],
    ['POST', '/v3/account/deactivate', {}],
    ['POST', '/v1/login/get_token', {}],
    ['POST', '/_matrix/media/v3/upload', {}],
    ['POST', '/v3/logout'],
  ]) await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', method, address, body);
});

test('a guest has files at the addresses of today, not at those of before v1.11', async () => {
  const host = await register(server, 'host');
  const { content_uri: uri } = accepted(await host.request('POST', '/_matrix/media/v3/upload', { body: 'words', type: 'text/plain' }));
  const file = uri.slice('mxc://'.length);
  const guest = await guestOf();
  assert.equal((await guest.request('GET', `/v1/media/download/${file}`)).text, 'words');
  await guest.refused(404, 'M_NOT_FOUND', 'GET', `/_matrix/media/v3/download/${file}`);
});

test('a guest gives themselves a name and nothing else', async () => {
  const guest = await guestOf();
  const profile = (key) => `/v3/profile/${enc(guest.id)}/${key}`;
  await guest.put(profile('displayname'), { displayname: 'Passing by' });
  assert.equal((await guest.get(profile('displayname'))).displayname, 'Passing by');
  await guest.refused(400, 'M_INVALID_PARAM', 'PUT', profile('displayname'), { displayname: 'x'.repeat(257) });
  await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', 'PUT', profile('avatar_url'), { avatar_url: 'mxc://parley.test/x' });
  await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', 'PUT', profile('com.example.mood'), { 'com.example.mood': 'fine' });
});

for (const [how, close] of [
  ['changed', (ada, room) => ada.setState(room, 'm.room.guest_access', { guest_access: 'forbidden' })],
  ['made empty', (ada, room) => ada.setState(room, 'm.room.guest_access', {})],
  ['redacted', async (ada, room) => {
    const event = (await ada.get(`/v3/rooms/${enc(room)}/state`)).find((one) => one.type === 'm.room.guest_access');
    await ada.redact(room, event.event_id);
  }],
]) {
  test(`when m.room.guest_access is ${how}, guests leave and people stay`, async () => {
    const ada = await register(server, 'ada');
    const ben = await register(server, 'ben');
    const guests = [await guestOf(), await guestOf()];
    const room = await openRoom(ada);
    for (const user of [ben, ...guests]) await user.join(room);
    await guests[0].sync();
    await close(ada, room);
    for (const guest of guests) assert.equal((await ada.getState(room, 'm.room.member', guest.id)).membership, 'leave');
    assert.equal((await ada.getState(room, 'm.room.member', ben.id)).membership, 'join');
    assert.ok((await guests[0].sync()).rooms.leave[room]);
    await guests[0].refused(403, 'M_FORBIDDEN', 'PUT', `/v3/rooms/${enc(room)}/send/m.room.message/1`, { msgtype: 'm.text', body: 'still here?' });
  });
}

test('guest_can_join of the list of public rooms is true of the room', async () => {
  const ada = await register(server, 'ada');
  const room = await ada.createRoom({ preset: 'public_chat', visibility: 'public', initial_state: [guestAccess('can_join')] });
  const listed = async () => (await ada.get('/v3/publicRooms')).chunk.find((one) => one.room_id === room);
  assert.equal((await listed()).guest_can_join, true);
  await ada.setState(room, 'm.room.guest_access', { guest_access: 'forbidden' });
  assert.equal((await listed()).guest_can_join, false);
});

/** The register flow with a guest's token, by the stages a person goes through. */
async function upgrade(guest, extra = {}) {
  const attempt = (auth) => server.request('POST', path, { body: { username: guest.localpart, password, guest_access_token: guest.token, auth, ...extra } });
  const first = await attempt();
  if (first.status !== 401) return first;
  const { session } = first.body;
  await attempt({ type: 'm.login.terms', session });
  const creds = await proveNumber(server, freshNumber());
  return attempt({ type: 'm.login.msisdn', session, threepid_creds: creds });
}

test('a guest becomes a full account and keeps name, rooms and what was said', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const room = await openRoom(ada);
  await guest.join(room);
  const event = await guest.send(room, 'as a guest');
  const full = new User(server, accepted(await upgrade(guest)));
  assert.equal(full.id, guest.id);
  assert.equal((await full.get('/v3/account/whoami')).is_guest, false);
  assert.equal((await full.event(room, event)).content.body, 'as a guest');
  await full.createRoom();
  assert.ok((await full.signInAgain()) instanceof User);
  await guest.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await ada.setState(room, 'm.room.guest_access', { guest_access: 'forbidden' });
  assert.equal((await ada.getState(room, 'm.room.member', full.id)).membership, 'join');
});

test('only a guest\'s own token and name make that account', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const other = await guestOf();
  const attempt = (body) => server.request('POST', path, { body: { password, auth: { type: 'm.login.dummy' }, ...body } });
  refused(await attempt({ username: guest.localpart }), 400, 'M_USER_IN_USE');
  refused(await attempt({ guest_access_token: guest.token }), 403, 'M_FORBIDDEN');
  refused(await attempt({ username: guest.localpart, guest_access_token: other.token }), 403, 'M_FORBIDDEN');
  refused(await attempt({ username: guest.localpart, guest_access_token: 'no-token' }), 403, 'M_FORBIDDEN');
  refused(await attempt({ username: ada.localpart, guest_access_token: ada.token }), 403, 'M_FORBIDDEN');
  const { token } = guest;
  accepted(await attempt({ username: guest.localpart, guest_access_token: token }));
  refused(await attempt({ username: guest.localpart, guest_access_token: token }), 403, 'M_FORBIDDEN');
});

test('5.1 5.4 a guest sees what is held of them, takes it along, and is erased at once when they ask', async () => {
  const ada = await register(server, 'ada');
  const guest = await guestOf();
  const room = await openRoom(ada);
  await guest.join(room);
  await guest.get('/_parley/v1/consents');
  await guest.get('/_parley/v1/audit');
  accepted(await guest.request('GET', '/_parley/v1/export'));
  const { body: { session } } = await guest.request('POST', '/_parley/v1/account/cancel', { body: {} });
  const { claim, undoable } = await guest.post('/_parley/v1/account/cancel', { auth: { type: 'm.login.dummy', session } });
  assert.equal(undoable, false);
  assert.equal((await ada.getState(room, 'm.room.member', guest.id)).membership, 'leave');
  await erased(server, claim);
  await guest.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
});

async function erased(on, claim) {
  for (const deadline = Date.now() + 15_000; ; ) {
    const answer = accepted(await on.request('GET', `/_parley/v1/erasure/${claim}`));
    if (answer.state === 'erased') return;
    assert.ok(Date.now() < deadline, 'the erasure ends');
    await new Promise((done) => setTimeout(done, 50));
  }
}

test('4.2 a guest who does not come back is erased', async (t) => {
  const brief = await new Server({ set: { 'registration.guests': 'yes', 'accounts.guest_idle': '1 s' } }).start();
  t.after(() => brief.destroy());
  const ada = await register(brief, 'ada');
  const guest = await guestOf(brief);
  const room = await openRoom(ada);
  await guest.join(room);
  await ada.syncUntil((answer) => timeline(answer, room).some((one) => one.type === 'm.room.member' && one.state_key === guest.id && one.content.membership === 'leave'), { what: 'the guest\'s leaving', seconds: 20 });
  await guest.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  assert.equal((await ada.get('/v3/account/whoami')).user_id, ada.id);
});

test('guests of a server that admits none any more keep their rights only', async (t) => {
  const changing = await new Server({ set: { 'registration.guests': 'yes' } }).start();
  t.after(() => changing.destroy());
  const guest = await guestOf(changing);
  changing.set['registration.guests'] = 'no';
  await changing.restart();
  await guest.refused(403, 'M_GUEST_ACCESS_FORBIDDEN', 'GET', '/v3/sync');
  await guest.get('/_parley/v1/consents');
});
