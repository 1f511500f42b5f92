/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Invite permission".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const permit = (user, content) => user.put(`/v3/user/${enc(user.id)}/account_data/m.invite_permission_config`, content);
const invited = async (user) => Object.keys((await user.sync({ since: null })).rooms.invite);

test('who takes no invites gets none, by whichever operation', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await permit(alice, { default_action: 'block' });
  const room = await bob.createRoom({});
  await bob.refused(403, 'M_INVITE_BLOCKED', 'POST', `/v3/rooms/${enc(room)}/invite`, { user_id: alice.id });
  await bob.refused(403, 'M_INVITE_BLOCKED', 'PUT', `/v3/rooms/${enc(room)}/state/m.room.member/${enc(alice.id)}`, { membership: 'invite' });
  await bob.refused(403, 'M_INVITE_BLOCKED', 'POST', '/v3/createRoom', { invite: [alice.id] });
  assert.deepEqual(await invited(alice), []);
});

test('it says nothing about rooms one enters, and is taken back by leaving the member out', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const open = await bob.createRoom({ preset: 'public_chat' });
  await permit(alice, { default_action: 'block' });
  await alice.join(open);
  const room = await bob.createRoom({});
  await permit(alice, {});
  await bob.invite(room, alice);
  assert.deepEqual(await invited(alice), [room]);
});

test('what is no action, or none that is known, lets invites through', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  for (const content of [{ default_action: 'allow' }, { default_action: 7 }, { default_action: ['block'] }, { other: 'block' }]) {
    await permit(alice, content);
    await bob.createRoom({ invite: [alice.id] });
  }
  assert.equal((await invited(alice)).length, 4);
});

test('invites from before are not served by syncs while they are blocked, and are state for others all the same', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await bob.createRoom({ invite: [alice.id] });
  const friends = await roomOf(bob, alice);
  await permit(alice, { default_action: 'block' });
  assert.deepEqual(await invited(alice), []);
  const slid = await alice.request('POST', '/unstable/org.matrix.simplified_msc3575/sync', { body: { lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state: [] } } } });
  assert.deepEqual(Object.keys(slid.body.rooms), [friends]);
  assert.deepEqual((await alice.get('/v3/initialSync')).rooms.map((one) => one.room_id), [friends]);
  assert.equal((await bob.getState(room, 'm.room.member', alice.id)).membership, 'invite');
  await permit(alice, {});
  assert.deepEqual(await invited(alice), [room]);
});
