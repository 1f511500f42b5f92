/* SPDX-License-Identifier: AGPL-3.0-or-later */
// How much one account may keep, that the same is kept once, and what the operator takes out of sight.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { png } from '../support/image.js';
import { binary, useServer } from '../support/server.js';
import { accepted, refused, register, registerAll } from '../support/user.js';

const server = useServer({ set: { 'media.max_user_bytes': '100 KiB', 'media.max_user_files_day': '6', 'media.max_announced': '2' } });
const parse = (uri) => /^mxc:\/\/([^/]+)\/([^/]+)$/.exec(uri).slice(1);
const post = (user, body, type = 'application/octet-stream') => user.request('POST', '/_matrix/media/v3/upload', { body, type });
const upload = async (user, body, type) => accepted(await post(user, body, type)).content_uri;
const download = (user, uri) => user.request('GET', `/v1/media/download/${parse(uri).join('/')}`);
const small = (user, uri) => user.request('GET', `/v1/media/thumbnail/${parse(uri).join('/')}`, { query: { width: 32, height: 32 } });
const usage = (user) => user.get('/_parley/v1/media/usage');
const kept = () => readdirSync(join(server.folder, 'data/media'), { recursive: true }).filter((name) => /^..\/[0-9a-f]{32}$/.test(name)).length;
const admin = (...words) => execFileSync(binary, ['admin', 'media', ...words, '--data', join(server.folder, 'data'), '--server-name', server.name], { encoding: 'utf8' });

test('an account may keep so many bytes, sees how many it keeps, and the same file counts once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const bytes = randomBytes(60 * 1024);
  await upload(alice, bytes);
  refused(await post(alice, randomBytes(60 * 1024)), 403, 'M_FORBIDDEN');
  const { bytes: used, max_bytes: max, files, files_today: today } = await usage(alice);
  assert.deepEqual([used, max, files, today], [60 * 1024, 100 * 1024, 1, 1]);
  assert.equal((await usage(bob)).bytes, 0);
  await upload(bob, randomBytes(60 * 1024));
});

test('an account may upload so many files a day, and hears when to come back', async () => {
  const alice = await register(server, 'alice');
  for (let i = 0; i < 6; i++) await upload(alice, `file ${i}`);
  const response = refused(await post(alice, 'one more'), 429, 'M_LIMIT_EXCEEDED');
  assert.ok(response.retry_after_ms > 23 * 3600_000 && response.retry_after_ms <= 24 * 3600_000);
});

test('files that are announced and not uploaded are limited', async () => {
  const alice = await register(server, 'alice');
  const { content_uri: uri } = await alice.post('/_matrix/media/v1/create');
  await alice.post('/_matrix/media/v1/create');
  refused(await alice.request('POST', '/_matrix/media/v1/create'), 429, 'M_LIMIT_EXCEEDED');
  assert.equal((await usage(alice)).announced, 2);
  accepted(await alice.request('PUT', `/_matrix/media/v3/upload/${parse(uri).join('/')}`, { body: 'here', type: 'text/plain' }));
  await alice.post('/_matrix/media/v1/create');
});

test('the same bytes of one person are one file, of two people two', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const bytes = randomBytes(1000);
  const before = kept();
  const first = await upload(alice, bytes, 'text/plain');
  const second = await upload(alice, bytes, 'application/pdf');
  assert.notEqual(first, second);
  assert.equal(kept(), before + 1);
  await upload(bob, bytes);
  assert.equal(kept(), before + 2);
  for (const [uri, type] of [[first, 'text/plain'], [second, 'application/pdf']]) {
    const response = await download(bob, uri);
    assert.deepEqual(response.bytes, bytes);
    assert.equal(response.headers['content-type'], type);
  }
  assert.equal((await usage(alice)).bytes, 1000);
});

test('what is in quarantine is shown to nobody, small or large, and can be shown again', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const picture = png(40, 30);
  const uri = await upload(alice, picture, 'image/png');
  const other = await upload(alice, 'other', 'text/plain');
  assert.equal((await small(bob, uri)).status, 200);
  const { headers } = await download(bob, uri);
  assert.match(headers['cache-control'], /^private, max-age=3600, must-revalidate$/);
  assert.match(admin('quarantine', uri, '--reason', 'reported, case 7'), /^1 uploads are in quarantine now/);
  for (const user of [alice, bob]) {
    refused(await download(user, uri), 404, 'M_NOT_FOUND');
    refused(await small(user, uri), 404, 'M_NOT_FOUND');
  }
  // A browser that has it and asks whether it still may show it.
  const path = `/v1/media/download/${uri.slice('mxc://'.length)}`;
  refused(await bob.request('GET', path, { headers: { 'if-none-match': headers.etag } }), 404, 'M_NOT_FOUND');
  refused(await post(alice, picture, 'image/png'), 403, 'M_FORBIDDEN');
  assert.equal((await download(bob, other)).status, 200);
  admin('release', uri, '--reason', 'a mistake');
  assert.equal((await download(bob, uri)).status, 200);
  assert.match(admin('quarantine', alice.id, '--reason', 'case 8'), /^2 uploads/);
  refused(await download(bob, other), 404, 'M_NOT_FOUND');
  admin('release', alice.id, '--reason', 'over');
  assert.equal((await download(bob, other)).status, 200);
});

test('quarantine needs a reason, and what it is of', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'x');
  const status = (...words) => {
    try {
      admin(...words);
      return 0;
    } catch (error) {
      return error.status;
    }
  };
  assert.equal(status('quarantine', uri), 2);
  assert.equal(status('quarantine', `mxc://${server.name}/nothing`, '--reason', 'x'), 1);
  assert.equal(status('quarantine', 'nobody-of-that-name', '--reason', 'x'), 1);
  assert.equal((await download(alice, uri)).status, 200);
});

test('a kill amid uploads leaves no file of what was not acknowledged, and all of what was', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'acknowledged');
  const before = kept();
  const under = [1, 2, 3].map(() => post(alice, randomBytes(20_000)).catch(() => null));
  await server.kill();
  const answered = (await Promise.all(under)).filter((response) => response?.status === 200).length;
  await server.relaunch();
  assert.equal((await download(alice, uri)).text, 'acknowledged');
  assert.deepEqual(readdirSync(join(server.folder, 'data/media/new')), []);
  assert.ok(kept() >= before + answered && kept() <= before + 3);
});
