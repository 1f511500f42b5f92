/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Backups that are too much for one piece of work: given back page by page, while the one loop serves everybody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deactivate } from '../support/canaries.js';
import { backUp, place, session, VERSIONS } from '../support/key-backup.js';
import { useServer } from '../support/server.js';
import { register } from '../support/user.js';

const server = useServer({ set: { 'server.workers': '1' } });
const PARTS = 4;
const BIG = '!big:example.org';
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))[1]) / 1024;

/** Half of the keys are of one room, the rest of a hundred: 8,000, more than what sockets hold by far. */
function part(number) {
  const rooms = { [BIG]: { sessions: {} } };
  for (let i = 0; i < 2000; i++) {
    const room = i % 2 ? BIG : `!r${i % 200}:example.org`;
    rooms[room] ??= { sessions: {} };
    rooms[room].sessions[`${number}/${i}`] = session(`${number}.${i}.`.padEnd(1850, 'x'));
  }
  return rooms;
}

async function scene() {
  const user = await register(server, 'alice');
  const query = { version: await backUp(user) };
  const stored = {};
  for (let number = 0; number < PARTS; number++) {
    const rooms = part(number);
    await user.put(place(), { rooms }, query);
    for (const [id, { sessions }] of Object.entries(rooms)) Object.assign((stored[id] ??= { sessions: {} }).sessions, sessions);
  }
  return { user, query, stored };
}

const readSlowly = (user, query, ...ids) => user.slowRequest('GET', place(...ids), { query });
const brokenOff = (slow) => assert.rejects(slow.read(), /aborted|ECONNRESET/);

test('a large backup comes without its length, and is what was stored; a small one comes with it', async () => {
  const { user, query, stored } = await scene();
  const all = await user.request('GET', place(), { query });
  assert.equal(all.headers['transfer-encoding'], 'chunked');
  assert.equal(all.headers['content-length'], undefined);
  assert.match(all.headers['content-type'], /^application\/json\b/);
  assert.deepEqual(all.body, { rooms: stored });
  const big = await user.request('GET', place(BIG), { query });
  assert.equal(big.headers['transfer-encoding'], 'chunked');
  assert.deepEqual(big.body, stored[BIG]);
  const small = await user.request('GET', place('!r2:example.org'), { query });
  assert.equal(Number(small.headers['content-length']), small.bytes.length);
  assert.deepEqual(small.body, stored['!r2:example.org']);
  const head = await user.request('HEAD', place(), { query });
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
});

test('who takes it slowly keeps nobody waiting and costs a page; it is whole in the end', async () => {
  const { user, query, stored } = await scene();
  const before = memory();
  const slow = await Promise.all(Array.from({ length: 20 }, () => readSlowly(user, query)));
  // In each turn of the loop everybody is given a page at most: after so many, nobody's socket takes more.
  for (let turn = 0; turn < 50; turn++) assert.equal((await user.get('/v3/account/whoami')).user_id, user.id);
  const more = memory() - before;
  assert.ok(more < 80, `twenty unread answers of 16 MB each take ${Math.round(more)} MB`);
  await user.put(place(BIG, 'late'), session('written meanwhile'), query);
  const keys = Object.values(stored).reduce((sum, { sessions }) => sum + Object.keys(sessions).length, 0);
  for (const { body } of await Promise.all(slow.slice(0, 3).map((one) => one.read()))) {
    delete body.rooms[BIG].sessions.late;
    assert.equal(Object.values(body.rooms).reduce((sum, { sessions }) => sum + Object.keys(sessions).length, 0), keys);
    assert.deepEqual(body.rooms, stored);
  }
});

// Cut, not ended: what had come so far would look like all there is.
test('when the backup is deleted meanwhile, the answer breaks off', async () => {
  const { user, query } = await scene();
  const slow = [await readSlowly(user, query), await readSlowly(user, query, BIG)];
  await user.delete(`${VERSIONS}/${query.version}`);
  for (const one of slow) await brokenOff(one);
  await user.refused(404, 'M_NOT_FOUND', 'GET', place(), undefined, query);
});

test('when the device is signed out meanwhile, its answer breaks off, and another one of the account does not', async () => {
  const { user, query, stored } = await scene();
  const other = await user.signInAgain();
  const ended = await readSlowly(other, query);
  const kept = await readSlowly(user, query);
  await other.post('/v3/logout');
  await brokenOff(ended);
  assert.deepEqual((await kept.read()).body.rooms, stored);
});

test('when the account is erased meanwhile, the answer breaks off', async () => {
  const { user, query } = await scene();
  const slow = await readSlowly(user, query);
  await deactivate(user, true);
  await brokenOff(slow);
});
