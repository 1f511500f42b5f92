/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What is on record of a person, and the public log that shows it was never changed (obligations 4.8, 5.1).
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attack, checkpoint, keep, logged, logKey, ownRecord, verifyLog } from '../support/log.js';
import { binary, Server, useServer } from '../support/server.js';
import { refused, register } from '../support/user.js';

const server = useServer();

const command = (on, ...words) => execFileSync(binary, ['admin', 'user', ...words, '--data', join(on.folder, 'data')]);

async function useAndStop(t) {
  const own = await new Server().start();
  t.after(() => own.destroy());
  for (let i = 0; i < 3; i++) await register(own, 'user');
  await logged(own, 3);
  return own;
}

async function eventually(what, look) {
  for (const deadline = Date.now() + 15_000; ; ) {
    if (look()) return;
    assert.ok(Date.now() < deadline, `${what} within 15 s`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

const logOf = (on) => readFileSync(on.logFile, 'utf8');
const isRefused = (on) => logOf(on).includes('the public log is not continued');

test('5.1 a person sees who used which of their data, when, for what and why', async () => {
  const ada = await register(server, 'ada');
  command(server, 'lock', ada.localpart);
  command(server, 'lock', ada.localpart, '--undo');
  const entries = (await ownRecord(ada)).map(({ entry, index, ts }) => ({ ...JSON.parse(entry), index, ts }));
  assert.ok(entries.every((entry) => entry.at === entry.ts));
  const byOperator = entries.filter((entry) => entry.actor === 'command' && entry.kind === 'command');
  assert.equal(byOperator.length, 2, JSON.stringify(entries));
  for (const entry of byOperator) {
    assert.equal(entry.purpose, 'operations');
    assert.ok(entry.basis && Math.abs(entry.at - Date.now()) < 60_000);
  }
  const agreed = entries.find((entry) => entry.kind === 'consent');
  assert.equal(agreed.purpose, 'service');
  assert.equal(agreed.actor, 'user');
});

test('5.1 the record is one’s own alone, and asks for a sign-in', async () => {
  refused(await server.request('GET', '/_parley/v1/audit'), 401, 'M_MISSING_TOKEN');
  const [ada, bob] = [await register(server, 'ada'), await register(server, 'bob')];
  const indexes = new Set((await ownRecord(ada)).map((entry) => entry.index));
  const theirs = await ownRecord(bob);
  assert.ok(theirs.length > 0 && theirs.every((entry) => !indexes.has(entry.index)));
  await ada.refused(400, 'M_INVALID_PARAM', 'GET', '/_parley/v1/audit?from=-1');
  await ada.refused(400, 'M_INVALID_PARAM', 'GET', '/_parley/v1/audit?limit=100000');
});

test('5.1 a long record comes in pages, all of it and in order', async () => {
  const ada = await register(server, 'ada');
  for (let i = 0; i < 3; i++) command(server, 'lock', ada.localpart, ...(i % 2 ? ['--undo'] : []));
  command(server, 'lock', ada.localpart, '--undo');
  const all = await ownRecord(ada);
  const paged = [];
  for (let next = '/_parley/v1/audit?limit=2'; next; ) {
    const page = await ada.get(next);
    assert.ok(page.entries.length <= 2);
    paged.push(...page.entries);
    next = page.next;
  }
  assert.deepEqual(paged, all);
});

test('4.8, 5.1 one’s own entries are in the log, found by a verifier that shares no code with the server', async () => {
  const ada = await register(server, 'ada');
  command(server, 'lock', ada.localpart);
  command(server, 'lock', ada.localpart, '--undo');
  const entries = await ownRecord(ada);
  const own = keep(server, 'own.json', JSON.stringify({ entries }));
  const key = await logKey(server);
  const { code, said } = await verifyLog(server, key, '--own', own);
  assert.equal(code, 0, said);
  assert.match(said, new RegExp(`your entries: ${entries.length}, each committed to`));

  const softened = entries.map((one, i) => (i === entries.length - 1 ? { ...one, entry: one.entry.replace('command', 'service') } : one));
  const wrong = await verifyLog(server, key, '--own', keep(server, 'softened.json', JSON.stringify({ entries: softened })));
  assert.equal(wrong.code, 1, wrong.said);
  assert.match(wrong.said, /is not what the log committed to/);
});

test('4.8 a later log begins with the earlier one, across a stop and a kill', async () => {
  const key = await logKey(server);
  const seen = keep(server, 'seen', (await logged(server, 1)).note);
  const sizes = [(await checkpoint(server)).size];
  for (const how of ['stop', 'kill', 'stop', 'kill']) {
    await register(server, 'user');
    const before = await checkpoint(server);
    await server[how]();
    await server.relaunch();
    const after = await checkpoint(server);
    assert.ok(after.size >= before.size, `${before.size} entries were signed, after a ${how} ${after.size}`);
    if (after.size === before.size) assert.equal(after.root, before.root);
    sizes.push(after.size);
    const { code, said } = await verifyLog(server, key, '--since', seen, '--save', seen);
    assert.equal(code, 0, said);
  }
  assert.ok(sizes.at(-1) >= sizes[0] + 4, 'what a killed server had not signed is signed at the next start');
});

test('4.8 the parts of the log are laid out as C2SP tlog-tiles says, and those that never change may be kept for good', async () => {
  const { size, headers } = await logged(server, 3);
  assert.equal(headers['cache-control'], 'no-cache');
  assert.match(headers['content-type'], /^text\/plain/);
  const at = (path) => server.request('GET', `/_parley/log/${path}`, { binary: true });
  const width = Math.min(size, 255);
  const tile = await fetch(`${server.url}/_parley/log/tile/0/000.p/${width}`);
  assert.equal(tile.status, 200);
  assert.equal(tile.headers.get('content-type'), 'application/octet-stream');
  assert.match(tile.headers.get('cache-control'), /immutable/);
  assert.equal(tile.headers.get('access-control-allow-origin'), '*');
  const hashes = Buffer.from(await tile.arrayBuffer());
  assert.equal(hashes.length, width * 32);
  const bundle = Buffer.from(await (await fetch(`${server.url}/_parley/log/tile/entries/000.p/${width}`)).arrayBuffer());
  for (let i = 0; i < width; i++) {
    assert.equal(bundle.readUInt16BE(34 * i), 32);
    const leaf = createHash('sha256').update(Buffer.of(0)).update(bundle.subarray(34 * i + 2, 34 * i + 34)).digest();
    assert.ok(leaf.equals(hashes.subarray(32 * i, 32 * i + 32)), `entry ${i} has its leaf`);
  }
  for (const path of ['tile/0/000.p/256', 'tile/0/000.p/0', 'tile/0/0', 'tile/0/x000/000', 'tile/0/999', 'tile/64/000', 'tile/entries/999.p/9', 'tile/0/%30%30%30.p/1']) {
    assert.equal((await at(path)).status, 404, path);
  }
});

test('4.8 what is public of an entry says nothing: it is keyed, and the key is its subject’s', async () => {
  const ada = await register(server, 'ada');
  const [one] = await ownRecord(ada);
  const bundle = Buffer.from(await (await fetch(`${server.url}/_parley/log/tile/entries/000.p/${one.index + 1}`)).arrayBuffer());
  const commitment = bundle.subarray(34 * one.index + 2);
  const nonce = Buffer.from(one.nonce, 'base64');
  assert.equal(nonce.length, 32);
  assert.ok(createHmac('sha256', nonce).update(one.entry).digest().equals(commitment));
  assert.ok(!createHash('sha256').update(one.entry).digest().equals(commitment));
});

const attacks = [
  ['lost its end', 'DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)'],
  ['lost an entry in the middle', 'DELETE FROM audit WHERE seq = 1'],
  ['had an entry rewritten', 'UPDATE audit SET leaf = randomblob(32), sealed = NULL WHERE seq = 1'],
  ['was emptied', 'DELETE FROM audit'],
];
for (const [what, sql] of attacks) {
  test(`4.8 an audit that ${what} while the server stood still is noticed at its start, and not signed on`, async (t) => {
    const own = await useAndStop(t);
    await own.stop();
    attack(own, sql);
    await own.relaunch();
    await eventually('the operator is told', () => isRefused(own));
    const before = await checkpoint(own);
    await register(own, 'later');
    assert.equal((await checkpoint(own)).note, before.note);
    const doctor = spawnSync(binary, ['doctor', '--data', join(own.folder, 'data')]);
    assert.match(doctor.stdout.toString(), /BAD +public log: .*audit/);
  });
}

test('4.8 a history that was made anew with another database is a fork to whoever kept a checkpoint', async (t) => {
  const own = await useAndStop(t);
  const key = await logKey(own);
  await own.stop();
  cpSync(join(own.folder, 'data'), join(own.folder, 'earlier'), { recursive: true });
  await own.relaunch();
  const { size } = await checkpoint(own);
  for (let i = 0; i < 3; i++) await register(own, 'one');
  const shown = keep(own, 'shown', (await logged(own, size + 3)).note);
  assert.equal((await verifyLog(own, key, '--since', shown)).code, 0);

  // The operator goes back to the earlier folder, key and all, and lets another history grow from it.
  await own.stop();
  rmSync(join(own.folder, 'data'), { recursive: true });
  cpSync(join(own.folder, 'earlier'), join(own.folder, 'data'), { recursive: true });
  await own.relaunch();
  const shrunk = await verifyLog(own, key, '--since', shown);
  assert.equal(shrunk.code, 1, shrunk.said);
  assert.match(shrunk.said, /has shrunk/);
  for (let i = 0; i < 10; i++) await register(own, 'other');
  await logged(own, size + 10);
  assert.equal((await verifyLog(own, key)).code, 0, 'whole in itself');
  const forked = await verifyLog(own, key, '--since', shown);
  assert.equal(forked.code, 1, forked.said);
  assert.match(forked.said, /fork: the first \d+ entries are not those/);
});
