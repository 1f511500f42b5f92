/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-js-sdk drives the rest of what it knows: its own reading of the specification against this server's.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sdk, sdkClient, startSync, until } from '../support/js-sdk.js';
import { useServer } from '../support/server.js';
import { password, register, registerAll, roomOf } from '../support/user.js';

const server = useServer({ set: { 'presence.enabled': 'yes' } });
const { ClientEvent, RoomEvent, RoomMemberEvent } = sdk;
const clients = [];

async function started(user, options) {
  const client = sdkClient(user, { timelineSupport: true });
  clients.push(client);
  return startSync(client, options);
}

after(() => clients.forEach((client) => client.stopClient()));

test('a space and its tree are walked by the SDK’s RoomHierarchy', async () => {
  const alice = await register(server, 'alice');
  const client = await started(alice);
  const { room_id: space } = await client.createRoom({ name: 'House', creation_content: { type: 'm.space' } });
  const { room_id: kitchen } = await client.createRoom({ name: 'Kitchen', preset: 'public_chat' });
  await client.sendStateEvent(space, 'm.space.child', { via: ['parley.test'], suggested: true }, kitchen);
  const { RoomHierarchy } = await import('matrix-js-sdk/lib/room-hierarchy.js');
  const hierarchy = new RoomHierarchy(new sdk.Room(space, client, alice.id), 20);
  await hierarchy.load();
  assert.deepEqual(hierarchy.rooms.map((room) => room.name), ['House', 'Kitchen']);
  assert.equal(hierarchy.isSuggested(space, kitchen), true);
  assert.equal(hierarchy.noSupport ?? false, false);
});

test('a thread is opened, answered, listed and read', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const client = await started(bob, { initialSyncLimit: 20, lazyLoadMembers: true, threadSupport: true });
  const root = await alice.send(room, 'root');
  const answer = await alice.send(room, { msgtype: 'm.text', body: 'answer', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  const here = client.getRoom(room);
  if (!here.getThread(root)) await until(here, 'Thread.new', (thread) => thread.id === root);
  await here.createThreadsTimelineSets();
  await here.fetchRoomThreads();
  const thread = here.getThread(root);
  assert.equal(thread.rootEvent.getContent().body, 'root');
  assert.equal(thread.replyToEvent?.getId(), answer);
  await client.sendTextMessage(room, root, 'mine');
  const { chunk } = await alice.get(`/v1/rooms/${encodeURIComponent(room)}/threads`);
  assert.equal(chunk[0].unsigned['m.relations']['m.thread'].count, 2);
});

test('a public room is given an address, found in the directory, summarised and joined by it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [sdkClient(alice), sdkClient(bob)];
  const { room_id: id } = await one.createRoom({ name: 'Market', topic: 'fish', preset: 'public_chat', visibility: 'public' });
  const alias = `#market-${alice.localpart}:parley.test`;
  await one.createAlias(alias, id);
  assert.deepEqual((await two.getRoomIdForAlias(alias)).room_id, id);
  assert.deepEqual((await one.getLocalAliases(id)).aliases, [alias]);
  const { chunk } = await two.publicRooms({ limit: 50, filter: { generic_search_term: 'market' } });
  assert.ok(chunk.some((room) => room.room_id === id && room.topic === 'fish' && room.num_joined_members === 1));
  const summary = await two.getRoomSummary(alias);
  assert.equal(summary.name, 'Market');
  assert.equal((await two.joinRoom(alias)).roomId, id);
  await one.deleteAlias(alias);
  await assert.rejects(two.getRoomIdForAlias(alias), (error) => error.errcode === 'M_NOT_FOUND');
});

test('somebody knocks and is let in', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const one = await started(alice);
  const two = await started(bob);
  const { room_id: id } = await one.createRoom({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }] });
  const knocked = until(one, RoomMemberEvent.Membership, (event, member) => member.userId === bob.id && member.membership === 'knock');
  await two.knockRoom(id, { reason: 'please' });
  await knocked;
  const invited = until(two, RoomEvent.MyMembership, (room, membership) => room.roomId === id && membership === 'invite');
  await one.invite(id, bob.id);
  await invited;
  await two.joinRoom(id);
  assert.deepEqual((await two.getJoinedRooms()).joined_rooms, [id]);
});

test('a room is upgraded and its history of rooms followed', async () => {
  const alice = await register(server, 'alice');
  const client = await started(alice);
  const { room_id: old } = await client.createRoom({ name: 'Old', room_version: '9' });
  const arrived = until(client, ClientEvent.Room, (room) => room.roomId !== old);
  const { replacement_room: next } = await client.upgradeRoom(old, '12');
  await arrived;
  const ended = () => client.getRoom(old)?.currentState.getStateEvents('m.room.tombstone', '') !== null;
  if (!ended()) await until(client, ClientEvent.Sync, ended);
  assert.deepEqual(client.getRoomUpgradeHistory(next, true).map((room) => room.roomId), [old, next]);
});

test('profiles, with fields of one’s own, and the user directory', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const [one, two] = [sdkClient(alice), sdkClient(bob)];
  await one.setDisplayName('Ada Example');
  assert.equal(await one.doesServerSupportExtendedProfiles(), true);
  await one.setExtendedProfileProperty('m.tz', 'Europe/Berlin');
  assert.equal(await two.getExtendedProfileProperty(alice.id, 'm.tz'), 'Europe/Berlin');
  assert.equal((await two.getExtendedProfile(alice.id)).displayname, 'Ada Example');
  await one.deleteExtendedProfileProperty('m.tz');
  assert.equal(await sdkClient(bob).getExtendedProfileProperty(alice.id, 'm.tz'), undefined);
  const { results } = await two.searchUserDirectory({ term: 'Ada Exam' });
  assert.ok(results.some((found) => found.user_id === alice.id));
});

test('presence reaches those who share a room', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const two = await started(bob);
  const told = until(two, ClientEvent.Event, (event) => event.getType() === 'm.presence' && event.getSender() === alice.id && event.getContent().status_msg === 'gone fishing');
  await sdkClient(alice).setPresence({ presence: 'unavailable', status_msg: 'gone fishing' });
  await told;
  assert.equal((await two.getPresence(alice.id)).presence, 'unavailable');
});

test('account data, tags, ignored users and push rules come back by sync', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const client = await started(alice);
  await client.setAccountData('org.example.settings', { colour: 'green' });
  assert.equal(client.getAccountData('org.example.settings')?.getContent().colour, 'green');
  const tagged = until(client, RoomEvent.Tags, (event) => 'm.favourite' in event.getContent().tags);
  await client.setRoomTag(room, 'm.favourite', { order: 0.5 });
  await tagged;
  const ignored = until(client, ClientEvent.AccountData, (event) => event.getType() === 'm.ignored_user_list');
  await client.setIgnoredUsers([bob.id]);
  await ignored;
  assert.equal(client.isUserIgnored(bob.id), true);
  const muted = until(client, ClientEvent.AccountData, (event) => event.getType() === 'm.push_rules');
  await client.setRoomMutePushRule('global', room, true);
  await muted;
  assert.ok((await client.getPushRules()).global.room.some((rule) => rule.rule_id === room));
});

test('tokens for others: OpenID, and a further device by a login token', async () => {
  const alice = await register(server, 'alice');
  const client = sdkClient(alice);
  const openid = await client.getOpenIdToken();
  assert.equal(openid.matrix_server_name, 'parley.test');
  const asked = await client.requestLoginToken().catch((error) => error.data);
  const { login_token } = await client.requestLoginToken({ type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.id }, password, session: asked.session });
  const answer = await sdk.createClient({ baseUrl: server.url }).loginRequest({ type: 'm.login.token', token: login_token });
  assert.equal(answer.user_id, alice.id);
  const { devices } = await client.getDevices();
  assert.equal(devices.length, 2);
  const refusal = await client.deleteDevice(answer.device_id).catch((error) => error);
  assert.equal(refusal.httpStatus, 401);
  await client.deleteDevice(answer.device_id, { type: 'm.login.password', identifier: { type: 'm.id.user', user: alice.id }, password, session: refusal.data.session });
  assert.equal((await client.getDevices()).devices.length, 1);
});

test('relations, context, dates and reports of an event', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const said = await alice.send(room, 'hello');
  for (const key of ['👍', '🎉']) await bob.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: said, key } }, { type: 'm.reaction' });
  const client = await started(bob);
  const { events } = await client.relations(room, said, 'm.annotation', 'm.reaction');
  assert.equal(events.length, 2);
  const timeline = await client.getEventTimeline(client.getRoom(room).getUnfilteredTimelineSet(), said);
  assert.ok(timeline.getEvents().some((event) => event.getId() === said));
  assert.equal((await client.timestampToEvent(room, Date.now() + 60_000, 'b')).event_id, (await client.createMessagesRequest(room, null, 1, 'b')).chunk[0].event_id);
  await client.reportEvent(room, said, -100, 'rude');
  await client.reportRoom(room, 'rude');
  assert.deepEqual(await client._unstable_getSharedRooms(alice.id), [room]);
});

test('a room anybody may read is peeked into', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const client = await started(bob);
  const room = await alice.createRoom({ initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] });
  await alice.send(room, 'before');
  const peeked = await client.peekInRoom(room);
  assert.ok(peeked.timeline.some((event) => event.getContent().body === 'before'));
  /* It asks for what comes from then on, without a token, and says it peeks before it has been heard: what is said until then it misses. */
  let over = false;
  const heard = until(peeked, RoomEvent.Timeline, (event) => event.getContent().body.startsWith('while')).finally(() => (over = true));
  for (let i = 0; !over; i++) await alice.send(room, `while ${i}`);
  await heard;
  client.stopPeeking();
});

test('sliding sync brings a list of rooms and what happens in them', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const { SlidingSync, SlidingSyncEvent } = await import('matrix-js-sdk/lib/sliding-sync.js');
  const client = sdkClient(bob);
  clients.push(client);
  const lists = new Map([['all', { ranges: [[0, 20]], timeline_limit: 5, required_state: [['m.room.member', '$ME'], ['m.room.create', '']] }]]);
  const sliding = new SlidingSync(server.url, lists, { timeline_limit: 5 }, client, 5000);
  const first = until(sliding, SlidingSyncEvent.RoomData, (id) => id === room);
  const running = sliding.start();
  const [, data] = await first;
  assert.ok(data.required_state.some((event) => event.type === 'm.room.create'));
  const heard = until(sliding, SlidingSyncEvent.RoomData, (id, more) => more.timeline.some((event) => event.content.body === 'by sliding'));
  await alice.send(room, 'by sliding');
  await heard;
  sliding.stop();
  await running;
});
