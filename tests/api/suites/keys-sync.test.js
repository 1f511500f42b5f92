/* SPDX-License-Identifier: AGPL-3.0-or-later */
// device_lists of /sync and GET /keys/changes: whose devices must be looked at again, and whose no longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encryptedRoom, publish } from '../support/keys.js';
import { useServer } from '../support/server.js';
import { registerAll, roomOf } from '../support/user.js';

const server = useServer();

const nobody = { changed: [], left: [] };
const sorted = ({ changed, left }) => ({ changed: [...changed].sort(), left: [...left].sort() });
const lists = (answer) => sorted(answer.device_lists ?? nobody);
const ids = (...users) => users.map((user) => user.id).sort();

/** What the next sync of the user says, all of what happened until now taken together. */
const told = async (user) => lists(await user.sync());
const changes = async (user, from) => sorted(await user.get('/v3/keys/changes', { from, to: (await user.sync({ since: null })).next_batch }));

async function settled(...users) {
  for (const user of users) await user.sync();
}

test('who shares a room is told of new keys, and nobody else; once', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  await roomOf(alice, bob);
  await settled(alice, bob, carol);
  await publish(alice);
  assert.deepEqual(await told(bob), { changed: ids(alice), left: [] });
  assert.deepEqual(await told(alice), { changed: ids(alice), left: [] }, 'oneself, too: other devices ask');
  assert.deepEqual(await told(carol), nobody);
  assert.deepEqual(await told(bob), nobody);
});

test('the same keys again are no news', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const { object } = await publish(alice);
  await settled(bob);
  await alice.post('/v3/keys/upload', { device_keys: object });
  assert.deepEqual(await told(bob), nobody);
});

test('who waits is woken by new keys, in a room with and without encryption', async () => {
  for (const make of [roomOf, encryptedRoom]) {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    await make(alice, bob);
    await settled(bob);
    const waiting = bob.sync({ timeout: 20_000 });
    const start = Date.now();
    await publish(alice);
    assert.deepEqual(lists(await waiting), { changed: ids(alice), left: [] });
    assert.ok(Date.now() - start < 10_000);
  }
});

test('nothing is missed over a restart, and nothing told twice', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  await settled(bob);
  await publish(alice);
  await server.kill();
  await server.relaunch();
  assert.deepEqual(await told(bob), { changed: ids(alice), left: [] });
  await server.restart();
  assert.deepEqual(await told(bob), nobody);
});

test('signing a device out is told, if it had keys', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await roomOf(alice, bob);
  const [phone, bare] = [await alice.signInAgain(), await alice.signInAgain()];
  await publish(phone);
  await settled(bob);
  await bare.post('/v3/logout');
  assert.deepEqual(await told(bob), nobody);
  await phone.post('/v3/logout');
  assert.deepEqual(await told(bob), { changed: ids(alice), left: [] });
});

test('joining an encrypted room begins sharing on both sides, joining another does not', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const [plain, secret] = [await roomOf(alice, carol), await encryptedRoom(alice, carol)];
  for (const room of [plain, secret]) await alice.invite(room, bob);
  await settled(alice, bob, carol);
  await bob.join(plain);
  for (const user of [alice, bob, carol]) assert.deepEqual(await told(user), nobody);
  await bob.join(secret);
  assert.deepEqual(await told(bob), { changed: ids(alice, carol), left: [] });
  assert.deepEqual(await told(alice), { changed: ids(bob), left: [] });
  assert.deepEqual(await told(carol), { changed: ids(bob), left: [] });
});

test('a name that changes is no new member', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await encryptedRoom(alice, bob);
  await settled(alice, bob);
  await bob.put(`/v3/profile/${encodeURIComponent(bob.id)}/displayname`, { displayname: 'Robert' });
  assert.deepEqual(await told(alice), nobody);
  assert.deepEqual(await told(bob), nobody);
});

test('a room that becomes encrypted is shared from then on', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await settled(alice, bob);
  await alice.setState(room, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
  assert.deepEqual(await told(bob), { changed: ids(alice), left: [] });
  assert.deepEqual(await told(alice), { changed: ids(bob), left: [] });
});

test('leaving the last encrypted room ends sharing on both sides, leaving another does not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await encryptedRoom(alice, bob), await encryptedRoom(alice, bob)];
  await roomOf(alice, bob);
  await settled(alice, bob);
  await bob.leave(one);
  for (const user of [alice, bob]) assert.deepEqual(await told(user), nobody);
  await bob.leave(two);
  assert.deepEqual(await told(alice), { changed: [], left: ids(bob) });
  assert.deepEqual(await told(bob), { changed: [], left: ids(alice) });
});

test('who was put out of the room is told of those who were in it, not of those who came after', async () => {
  const [alice, bob, carol, dave] = await registerAll(server, 'alice', 'bob', 'carol', 'dave');
  const room = await encryptedRoom(alice, bob, carol);
  await settled(bob);
  await alice.post(`/v3/rooms/${encodeURIComponent(room)}/kick`, { user_id: bob.id });
  await carol.leave(room);
  await alice.invite(room, dave);
  await dave.join(room);
  assert.deepEqual(await told(bob), { changed: [], left: ids(alice, carol) });
});

test('who leaves, changes keys and comes back is looked at again', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  await settled(alice);
  await bob.leave(room);
  assert.deepEqual(await told(alice), { changed: [], left: ids(bob) });
  await publish(bob);
  assert.deepEqual(await told(alice), nobody, 'they share nothing');
  await alice.invite(room, bob);
  await bob.join(room);
  assert.deepEqual(await told(alice), { changed: ids(bob), left: [] });
});

test('who goes and comes while nobody asks is told of only if keys changed', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice, bob);
  const round = async () => {
    await bob.leave(room);
    await alice.invite(room, bob);
    await bob.join(room);
  };
  await settled(alice);
  await round();
  assert.deepEqual(await told(alice), nobody);
  await round();
  await publish(bob);
  assert.deepEqual(await told(alice), { changed: ids(bob), left: [] });
});

test('the first sync says nothing, GET /keys/changes says the same as later ones', async () => {
  const [alice, bob, carol, dave] = await registerAll(server, 'alice', 'bob', 'carol', 'dave');
  const room = await encryptedRoom(alice, bob, dave);
  const first = await alice.sync();
  assert.equal(first.device_lists, undefined);
  const from = first.next_batch;
  await publish(bob);
  await publish(carol);
  await dave.leave(room);
  assert.deepEqual(await changes(alice, from), { changed: ids(bob), left: ids(dave) });
  await alice.invite(room, carol);
  await carol.join(room);
  assert.deepEqual(await changes(alice, from), { changed: ids(bob, carol), left: ids(dave) });
  await server.restart();
  assert.deepEqual(await changes(alice, from), { changed: ids(bob, carol), left: ids(dave) });
  await alice.refused(400, 'M_INVALID_PARAM', 'GET', '/v3/keys/changes', undefined, { from: 'x', to: from });
  await alice.refused(400, 'M_MISSING_PARAM', 'GET', '/v3/keys/changes', undefined, { from });
});

test('more happened in a room than is looked through event by event', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await encryptedRoom(alice, bob);
  await settled(alice);
  await alice.invite(room, carol);
  await carol.join(room);
  await bob.leave(room);
  for (let i = 0; i < 80; i++) await alice.send(room, `${i}`);
  assert.deepEqual(await told(alice), { changed: ids(carol), left: ids(bob) });
});

test('a filter that shows nothing of rooms hides nothing of device lists', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await encryptedRoom(alice);
  const filter = JSON.stringify({ room: { not_rooms: [room] } });
  await alice.sync({ filter });
  await alice.invite(room, bob);
  await bob.join(room);
  const answer = await alice.sync({ filter, timeout: 5000 });
  assert.deepEqual(lists(answer), { changed: ids(bob), left: [] });
});

test('a closed account has no keys and is shared with no more', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await encryptedRoom(alice, bob);
  await publish(bob);
  await settled(alice);
  await bob.post('/v3/account/deactivate', { auth: { type: 'm.login.password', identifier: { type: 'm.id.user', user: bob.localpart }, password: 'correct horse 7 battery' } });
  assert.deepEqual(await told(alice), { changed: [], left: ids(bob) });
  const { device_keys: found } = await alice.post('/v3/keys/query', { device_keys: { [bob.id]: [] } });
  assert.deepEqual(Object.keys(found[bob.id] ?? {}), []);
});
