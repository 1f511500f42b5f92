/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jpegWithPlace, png, pngThatClaims, sizeOf } from '../support/image.js';
import { useServer } from '../support/server.js';
import { accepted, refused, register, registerAll } from '../support/user.js';

const server = useServer();
const parse = (uri) => /^mxc:\/\/([^/]+)\/([^/]+)$/.exec(uri).slice(1);

async function upload(user, bytes, type, filename) {
  const response = await user.request('POST', '/_matrix/media/v3/upload', { body: bytes, type, query: { filename } });
  return accepted(response).content_uri;
}

const download = (user, uri, name = '') => user.request('GET', `/v1/media/download/${parse(uri).join('/')}${name && `/${name}`}`);
const thumbnail = (user, uri, query) => user.request('GET', `/v1/media/thumbnail/${parse(uri).join('/')}`, { query });

test('what was uploaded is downloaded, byte for byte, by another user', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const bytes = randomBytes(300_000);
  const uri = await upload(alice, bytes, 'application/octet-stream', 'data.bin');
  assert.equal(parse(uri)[0], server.name);
  const response = await download(bob, uri);
  assert.equal(response.status, 200);
  assert.deepEqual(response.bytes, bytes);
  assert.equal(Number(response.headers['content-length']), bytes.length);
});

test('what is downloaded slowly comes whole, whatever others ask meanwhile', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const bytes = randomBytes(32 << 20);
  const uri = await upload(alice, bytes, 'application/octet-stream');
  const downloads = await Promise.all(Array.from({ length: 4 }, () => bob.slowRequest('GET', `/v1/media/download/${parse(uri).join('/')}`)));
  await Promise.all(Array.from({ length: 50 }, (_, i) => alice.request('GET', '/v3/account/whoami', { query: { i }, fresh: true })));
  for (const slow of downloads) assert.ok((await slow.read()).bytes.equals(bytes));
});

test('a download needs a token', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'text', 'text/plain');
  const response = await server.request('GET', `/_matrix/client/v1/media/download/${parse(uri).join('/')}`);
  refused(response, 401, 'M_MISSING_TOKEN');
});

test('the old, unauthenticated endpoints do not give media away', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'text', 'text/plain');
  const response = await server.request('GET', `/_matrix/media/v3/download/${parse(uri).join('/')}`);
  refused(response, [401, 404]);
});

test('the old endpoints give who says a token what they may have', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = (what, uri, token) => server.request('GET', `/_matrix/media/v3/${what.replace('*', parse(uri).join('/'))}`, { token });
  const picture = png(640, 480);
  const uri = await upload(alice, picture, 'image/png', 'lake.png');
  assert.deepEqual((await old('download/*', uri, bob.token)).bytes, picture);
  assert.match((await old('download/*/hill.png', uri, bob.token)).headers['content-disposition'], /hill\.png/);
  const small = await old('thumbnail/*?width=96&height=96&method=crop', uri, bob.token);
  assert.equal(small.status, 200);
  assert.equal(sizeOf(small.bytes).width, 96);
  for (const what of ['download/*', 'download/*/hill.png', 'thumbnail/*?width=96&height=96']) {
    refused(await old(what, uri), 404, 'M_NOT_FOUND');
    refused(await old(what, uri, 'of-nobody'), 401, 'M_UNKNOWN_TOKEN');
  }
  assert.deepEqual((await server.request('GET', `/_matrix/media/r0/download/${parse(uri).join('/')}`, { token: bob.token })).bytes, picture);
});

test('an upload needs a token', async () => {
  refused(await server.request('POST', '/_matrix/media/v3/upload', { body: 'x', type: 'text/plain' }), 401, 'M_MISSING_TOKEN');
});

test('a file name is kept, and another may be asked for', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, randomBytes(10), 'application/pdf', 'Zeugnis ü.pdf');
  const own = await download(alice, uri);
  assert.match(own.headers['content-disposition'], /^attachment\b/);
  assert.match(own.headers['content-disposition'], /filename\*=utf-8''Zeugnis%20%C3%BC\.pdf/i);
  const other = await download(alice, uri, 'other.pdf');
  assert.match(other.headers['content-disposition'], /other\.pdf/);
});

test('only harmless types are shown inline', async () => {
  const alice = await register(server, 'alice');
  const html = await download(alice, await upload(alice, '<script>alert(1)</script>', 'text/html', 'x.html'));
  assert.match(html.headers['content-disposition'], /^attachment\b/);
  const svg = await download(alice, await upload(alice, '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'image/svg+xml', 'x.svg'));
  assert.match(svg.headers['content-disposition'], /^attachment\b/);
  const picture = await download(alice, await upload(alice, png(8, 8), 'image/png', 'x.png'));
  assert.match(picture.headers['content-disposition'], /^inline\b/);
  assert.equal(picture.headers['content-type'], 'image/png');
});

test('downloads cannot run scripts or be framed, and may be used across origins', async () => {
  const alice = await register(server, 'alice');
  const response = await download(alice, await upload(alice, png(8, 8), 'image/png'));
  assert.match(response.headers['content-security-policy'], /sandbox/);
  assert.match(response.headers['content-security-policy'], /default-src 'none'/);
  assert.equal(response.headers['cross-origin-resource-policy'], 'cross-origin');
  assert.equal(response.headers['x-content-type-options'], 'nosniff');
});

test('what claims to be a picture and is none is not served as one', async () => {
  const alice = await register(server, 'alice');
  const response = await download(alice, await upload(alice, '<html><script>alert(1)</script></html>', 'image/png', 'x.png'));
  assert.match(response.headers['content-disposition'], /^attachment\b/);
  assert.notEqual(response.headers['content-type'], 'image/png');
});

test('a photo loses place and camera, and stays a photo', async () => {
  const alice = await register(server, 'alice');
  const original = jpegWithPlace('SECRETCAM');
  assert.ok(original.includes('SECRETCAM'));
  const uri = await upload(alice, original, 'image/jpeg', 'photo.jpg');
  const { bytes } = await download(alice, uri);
  assert.deepEqual(sizeOf(bytes), { type: 'jpeg', width: 64, height: 48 });
  assert.ok(!bytes.includes('SECRETCAM'));
  assert.ok(!bytes.includes('Exif\0\0') || !bytes.includes(Buffer.from([0x25, 0x88])), 'a GPS tag is left');
});

test('text in a PNG is stripped too', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, png(16, 16, 'TAKEN-AT-HOME'), 'image/png');
  const { bytes } = await download(alice, uri);
  assert.deepEqual(sizeOf(bytes), { type: 'png', width: 16, height: 16 });
  assert.ok(!bytes.includes('TAKEN-AT-HOME'));
});

test('a thumbnail fits the size asked for', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, png(800, 400), 'image/png');
  const scaled = await thumbnail(alice, uri, { width: 320, height: 240, method: 'scale' });
  assert.equal(scaled.status, 200, scaled.text);
  const size = sizeOf(scaled.bytes);
  assert.ok(scaled.bytes.length < 100_000);
  assert.match(scaled.headers['content-type'], /^image\/(png|jpeg|webp)$/);
  if (size.width) assert.ok(size.width < 800 && Math.abs(size.width / size.height - 2) < 0.05, JSON.stringify(size));
  const cropped = await thumbnail(alice, uri, { width: 96, height: 96, method: 'crop' });
  const square = sizeOf(cropped.bytes);
  if (square.width) assert.equal(square.width, square.height);
});

test('a thumbnail of what is no picture is refused', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'just text', 'text/plain');
  const response = await thumbnail(alice, uri, { width: 64, height: 64 });
  assert.ok([400, 404].includes(response.status), response.text);
  assert.equal(typeof response.body.errcode, 'string');
});

test('a thumbnail needs a sensible size', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, png(8, 8), 'image/png');
  for (const query of [{}, { width: 'x', height: 5 }, { width: -1, height: 5 }, { width: 0, height: 0 }]) {
    const response = await thumbnail(alice, uri, query);
    assert.equal(response.status, 400, JSON.stringify(query));
  }
});

test('unknown media is not found', async () => {
  const alice = await register(server, 'alice');
  refused(await download(alice, `mxc://${server.name}/nosuchmedia`), 404, 'M_NOT_FOUND');
  refused(await thumbnail(alice, `mxc://${server.name}/nosuchmedia`, { width: 10, height: 10 }), 404, 'M_NOT_FOUND');
});

test('media of other servers is not fetched', async () => {
  const alice = await register(server, 'alice');
  refused(await download(alice, 'mxc://elsewhere.test/abc'), [404, 502]);
});

test('a media id can be created first and filled once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const created = await alice.post('/_matrix/media/v1/create');
  const [name, id] = parse(created.content_uri);
  assert.ok(created.unused_expires_at > Date.now());
  const pending = await bob.request('GET', `/v1/media/download/${name}/${id}`, { query: { timeout_ms: 50 } });
  refused(pending, 504, 'M_NOT_YET_UPLOADED');
  const put = (user, body) => user.request('PUT', `/_matrix/media/v3/upload/${name}/${id}`, { body, type: 'text/plain' });
  refused(await put(bob, 'mine'), 403, 'M_FORBIDDEN');
  accepted(await put(alice, 'filled'));
  assert.equal((await download(bob, created.content_uri)).text, 'filled');
  refused(await put(alice, 'again'), 409, 'M_CANNOT_OVERWRITE_MEDIA');
});

test('a download waits for the upload', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { content_uri: uri } = await alice.post('/_matrix/media/v1/create');
  const waiting = bob.request('GET', `/v1/media/download/${parse(uri).join('/')}`, { query: { timeout_ms: 15_000 } });
  accepted(await alice.request('PUT', `/_matrix/media/v3/upload/${parse(uri).join('/')}`, { body: 'late', type: 'text/plain' }));
  assert.equal((await waiting).text, 'late');
});

test('the config tells the size limit, and the limit holds', async () => {
  const alice = await register(server, 'alice');
  const limit = (await alice.get('/v1/media/config'))['m.upload.size'];
  assert.ok(limit >= 1_000_000);
  if (limit > 200_000_000) return;
  const response = await alice.request('POST', '/_matrix/media/v3/upload', { body: Buffer.alloc(limit + 1), type: 'application/octet-stream', fresh: true }).catch((error) => error);
  if (response instanceof Error) assert.ok(['EPIPE', 'ECONNRESET'].includes(response.code), response);
  else refused(response, 413, 'M_TOO_LARGE');
});

test('media outlives a kill', async () => {
  const alice = await register(server, 'alice');
  const bytes = randomBytes(50_000);
  const uri = await upload(alice, bytes, 'application/octet-stream');
  await server.kill();
  await server.relaunch();
  assert.deepEqual((await download(alice, uri)).bytes, bytes);
});

test('previews of links are not made', async () => {
  const alice = await register(server, 'alice');
  const response = await alice.request('GET', '/v1/media/preview_url', { query: { url: 'http://127.0.0.1:1/' } });
  assert.ok(response.status >= 400, 'links are shown, never fetched');
});

/** The processes a process has started, as anybody on the machine sees them. */
const childrenOf = (pid) => readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number));

test('the process that decodes pictures is ended: the next picture has a new one, and the server noticed nothing', async () => {
  const alice = await register(server, 'alice');
  const small = async (width) => (await thumbnail(alice, await upload(alice, png(width, 30), 'image/png'), { width: 32, height: 32 })).status;
  assert.equal(await small(40), 200);
  const before = childrenOf(server.process.pid);
  assert.equal(before.length, 1);
  process.kill(before[0], 'SIGKILL');
  assert.equal(await small(50), 200);
  const now = childrenOf(server.process.pid);
  assert.equal(now.length, 1);
  assert.notEqual(now[0], before[0]);
});

test('a picture of more pixels than anybody has is refused, and again without looking', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, pngThatClaims(50_000, 50_000), 'image/png');
  for (let i = 0; i < 2; i++) refused(await thumbnail(alice, uri, { width: 32, height: 32 }), 413, 'M_TOO_LARGE');
  assert.equal((await download(alice, uri)).status, 200, 'the file itself is there');
});

const part = (user, uri, headers) => user.request('GET', `/v1/media/download/${parse(uri).join('/')}`, { headers });

test('a download goes on where it was broken off', async () => {
  const alice = await register(server, 'alice');
  const bytes = randomBytes(200_000);
  const uri = await upload(alice, bytes, 'application/octet-stream', 'sealed');
  const whole = await download(alice, uri);
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  const { etag } = whole.headers;
  const rest = await part(alice, uri, { range: 'bytes=150000-', 'if-range': etag });
  assert.equal(rest.status, 206);
  assert.equal(rest.headers['content-range'], 'bytes 150000-199999/200000');
  assert.equal(Number(rest.headers['content-length']), 50_000);
  assert.equal(rest.headers['content-type'], 'application/octet-stream');
  assert.deepEqual(rest.bytes, bytes.subarray(150_000));
  for (const [range, from, to] of [['bytes=0-0', 0, 1], ['bytes=65530-65545', 65_530, 65_546], ['bytes=-7', 199_993, 200_000], ['bytes=65536-131071', 65_536, 131_072]]) {
    assert.deepEqual((await part(alice, uri, { range })).bytes, bytes.subarray(from, to), range);
  }
});

test('a part of another file is not sent, nor one behind the end', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, 'twelve bytes', 'text/plain');
  const other = await part(alice, uri, { range: 'bytes=3-', 'if-range': '"another"' });
  assert.equal(other.status, 200);
  assert.equal(other.text, 'twelve bytes');
  const behind = await part(alice, uri, { range: 'bytes=12-' });
  refused(behind, 416);
  assert.equal(behind.headers['content-range'], 'bytes */12');
  assert.equal((await part(alice, uri, { range: 'bytes=0-1,4-5' })).status, 200);
});

test('HEAD tells of a file what GET would, and sends none of it', async () => {
  const alice = await register(server, 'alice');
  const picture = await upload(alice, png(40, 30), 'image/png');
  const paths = [`/v1/media/download/${parse(picture).join('/')}`, `/v1/media/thumbnail/${parse(picture).join('/')}?width=32&height=32`];
  for (const path of paths) {
    const [whole, head] = [await alice.request('GET', path), await alice.request('HEAD', path)];
    assert.equal(head.status, 200);
    assert.equal(head.bytes.length, 0);
    for (const name of ['content-length', 'content-type', 'content-disposition', 'etag', 'cache-control', 'accept-ranges', 'content-security-policy']) {
      assert.equal(head.headers[name], whole.headers[name], name);
    }
  }
  const ranged = await alice.request('HEAD', paths[0], { headers: { range: 'bytes=0-3' } });
  assert.equal(ranged.bytes.length, 0);
  assert.equal((await server.request('HEAD', `/_matrix/client${paths[0]}`)).status, 401);
  assert.equal((await alice.request('HEAD', `/v1/media/download/${parse(picture)[0]}/AAAAAAAAAAAAAAAAAAAAAAAA`)).status, 404);
  assert.equal((await alice.request('GET', paths[0])).status, 200, 'the connection goes on');
});

test('what is known is not sent again, and only to the signed-in is that said', async () => {
  const alice = await register(server, 'alice');
  const uri = await upload(alice, png(40, 30), 'image/png');
  const path = `/v1/media/thumbnail/${parse(uri).join('/')}`;
  const query = { width: 32, height: 32 };
  for (const [first, again] of [[await download(alice, uri), (headers) => part(alice, uri, headers)], [await thumbnail(alice, uri, query), (headers) => alice.request('GET', path, { query, headers })]]) {
    assert.match(first.headers['cache-control'], /\bprivate\b/);
    const known = await again({ 'if-none-match': first.headers.etag });
    assert.equal(known.status, 304);
    assert.equal(known.bytes.length, 0);
    assert.equal(known.headers.etag, first.headers.etag);
    assert.equal((await again({ 'if-none-match': '"another"' })).status, 200);
  }
  const anybody = await server.request('GET', `/_matrix/client/v1/media/download/${parse(uri).join('/')}`, { headers: { 'if-none-match': '*' } });
  refused(anybody, 401, 'M_MISSING_TOKEN');
});

test('a picture that moves has small ones that move, and that do not', async () => {
  const alice = await register(server, 'alice');
  const gif = readFileSync(new URL('../../unit/media/pictures/moving.gif', import.meta.url));
  const uri = await upload(alice, gif, 'image/gif');
  const moving = await thumbnail(alice, uri, { width: 320, height: 240, animated: true });
  assert.equal(moving.status, 200, moving.text);
  assert.equal(moving.headers['content-type'], 'image/webp');
  assert.ok(moving.bytes.includes('ANMF'));
  for (const animated of [false, undefined]) {
    const still = await thumbnail(alice, uri, { width: 320, height: 240, animated });
    assert.deepEqual(sizeOf(still.bytes), { type: 'png', width: 12, height: 8 });
  }
});
