/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, register, registerAll } from '../support/user.js';

const server = useServer();
const versions = Array.from({ length: 12 }, (_, i) => i + 1);
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const idForm = (version) => (version < 3 ? /^\$[A-Za-z0-9_-]{43}:parley\.test$/ : version === 3 ? /^\$[A-Za-z0-9+/]{43}$/ : /^\$[A-Za-z0-9_-]{43}$/);
const rule = (content) => [{ type: 'm.room.join_rules', state_key: '', content }];
const make = (user, version, options = {}) => user.createRoom({ room_version: String(version), ...options });

test('all twelve versions are offered, the newest by default', async () => {
  const alice = await register(server, 'alice');
  const offered = (await alice.get('/v3/capabilities')).capabilities['m.room_versions'];
  assert.equal(offered.default, '12');
  assert.deepEqual(Object.keys(offered.available).map(Number).sort((a, b) => a - b), versions);
});

for (const version of versions) {
  test(`version ${version}: messages, redactions, replies and reading by id`, async () => {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    const room = await make(alice, version, { preset: 'public_chat', name: 'Old' });
    await bob.join(room);
    const sent = [];
    for (let i = 0; i < 8; i++) sent.push(await alice.send(room, `m${i}`));
    for (const id of sent) assert.match(id, idForm(version));
    const { chunk } = await bob.messages(room, { limit: 8 });
    assert.deepEqual(chunk.map((event) => event.event_id).reverse(), sent);
    for (const id of sent) {
      assert.equal((await bob.event(room, id)).event_id, id);
      assert.equal((await bob.get(path(room, `context/${enc(id)}`), { limit: 0 })).event.event_id, id);
    }
    await bob.put(path(room, `send/m.reaction/r`), { 'm.relates_to': { rel_type: 'm.annotation', event_id: sent[2], key: '+' } });
    assert.equal((await alice.get(`/v1/rooms/${enc(room)}/relations/${enc(sent[2])}`)).chunk.length, 1);
    await bob.post(path(room, `receipt/m.read/${enc(sent[7])}`));
    const txn = 'same';
    assert.equal(await alice.send(room, 'once', { txn }), await alice.send(room, 'once', { txn }));
    await alice.redact(room, sent[3], 'typo');
    const gone = await bob.event(room, sent[3]);
    assert.deepEqual(gone.content, {});
    assert.equal(gone.unsigned.redacted_because.content.redacts, sent[3]);
    await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, `redact/${enc(sent[4])}/t`), {});
    await alice.refused(404, 'M_NOT_FOUND', 'GET', path(room, `event/${enc(version < 3 ? sent[0].split(':')[0] : `${sent[0]}:parley.test`)}`));
  });

  test(`version ${version}: knocking ${version < 7 ? 'is unknown' : 'works'}, restricted joining ${version < 8 ? 'is unknown' : 'works'}`, async () => {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    const door = await make(alice, version, { initial_state: rule({ join_rule: 'knock' }) });
    const knock = await bob.request('POST', `/v3/knock/${enc(door)}`, { body: {} });
    assert.equal(knock.status, version < 7 ? 403 : 200, knock.text);
    const club = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(club);
    const allow = [{ type: 'm.room_membership', room_id: club }];
    const inner = await make(alice, version, { initial_state: rule({ join_rule: 'restricted', allow }) });
    assert.equal((await bob.request('POST', path(inner, 'join'), { body: {} })).status, version < 8 ? 403 : 200);
    const both = await make(alice, version, { initial_state: rule({ join_rule: 'knock_restricted', allow }) });
    assert.equal((await bob.request('POST', path(both, 'join'), { body: {} })).status, version < 10 ? 403 : 200);
  });

  test(`version ${version}: power levels as text are ${version < 10 ? 'numbers' : 'refused'}`, async () => {
    const [alice, bob] = await registerAll(server, 'alice', 'bob');
    const room = await make(alice, version, { preset: 'public_chat' });
    await bob.join(room);
    const levels = await alice.getState(room, 'm.room.power_levels');
    const answer = await alice.request('PUT', path(room, 'state/m.room.power_levels/'), { body: { ...levels, users: { ...levels.users, [bob.id]: '50' } } });
    assert.equal(answer.status, version < 10 ? 200 : 400, answer.text);
    const name = await bob.request('PUT', path(room, 'state/m.room.name/'), { body: { name: 'by bob' } });
    assert.equal(name.status, version < 10 ? 200 : 403, name.text);
  });

  test(`version ${version} is replaced by version 12`, async () => {
    const alice = await register(server, 'alice');
    const room = await make(alice, version, { name: 'Old' });
    const { replacement_room: next } = await alice.post(path(room, 'upgrade'), { new_version: '12' });
    assert.equal((await alice.getState(next, 'm.room.name')).name, 'Old');
    assert.equal((await alice.getState(room, 'm.room.tombstone')).replacement_room, next);
  });
}

test('rooms of old versions are the same after a restart', async () => {
  const alice = await register(server, 'alice');
  const kept = [];
  for (const version of [1, 3, 9]) {
    const room = await make(alice, version, { name: `v${version}` });
    kept.push([room, await alice.send(room, 'kept'), (await alice.get(path(room, 'state'))).map((event) => event.event_id).sort()]);
  }
  await server.restart();
  for (const [room, id, state] of kept) {
    assert.equal((await alice.event(room, id)).content.body, 'kept');
    assert.deepEqual((await alice.get(path(room, 'state'))).map((event) => event.event_id).sort(), state);
    assert.match(await alice.send(room, 'again'), /^\$/);
  }
});
