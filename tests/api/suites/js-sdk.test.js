/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The same through matrix-js-sdk, as an app would do it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { jpegWithPlace } from '../support/image.js';
import { sdk, sdkClient, startSync, until } from '../support/js-sdk.js';
import { useServer } from '../support/server.js';
import { password, register, registerAll } from '../support/user.js';

const server = useServer();
const clients = [];
const { ClientEvent, RoomEvent, RoomMemberEvent } = sdk;

async function started(user) {
  const client = sdkClient(user);
  clients.push(client);
  return startSync(client);
}

after(() => clients.forEach((client) => client.stopClient()));

test('a client signs in by password and out again', async () => {
  const alice = await register(server, 'alice');
  const client = sdk.createClient({ baseUrl: server.url });
  const answer = await client.loginRequest({ type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.localpart }, password });
  assert.equal(answer.user_id, alice.id);
  const own = sdk.createClient({ baseUrl: server.url, accessToken: answer.access_token, userId: answer.user_id });
  assert.equal((await own.whoami()).device_id, answer.device_id);
  await own.logout();
  await assert.rejects(own.whoami(), (error) => error.errcode === 'M_UNKNOWN_TOKEN');
});

test('two people talk: create, invite, join, send, receive', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await started(alice), await started(bob)];
  const invited = until(two, RoomEvent.MyMembership, (room, membership) => membership === 'invite');
  const { room_id: id } = await one.createRoom({ name: 'Kitchen', invite: [bob.id], preset: 'private_chat' });
  const [room] = await invited;
  assert.equal(room.roomId, id);
  await two.joinRoom(id);
  const heard = until(one, RoomEvent.Timeline, (event) => event.getContent().body === 'hello');
  await two.sendTextMessage(id, 'hello');
  const [event] = await heard;
  assert.equal(event.getSender(), bob.id);
  assert.equal(one.getRoom(id).name, 'Kitchen');
  assert.equal(one.getRoom(id).getJoinedMemberCount(), 2);
});

test('a local echo becomes the sent event, and does not appear twice', async () => {
  const alice = await register(server, 'alice');
  const client = await started(alice);
  const arrived = until(client, ClientEvent.Room);
  const { room_id: id } = await client.createRoom({});
  await arrived;
  const seen = until(client, RoomEvent.LocalEchoUpdated, (event) => event.status === null);
  await client.sendTextMessage(id, 'once');
  await seen;
  await client.sendTextMessage(id, 'twice');
  const texts = client.getRoom(id).getLiveTimeline().getEvents().filter((event) => event.getType() === 'm.room.message').map((event) => event.getContent().body);
  assert.equal(texts.filter((body) => body === 'once').length, 1);
});

test('edits, reactions and redactions reach the other client', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await started(alice), await started(bob)];
  const { room_id: id } = await one.createRoom({ invite: [bob.id] });
  await two.joinRoom(id);
  const arrived = until(two, RoomEvent.Timeline, (event) => event.getContent().body === 'first');
  const { event_id: event } = await one.sendTextMessage(id, 'first');
  const [original] = await arrived;
  const replaced = until(original, sdk.MatrixEventEvent.Replaced);
  await one.sendEvent(id, 'm.room.message', { msgtype: 'm.text', body: '* second', 'm.new_content': { msgtype: 'm.text', body: 'second' }, 'm.relates_to': { rel_type: 'm.replace', event_id: event } });
  await replaced;
  assert.equal(original.getContent().body, 'second');
  const reacted = until(one, RoomEvent.Timeline, (one_) => one_.getType() === 'm.reaction');
  await two.sendEvent(id, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key: '👍' } });
  await reacted;
  const gone = until(two, RoomEvent.Redaction);
  await one.redactEvent(id, event);
  await gone;
  assert.ok(original.isRedacted());
});

test('scrolling back loads what the first sync left out', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ invite: [bob.id] });
  for (let i = 0; i < 60; i++) await alice.send(room, `${i}`);
  await bob.join(room);
  const client = await started(bob);
  const timeline = client.getRoom(room).getLiveTimeline();
  while (await client.paginateEventTimeline(timeline, { backwards: true, limit: 20 })) {
    // Until the beginning.
  }
  const bodies = timeline.getEvents().filter((event) => event.getType() === 'm.room.message').map((event) => event.getContent().body);
  assert.deepEqual(bodies, Array.from({ length: 60 }, (_, i) => `${i}`));
});

test('typing and receipts are shown', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await started(alice), await started(bob)];
  const { room_id: id } = await one.createRoom({ invite: [bob.id] });
  await two.joinRoom(id);
  const typing = until(one, RoomMemberEvent.Typing, (event, member) => member.userId === bob.id && member.typing);
  await two.sendTyping(id, true, 10_000);
  await typing;
  const arrived = until(two, RoomEvent.Timeline, (event) => event.getContent().body === 'read me');
  const { event_id: event } = await one.sendTextMessage(id, 'read me');
  const [message] = await arrived;
  const read = until(one, RoomEvent.Receipt, (receipt) => receipt.getContent()[event]?.['m.read']?.[bob.id]);
  await two.sendReadReceipt(message);
  await read;
  assert.equal(one.getRoom(id).getEventReadUpTo(bob.id), event);
});

test('a second device of the same account sees everything', async () => {
  const alice = await register(server, 'alice');
  const phone = await started(alice);
  const { room_id: id } = await phone.createRoom({ name: 'Mine' });
  await phone.sendTextMessage(id, 'from the phone');
  const laptop = await started(await alice.signInAgain());
  const bodies = laptop.getRoom(id).getLiveTimeline().getEvents().map((event) => event.getContent().body);
  assert.ok(bodies.includes('from the phone'));
});

test('a picture is uploaded and its thumbnail fetched', async () => {
  const alice = await register(server, 'alice');
  const client = sdkClient(alice);
  const { content_uri: uri } = await client.uploadContent(new Blob([jpegWithPlace()]), { type: 'image/jpeg', name: 'photo.jpg' });
  const url = client.mxcUrlToHttp(uri, 32, 32, 'scale', false, true, true);
  const response = await fetch(url, { headers: { authorization: `Bearer ${alice.token}` } });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^image\//);
});

test('a client carries on by itself after the server was killed', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const client = await started(bob);
  const room = await alice.createRoom({ invite: [bob.id] });
  await client.joinRoom(room);
  await server.kill();
  await server.relaunch();
  const heard = until(client, RoomEvent.Timeline, (event) => event.getContent().body === 'still there?', 60);
  await alice.send(room, 'still there?');
  await heard;
  assert.ok(client.getSyncState() !== 'STOPPED');
  assert.ok(ClientEvent.Sync);
});
