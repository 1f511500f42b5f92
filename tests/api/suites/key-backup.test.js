/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Backups of the keys of encrypted rooms (spec "Server-side key backups").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALGORITHM, authData, backUp, place, session, VERSIONS } from '../support/key-backup.js';
import { useServer } from '../support/server.js';
import { refused, register, registerAll } from '../support/user.js';

const server = useServer();
const ROOM = '!room:example.org';
const OTHER = '!other:example.org';

async function scene() {
  const user = await register(server, 'alice');
  const version = await backUp(user);
  return { user, version, query: { version } };
}

test('a backup is made, told of and changed', async () => {
  const { user, version } = await scene();
  const backup = await user.get(VERSIONS);
  assert.deepEqual(backup, { algorithm: ALGORITHM, auth_data: authData(), count: 0, etag: backup.etag, version });
  assert.deepEqual(await user.get(`${VERSIONS}/${version}`), backup);
  const signatures = { '@a:b': { 'ed25519:Y': 'bmV3' } };
  assert.deepEqual(await user.put(`${VERSIONS}/${version}`, { algorithm: ALGORITHM, auth_data: authData({ signatures }), version }), {});
  assert.deepEqual((await user.get(VERSIONS)).auth_data.signatures, signatures);
});

test('of a backup only auth_data can be changed', async () => {
  const { user, version } = await scene();
  const path = `${VERSIONS}/${version}`;
  await user.refused(400, 'M_INVALID_PARAM', 'PUT', path, { algorithm: 'org.test.other', auth_data: {} });
  await user.refused(400, 'M_INVALID_PARAM', 'PUT', path, { algorithm: ALGORITHM, auth_data: authData(), version: '77' });
  await user.refused(404, 'M_NOT_FOUND', 'PUT', `${VERSIONS}/77`, { algorithm: ALGORITHM, auth_data: authData() });
});

test('what is not there is not found', async () => {
  const user = await register(server, 'alice');
  await user.refused(404, 'M_NOT_FOUND', 'GET', VERSIONS);
  for (const name of ['1', '0', '-1', 'x', '99999999999999999999']) {
    await user.refused(404, 'M_NOT_FOUND', 'GET', `${VERSIONS}/${name}`);
    await user.refused(404, 'M_NOT_FOUND', 'DELETE', `${VERSIONS}/${name}`);
    await user.refused(404, 'M_NOT_FOUND', 'GET', place(), undefined, { version: name });
    await user.refused(404, 'M_NOT_FOUND', 'DELETE', place(), undefined, { version: name });
    await user.refused(404, 'M_NOT_FOUND', 'PUT', place(), { rooms: {} }, { version: name });
  }
});

test('the newest version is the current one; a deleted one is gone, and its number is not used again', async () => {
  const { user, version: first } = await scene();
  const second = await backUp(user, authData({ public_key: 'c2Vjb25k' }));
  assert.notEqual(second, first);
  assert.equal((await user.get(VERSIONS)).version, second);
  assert.equal((await user.get(`${VERSIONS}/${first}`)).version, first);
  assert.deepEqual(await user.delete(`${VERSIONS}/${second}`), {});
  assert.deepEqual(await user.delete(`${VERSIONS}/${second}`), {}, 'again');
  await user.refused(404, 'M_NOT_FOUND', 'GET', `${VERSIONS}/${second}`);
  assert.equal((await user.get(VERSIONS)).version, first);
  const third = await backUp(user);
  assert.ok(![first, second].includes(third));
  assert.deepEqual(await user.delete(`${VERSIONS}/${second}`), {}, 'and later still');
});

test('keys are stored by room and session, and given back all, by room, or one', async () => {
  const { user, query } = await scene();
  const stored = await user.put(place(), { rooms: { [ROOM]: { sessions: { a: session('1'), b: session('2') } }, [OTHER]: { sessions: { 'c/+': session('3') } } } }, query);
  assert.equal(stored.count, 3);
  await user.put(place(ROOM), { sessions: { d: session('4') } }, query);
  const last = await user.put(place(OTHER, 'e'), session('5'), query);
  assert.equal(last.count, 5);
  assert.notEqual(last.etag, stored.etag);
  assert.deepEqual(await user.get(place(), query), {
    rooms: {
      [ROOM]: { sessions: { a: session('1'), b: session('2'), d: session('4') } },
      [OTHER]: { sessions: { 'c/+': session('3'), e: session('5') } },
    },
  });
  assert.deepEqual(await user.get(place(OTHER), query), { sessions: { 'c/+': session('3'), e: session('5') } });
  assert.deepEqual(await user.get(place(OTHER, 'c/+'), query), session('3'));
  assert.deepEqual(await user.get(place('!none:example.org'), query), { sessions: {} });
  await user.refused(404, 'M_NOT_FOUND', 'GET', place(OTHER, 'a'), undefined, query);
  const { count, etag } = await user.get(VERSIONS);
  assert.deepEqual({ count, etag }, { count: last.count, etag: last.etag });
});

// Spec "Server-side key backups", "Storing keys": which of two keys of a session is kept.
const rules = [
  ['a verified key replaces one that is not', {}, { is_verified: true, first_message_index: 9, forwarded_count: 9 }, true],
  ['one that is not verified does not replace a verified one', { is_verified: true }, { first_message_index: 0 }, false],
  ['an earlier first index replaces', {}, { first_message_index: 4, forwarded_count: 9 }, true],
  ['a later first index does not', {}, { first_message_index: 6, forwarded_count: 0 }, false],
  ['with the same index the one forwarded less often replaces', { forwarded_count: 3 }, { forwarded_count: 2 }, true],
  ['the one forwarded more often does not', { forwarded_count: 3 }, { forwarded_count: 4 }, false],
  ['an equal one does not', {}, {}, false],
];
for (const [name, before, after, replaces] of rules)
  test(name, async () => {
    const { user, query } = await scene();
    const old = await user.put(place(ROOM, 's'), session('old', before), query);
    const now = await user.put(place(ROOM, 's'), session('new', after), query);
    assert.equal((await user.get(place(ROOM, 's'), query)).session_data.ciphertext, replaces ? 'new' : 'old');
    assert.equal(now.count, 1);
    assert.equal(now.etag !== old.etag, replaces, 'the etag tells of a change, and of nothing else');
  });

test('keys are removed: one, those of a room, all', async () => {
  const { user, query } = await scene();
  const sessions = { a: session('1'), b: session('2') };
  const { etag } = await user.put(place(), { rooms: { [ROOM]: { sessions }, [OTHER]: { sessions } } }, query);
  const one = await user.request('DELETE', place(ROOM, 'a'), { query });
  assert.equal(one.body.count, 3);
  assert.notEqual(one.body.etag, etag);
  assert.equal((await user.request('DELETE', place(ROOM, 'a'), { query })).body.etag, one.body.etag, 'nothing changed');
  assert.deepEqual((await user.get(place(), query)).rooms, { [ROOM]: { sessions: { b: session('2') } }, [OTHER]: { sessions } });
  assert.equal((await user.request('DELETE', place(OTHER), { query })).body.count, 1);
  assert.equal((await user.request('DELETE', place(), { query })).body.count, 0);
  assert.deepEqual(await user.get(place(), query), { rooms: {} });
});

test('keys are added to the current version only, and who means another learns which it is', async () => {
  const { user, version: old } = await scene();
  await user.put(place(ROOM, 's'), session('kept'), { version: old });
  const current = await backUp(user);
  for (const [path, body] of [[place(), { rooms: {} }], [place(ROOM), { sessions: {} }], [place(ROOM, 's'), session('x')]]) {
    const answer = await user.refused(403, 'M_WRONG_ROOM_KEYS_VERSION', 'PUT', path, body, { version: old });
    assert.equal(answer.current_version, current);
  }
  assert.deepEqual(await user.get(place(ROOM, 's'), { version: old }), session('kept'), 'reading an older one is open');
  await user.delete(`${VERSIONS}/${old}`);
  await user.refused(404, 'M_NOT_FOUND', 'GET', place(ROOM, 's'), undefined, { version: old });
});

test('a new version does not have the keys of a deleted one', async () => {
  const { user, version } = await scene();
  await user.put(place(ROOM, 's'), session('gone'), { version });
  await user.delete(`${VERSIONS}/${version}`);
  const next = await backUp(user);
  assert.deepEqual(await user.get(place(), { version: next }), { rooms: {} });
  assert.equal((await user.get(VERSIONS)).count, 0);
});

test('nobody sees the backup of another', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const version = await backUp(alice);
  await alice.put(place(ROOM, 's'), session('mine'), { version });
  assert.equal(await backUp(bob), version);
  assert.deepEqual(await bob.get(place(), { version }), { rooms: {} });
  await bob.request('DELETE', place(), { query: { version } });
  assert.deepEqual(await alice.get(place(ROOM, 's'), { version }), session('mine'));
});

test('a backup survives a restart, and a device that signs in anew has it', async () => {
  const { user, query } = await scene();
  await user.put(place(ROOM, 's'), session('kept'), query);
  const before = await user.get(VERSIONS);
  await server.restart();
  const other = await user.signInAgain();
  assert.deepEqual(await other.get(VERSIONS), before);
  assert.deepEqual(await other.get(place(ROOM, 's'), query), session('kept'));
});

test('a backup, and a key, have a form', async () => {
  const { user, query } = await scene();
  for (const body of [{}, { algorithm: ALGORITHM }, { algorithm: ALGORITHM, auth_data: 'x' }, { algorithm: ALGORITHM, auth_data: {} }, { algorithm: ALGORITHM, auth_data: authData({ signatures: { '@a:b': 1 } }) }])
    await user.refused(400, 'M_BAD_JSON', 'POST', VERSIONS, body);
  await user.refused(400, 'M_INVALID_PARAM', 'POST', VERSIONS, { algorithm: 'x'.repeat(256), auth_data: {} });
  for (const left of ['first_message_index', 'forwarded_count', 'is_verified', 'session_data']) {
    const { [left]: gone, ...rest } = session('x');
    await user.refused(400, 'M_BAD_JSON', 'PUT', place(ROOM, 's'), rest, query);
  }
  for (const wrong of [{ first_message_index: '1' }, { is_verified: 1 }, { session_data: 'x' }])
    await user.refused(400, 'M_BAD_JSON', 'PUT', place(ROOM, 's'), session('x', wrong), query);
  await user.refused(400, 'M_INVALID_PARAM', 'PUT', place(ROOM, 's'), session('x', { first_message_index: -1 }), query);
  await user.refused(400, 'M_BAD_JSON', 'PUT', place(), { rooms: { [ROOM]: { s: session('x') } } }, query);
  for (const method of ['GET', 'DELETE']) await user.refused(400, 'M_MISSING_PARAM', method, place());
  await user.refused(400, 'M_MISSING_PARAM', 'PUT', place(), { rooms: {} });
  assert.equal((await user.get(VERSIONS)).count, 0);
});

test('keys, requests and versions have their limits, and a refused request stores nothing', async () => {
  const { user, query } = await scene();
  const many = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`s${i}`, session(`${i}`)]));
  await user.refused(413, 'M_TOO_LARGE', 'PUT', place(ROOM), { sessions: many }, query);
  await user.refused(413, 'M_TOO_LARGE', 'PUT', place(ROOM, 's'), session('x'.repeat(16_384)), query);
  assert.equal((await user.get(VERSIONS)).count, 0);
  for (let i = 1; i < 20; i++) await backUp(user);
  await user.refused(400, 'M_TOO_LARGE', 'POST', VERSIONS, { algorithm: ALGORITHM, auth_data: authData() });
  await user.delete(`${VERSIONS}/${query.version}`);
  await backUp(user);
});

test('ten thousand keys are stored and given back, and their version deleted', async () => {
  const { user, query } = await scene();
  for (let part = 0; part < 10; part++) {
    const rooms = {};
    for (let r = 0; r < 20; r++) {
      const sessions = Object.fromEntries(Array.from({ length: 50 }, (_, s) => [`${part}.${s}`, session('x'.repeat(600))]));
      rooms[`!r${r}:example.org`] = { sessions };
    }
    assert.equal((await user.put(place(), { rooms }, query)).count, (part + 1) * 1000);
  }
  const { rooms } = await user.get(place(), query);
  assert.equal(Object.keys(rooms).length, 20);
  for (const room of Object.values(rooms)) assert.equal(Object.keys(room.sessions).length, 500);
  assert.equal(Object.keys((await user.get(place('!r7:example.org'), query)).sessions).length, 500);
  await user.delete(`${VERSIONS}/${query.version}`);
  await user.refused(404, 'M_NOT_FOUND', 'GET', place(), undefined, query);
});

test('one must be signed in', async () => {
  refused(await server.request('GET', `/_matrix/client${VERSIONS}`), 401, 'M_MISSING_TOKEN');
});
