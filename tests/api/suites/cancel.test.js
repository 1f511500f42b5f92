/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Cancelling an account, having it back, and its erasure, as the person concerned meets them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canary, cancel, deactivate, erased, plant, upload } from '../support/canaries.js';
import { binary, useServer } from '../support/server.js';
import { accepted, enc, password, refused, register, roomOf, signIn } from '../support/user.js';

const DAY = 24 * 60 * 60 * 1000;
const server = useServer();
const soon = useServer({ set: { 'accounts.cancel_interval': '1ms' } });

const byPassword = (user) => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.localpart }, password });
const standing = async (claim, of = server) => accepted(await of.request('GET', `/_parley/v1/erasure/${claim}`));
const filesBelow = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test('5.5 the interval is told before, cancelling signs out everywhere, and signing in undoes it', async () => {
  const alice = await register(server, 'alice');
  const phone = await alice.signInAgain();
  const bob = await register(server, 'bob');
  const room = await roomOf(alice, bob);
  await alice.send(room, 'before');
  const about = await alice.get('/_parley/v1/account/cancel');
  assert.deepEqual(about, { interval_ms: 14 * DAY, holds: [] });

  const { claim, due_ts: due, undoable } = await cancel(alice);
  assert.ok(undoable && Math.abs(due - Date.now() - 14 * DAY) < 60_000);
  await alice.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  await phone.refused(401, 'M_UNKNOWN_TOKEN', 'GET', '/v3/account/whoami');
  const state = await standing(claim);
  assert.deepEqual([state.state, state.due_ts, state.undoable], ['waiting', due, true]);

  const back = await alice.signInAgain();
  assert.equal(back.rest['org.parley.cancellation_undone'], true);
  assert.equal((await alice.signInAgain()).rest['org.parley.cancellation_undone'], undefined);
  assert.equal((await back.messages(room)).chunk.some((event) => event.content.body === 'before'), true);
  refused(await server.request('GET', `/_parley/v1/erasure/${claim}`), 404, 'M_NOT_FOUND');
});

test('5.5 cancelling asks for the owner, and nobody learns anything without the claim', async () => {
  const alice = await register(server, 'alice');
  const first = await alice.request('POST', '/_parley/v1/account/cancel', { body: {} });
  const { session } = refused(first, 401);
  refused(await alice.request('POST', '/_parley/v1/account/cancel', { body: { auth: { ...byPassword(alice), password: 'guessed wrong 7', session } } }), 401);
  assert.equal((await alice.get('/v3/account/whoami')).user_id, alice.id);
  refused(await server.request('GET', '/_parley/v1/erasure/prle_guess'), 404, 'M_NOT_FOUND');
});

test('5.4, 5.5 when the interval is over everything is erased, nothing undoes it, and the certificate says so', async () => {
  const alice = await register(soon, 'alice');
  const bob = await register(soon, 'bob');
  const planted = await plant(alice, bob);
  const media = join(soon.folder, 'data', 'media');
  assert.equal(filesBelow(media).length, 2);
  const { claim } = await cancel(alice);
  const { certificate } = await erased(soon, claim);
  refused(await signIn(soon, byPassword(alice)), 403);

  const kind = (name) => certificate.destroyed.find((row) => row.kind === name);
  assert.equal(kind('data_key').action, 'key destroyed');
  for (const name of ['localpart', 'displayname', 'password_hash', 'media', 'media_file', 'account_data', 'filter', 'alias', 'report', 'receipt', 'consent_receipt', 'device'])
    assert.ok(kind(name), name);
  assert.deepEqual(['media', 'media_file', 'filter', 'alias', 'report', 'account_data'].map((name) => [name, kind(name).count]), [
    ['media', 2], ['media_file', 2], ['filter', 1], ['alias', 1], ['report', 1], ['account_data', kind('account_data').count],
  ]);
  assert.ok(kind('account_data').count >= 3);
  assert.ok(certificate.kept.every((row) => row.why));
  assert.ok(certificate.cannot_state.length > 0);
  assert.equal(filesBelow(media).length, 0);

  // Without a restart: those who stay see the shape, and no word of hers.
  const { text } = await bob.request('GET', `/v3/rooms/${enc(planted.room)}/messages`, { query: { dir: 'b', limit: 100 } });
  for (const [what, word] of Object.entries(planted.words)) assert.ok(!text.includes(word), what);
  assert.ok(text.includes('an answer'));
});

test('5.4 the certificate is checked offline, and a changed one is refused', async () => {
  const alice = await register(soon, 'alice');
  const { certificate } = await erased(soon, (await deactivate(alice, true)).claim);
  const { keys } = accepted(await soon.request('GET', '/_parley/v1/keys'));
  const key = keys.find((one) => one.use === 'certificate').public_key_hex;
  const file = join(soon.folder, 'certificate.json');
  const verify = () => execFileSync(binary, ['policy', 'verify-receipt', file, '--key', key], { encoding: 'utf8', stdio: 'pipe' });
  writeFileSync(file, JSON.stringify(certificate));
  const said = verify();
  assert.match(said, /erasure asked for/);
  assert.match(said, /genuine/);
  writeFileSync(file, JSON.stringify({ ...certificate, kept: [] }));
  assert.throws(verify, /does not belong to this text/);
});

test('5.4 erasing at once: with the answer no word can be read any more, here or by anybody else', async () => {
  const alice = await register(server, 'alice');
  const bob = await register(server, 'bob');
  const word = canary('word');
  const room = await roomOf(alice, bob);
  await alice.send(room, word);
  const file = await upload(alice, Buffer.from(word), 'text/plain', 'word.txt');
  const { claim, undoable } = await deactivate(alice, true);
  assert.equal(undoable, false);
  assert.ok(!JSON.stringify(await bob.messages(room)).includes(word));
  assert.equal((await bob.request('GET', `/v1/media/download/${file.slice('mxc://'.length)}`)).status, 404);
  assert.equal((await erased(server, claim)).certificate.cause, 'erasure asked for');
});

test('5.5 closing without erasing ends the account at once, and what was said goes when the interval is over', async () => {
  const alice = await register(server, 'alice');
  const bob = await register(server, 'bob');
  const room = await roomOf(alice, bob);
  await alice.send(room, 'stays a while');
  const closed = await deactivate(alice, false);
  assert.equal(closed.undoable, false);
  refused(await signIn(server, byPassword(alice)), 403);
  assert.ok(JSON.stringify(await bob.messages(room)).includes('stays a while'));
  assert.equal((await standing(closed.claim)).state, 'waiting');

  const carol = await register(soon, 'carol');
  const dan = await register(soon, 'dan');
  const other = await roomOf(carol, dan);
  await carol.send(other, 'stays no longer');
  await erased(soon, (await deactivate(carol, false)).claim);
  assert.ok(!JSON.stringify(await dan.messages(other)).includes('stays no longer'));
});

test('5.4 an erasure that a power cut interrupts is finished by the next start', async () => {
  const alice = await register(soon, 'alice');
  for (let i = 0; i < 30; i += 1) await alice.put(`/v3/user/${enc(alice.id)}/account_data/org.test.${i}`, { value: i });
  const { claim } = await cancel(alice);
  await soon.kill();
  await soon.relaunch();
  const { certificate } = await erased(soon, claim);
  assert.ok(certificate.destroyed.find((row) => row.kind === 'account_data').count >= 30);
});

/** A command of the operator's, beside the running server. */
const operator = (of, ...words) => execFileSync(binary, [...words, '--data', join(of.folder, 'data'), '--server-name', of.name], { encoding: 'utf8', stdio: 'pipe' });

test('4.2, 5.4, 5.5 what law holds is not erased, the person is told why, and lifting it lets the erasure go on', async () => {
  const alice = await register(soon, 'alice');
  const bob = await register(soon, 'bob');
  const room = await roomOf(alice, bob);
  await alice.send(room, 'evidence');
  operator(soon, 'admin', 'hold', 'add', alice.localpart, '--reason', 'District court, case 7');
  const { holds } = await alice.get('/_parley/v1/account/cancel');
  assert.equal(holds.length, 1);
  assert.equal(holds[0].reason, 'District court, case 7');

  const { claim } = await deactivate(alice, true);
  refused(await signIn(soon, byPassword(alice)), 403);
  const state = await standing(claim, soon);
  assert.deepEqual([state.state, state.holds[0].reason], ['due', 'District court, case 7']);
  assert.ok(JSON.stringify(await bob.messages(room)).includes('evidence'));
  assert.match(operator(soon, 'admin', 'hold', 'list'), /District court, case 7/);
  assert.match(operator(soon, 'retention'), /Nothing is overdue/);

  operator(soon, 'admin', 'hold', 'remove', alice.localpart);
  assert.equal(operator(soon, 'admin', 'hold', 'list'), '');
  await soon.restart(); // or within a minute
  await erased(soon, claim);
  assert.ok(!JSON.stringify(await bob.messages(room)).includes('evidence'));
});

test('5.5 a hold law forbids to speak of is not shown', async () => {
  const alice = await register(server, 'alice');
  operator(server, 'admin', 'hold', 'add', alice.localpart, '--reason', 'secret matter', '--quiet');
  assert.deepEqual((await alice.get('/_parley/v1/account/cancel')).holds, []);
  const { claim } = await deactivate(alice, true);
  assert.ok(!JSON.stringify(await standing(claim)).includes('secret'));
  const listed = JSON.parse(operator(server, 'admin', 'hold', 'list', '--json'));
  assert.deepEqual([listed.user, listed.reason, listed.quiet], ['@a**:parley.test', 'secret matter', true]);
});

test('4.2 the operator sees how long each kind is kept and that nothing is overdue', () => {
  const { overdue, fields } = JSON.parse(operator(server, 'retention', '--json'));
  assert.equal(overdue, 0);
  const report = fields.find((field) => field.field === 'report');
  assert.deepEqual([report.rule, report.days, report.overdue], ['days', 365, 0]);
});
