/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll } from '../support/user.js';

const server = useServer();
const via = ['parley.test'];
const path = (room) => `/v1/rooms/${enc(room)}/hierarchy`;
const space = (user, options = {}) => user.createRoom({ creation_content: { type: 'm.space' }, ...options });
const put = (user, parent, child, content = {}) => user.setState(parent, 'm.space.child', { via, ...content }, child);
const ids = (answer) => answer.rooms.map((room) => room.room_id);

test('the tree comes depth first, each room once, in the order of its children', async () => {
  const alice = await register(server, 'alice');
  const [root, first, second] = [await space(alice, { name: 'Root' }), await space(alice), await space(alice)];
  const [a, b, c] = [await alice.createRoom({}), await alice.createRoom({}), await alice.createRoom({})];
  await put(alice, root, second);
  await put(alice, root, first, { order: '~' });
  await put(alice, first, a);
  await put(alice, first, root);
  await put(alice, second, b);
  await put(alice, second, a);
  await put(alice, root, c, { order: ' ' });
  const answer = await alice.get(path(root));
  assert.deepEqual(ids(answer), [root, c, first, a, second, b]);
  assert.ok(!('next_batch' in answer));
  const [top] = answer.rooms;
  assert.equal(top.name, 'Root');
  assert.equal(top.room_type, 'm.space');
  assert.deepEqual(top.children_state.map((event) => event.state_key), [c, first, second]);
  for (const event of top.children_state) {
    assert.deepEqual(Object.keys(event).sort(), ['content', 'origin_server_ts', 'sender', 'state_key', 'type']);
    assert.equal(event.sender, alice.id);
  }
  assert.deepEqual(answer.rooms[1].children_state, []);
});

test('an order that is too long or has other characters counts as none', async () => {
  const alice = await register(server, 'alice');
  const root = await space(alice);
  const [a, b, c] = [await alice.createRoom({}), await alice.createRoom({}), await alice.createRoom({})];
  await put(alice, root, a, { order: 'x'.repeat(51) });
  await put(alice, root, b, { order: 'é' });
  await put(alice, root, c, { order: 'x'.repeat(50) });
  const [top, first, ...others] = ids(await alice.get(path(root)));
  assert.deepEqual([top, first], [root, c]);
  assert.deepEqual(others.sort(), [a, b].sort(), 'by time, which may be the same');
});

test('who has no via is no child, and rooms that are no space have none', async () => {
  const alice = await register(server, 'alice');
  const root = await space(alice);
  const [gone, plain, below] = [await alice.createRoom({}), await alice.createRoom({}), await alice.createRoom({})];
  await alice.setState(root, 'm.space.child', {}, gone);
  await put(alice, root, plain);
  await put(alice, plain, below);
  const answer = await alice.get(path(root));
  assert.deepEqual(ids(answer), [root, plain]);
  assert.equal(answer.rooms[0].children_state.length, 1);
  assert.deepEqual(answer.rooms[1].children_state, []);
});

test('suggested_only follows suggestions only', async () => {
  const alice = await register(server, 'alice');
  const root = await space(alice);
  const [yes, no] = [await alice.createRoom({}), await alice.createRoom({})];
  await put(alice, root, no, { suggested: false });
  await put(alice, root, yes, { suggested: true });
  const answer = await alice.get(path(root), { suggested_only: true });
  assert.deepEqual(ids(answer), [root, yes]);
  assert.deepEqual(answer.rooms[0].children_state.map((event) => event.state_key), [yes]);
});

test('max_depth ends the way down', async () => {
  const alice = await register(server, 'alice');
  const chain = [await space(alice), await space(alice), await space(alice)];
  await put(alice, chain[0], chain[1]);
  await put(alice, chain[1], chain[2]);
  for (const depth of [0, 1, 2]) assert.deepEqual(ids(await alice.get(path(chain[0]), { max_depth: depth })), chain.slice(0, depth + 1));
  const flat = await alice.get(path(chain[0]), { max_depth: 0 });
  assert.equal(flat.rooms[0].children_state.length, 1);
});

test('pages follow each other; what is asked for cannot change on the way', async () => {
  const alice = await register(server, 'alice');
  const root = await space(alice);
  const all = [root];
  for (let i = 0; i < 4; i++) {
    const child = await alice.createRoom({});
    await put(alice, root, child, { order: `o${i}` });
    all.push(child);
  }
  const seen = [];
  let from;
  do {
    const page = await alice.get(path(root), { limit: 2, max_depth: 3, from });
    assert.ok(page.rooms.length <= 2);
    seen.push(...ids(page));
    from = page.next_batch ?? from;
    if (!page.next_batch) break;
  } while (seen.length < 20);
  assert.deepEqual(seen, all);
  for (const query of [{ from, max_depth: 2 }, { from, max_depth: 3, suggested_only: true }, { from: 'rubbish' }, { from: 'h2' }, { from: 'h-1.3.0.x' }]) {
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', path(root), undefined, query);
  }
  await alice.refused(400, 'M_INVALID_PARAM', 'GET', path(all[1]), undefined, { from, max_depth: 3 });
});

test('limits are checked', async () => {
  const alice = await register(server, 'alice');
  const root = await space(alice);
  for (const query of [{ limit: 0 }, { limit: -1 }, { limit: 'x' }, { max_depth: -1 }, { suggested_only: 'perhaps' }]) {
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', path(root), undefined, query);
  }
  await alice.get(path(root), { limit: 100000, max_depth: 100000 });
});

test('only rooms that show themselves to the asker are listed', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const root = await space(alice, { preset: 'public_chat' });
  const rule = (content) => ({ initial_state: [{ type: 'm.room.join_rules', state_key: '', content }] });
  const rooms = {
    secret: [{}, false],
    invited: [{ invite: [bob.id] }, true],
    open: [{ preset: 'public_chat' }, true],
    knock: [rule({ join_rule: 'knock' }), true],
    knockRestricted: [rule({ join_rule: 'knock_restricted', allow: [] }), true],
    restricted: [rule({ join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: root }] }), true],
    restrictedElsewhere: [rule({ join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: '!other:parley.test' }] }), false],
    readable: [{ initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } }] }, true],
  };
  const expected = [root];
  let order = 0;
  for (const [options, shows] of Object.values(rooms)) {
    const child = await alice.createRoom(options);
    await put(alice, root, child, { order: `${order++}` });
    if (shows) expected.push(child);
  }
  await bob.join(root);
  const answer = await bob.get(path(root));
  assert.deepEqual(ids(answer), expected);
  const restricted = answer.rooms.find((room) => room.join_rule === 'restricted');
  assert.deepEqual(restricted.allowed_room_ids, [root]);
  assert.equal(answer.rooms[0].room_version, '12');
});

test('a space that does not show itself is refused like one that does not exist', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const root = await space(alice);
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(root));
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path('!nowhere:parley.test'));
  const open = await space(alice, { preset: 'public_chat' });
  await alice.post(`/v3/rooms/${enc(open)}/ban`, { user_id: bob.id });
  await bob.refused(403, 'M_FORBIDDEN', 'GET', path(open));
});
