/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "GET /media/preview_url": what a page is about that somebody links to, where a room's admins allow it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { png } from '../support/image.js';
import { Server } from '../support/server.js';
import { accepted, register, registerAll, roomOf } from '../support/user.js';
import { WebPeer } from '../support/web-peer.js';
import '../support/with-resolvers.js';

// `site` may be asked although it is on this machine, `rebound` only at public addresses, which it has none of.
let site, rebound, stranger, server;
before(async () => {
  [site, rebound, stranger] = await Promise.all([new WebPeer().listen(), new WebPeer().listen(), new WebPeer().listen()]);
  server = new Server({ set: { 'previews.internal': site.host, 'previews.allow': `${rebound.host}, localhost:${rebound.host.split(':')[1]}` } });
  await server.start();
});
after(async () => {
  await server.destroy();
  for (const peer of [site, rebound, stranger]) peer.close();
});

let pages = 0;
const fresh = () => `/page-${++pages}`;
const allow = (user, room, disable = false) => user.setState(room, 'org.matrix.room.preview_urls', { disable });
const preview = (user, url, query) => user.request('GET', '/v1/media/preview_url', { query: { url, ...query } });

/** Two people in a room that allows previews. */
async function scene() {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await allow(alice, room);
  return { alice, bob, room };
}

/** The answer for a page that somebody has just linked to. */
async function shown(url) {
  const { alice, bob, room } = await scene();
  await alice.send(room, `look: ${url}`);
  return accepted(await preview(bob, url));
}

test('a page says what it is about, with its picture', async () => {
  const picture = png(40, 30);
  site.at('/tea.png', picture, { 'content-type': 'image/png' });
  const url = site.at(fresh(), '<html><head><title>x</title><meta property="og:title" content="Tea &amp; cake"><meta property="og:description" content="All about it"><meta property="og:site_name" content="Leaves"><meta property="og:image" content="/tea.png"></head>');
  const { alice, bob, room } = await scene();
  await alice.send(room, `look: ${url}#there`);
  const said = accepted(await preview(bob, `${url}#there`));
  assert.equal(said['og:title'], 'Tea & cake');
  assert.equal(said['og:description'], 'All about it');
  assert.equal(said['og:site_name'], 'Leaves');
  assert.equal(said['og:image:type'], 'image/png');
  const [, name, id] = /^mxc:\/\/([^/]+)\/([^/]+)$/.exec(said['og:image']);
  const got = await alice.request('GET', `/v1/media/download/${name}/${id}`);
  assert.equal(got.headers['content-type'], 'image/png');
  assert.equal(got.bytes.length, said['matrix:image:size']);
});

test('nothing of who asks goes along, and a page is asked once for all', async () => {
  const { alice, bob, room } = await scene();
  const path = fresh(), url = site.at(path, '<title>Once</title>');
  await alice.send(room, url);
  const first = await preview(bob, url);
  assert.deepEqual(accepted(await preview(alice, url)), accepted(first));
  assert.equal(site.visits(path).length, 1);
  assert.deepEqual(Object.keys(site.visits(path)[0].headers).sort(), ['accept', 'host', 'user-agent']);
});

test('0.4 only links of rooms whose admins allow it, and of those one is in', async () => {
  const { alice, bob, room } = await scene();
  const carol = await register(server, 'carol');
  const path = fresh(), url = site.at(path, '<title>Private</title>');
  await bob.refused(403, 'M_FORBIDDEN', 'GET', `/v1/media/preview_url?url=${encodeURIComponent(url)}`);
  const event = await alice.send(room, url);
  const at = { 'org.parley.room_id': room, 'org.parley.event_id': event };
  assert.equal((await preview(carol, url)).status, 403);
  assert.equal((await preview(carol, url, at)).status, 403);
  await allow(alice, room, true);
  assert.equal((await preview(bob, url)).status, 403);
  assert.equal((await preview(bob, url, at)).status, 403);
  assert.equal(site.visits(path).length, 0);
  await allow(alice, room);
  assert.equal(accepted(await preview(bob, url, at))['og:title'], 'Private');
  await alice.setState(room, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
  assert.equal((await preview(bob, url, at)).status, 403, 'a room that is encrypted has no previews by the server');
});

test('members cannot allow it, and a redacted link is none', async () => {
  const { alice, bob, room } = await scene();
  const url = site.at(fresh(), '<title>Gone</title>');
  assert.equal((await bob.request('PUT', `/v3/rooms/${encodeURIComponent(room)}/state/org.matrix.room.preview_urls`, { body: { disable: false } })).status, 403);
  const event = await alice.send(room, url);
  await alice.put(`/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(event)}/1`, {});
  assert.equal((await preview(bob, url)).status, 403);
  assert.equal((await preview(bob, url, { 'org.parley.room_id': room, 'org.parley.event_id': event })).status, 403);
});

test('an older message is found when it is named, and a link of formatted text too', async () => {
  const { alice, bob, room } = await scene();
  const path = `${fresh()}?a=1&b=2`, url = site.at(path, '<title>Older</title>');
  const event = await alice.send(room, { msgtype: 'm.text', body: 'look here', format: 'org.matrix.custom.html', formatted_body: `<a href="${url.replaceAll('&', '&amp;')}">look here</a>` });
  for (let i = 0; i < 70; i++) await alice.send(room, `further ${i}`);
  assert.equal((await preview(bob, url)).status, 403);
  assert.equal(accepted(await preview(bob, url, { 'org.parley.room_id': room, 'org.parley.event_id': event }))['og:title'], 'Older');
});

test('0.4 sites that are not listed are not asked, nor private addresses of those that are', async () => {
  const { alice, bob, room } = await scene();
  for (const url of [stranger.at('/', '<title>x</title>'), rebound.at('/', '<title>x</title>'), `http://localhost:${rebound.host.split(':')[1]}/`]) await alice.send(room, url);
  assert.equal((await preview(bob, `${stranger.url}/`)).status, 403);
  assert.deepEqual(accepted(await preview(bob, `${rebound.url}/`)), {});
  assert.deepEqual(accepted(await preview(bob, `http://localhost:${rebound.host.split(':')[1]}/`)), {});
  assert.deepEqual([stranger.asked.length, rebound.asked.length], [0, 0]);
});

test('0.4 redirects are followed a few times, and to listed sites only', async () => {
  const to = (peer, path, next) => peer.at(path, '', { location: next }, 302);
  const end = site.at('/end', '<title>Arrived</title>');
  to(site, '/hop-1', end);
  assert.equal((await shown(to(site, '/hop-2', '/hop-1')))['og:title'], 'Arrived');
  stranger.at('/inside', '<title>Inside</title>');
  rebound.at('/inside', '<title>Inside</title>');
  assert.deepEqual(await shown(to(site, '/out', `${stranger.url}/inside`)), {});
  assert.deepEqual(await shown(to(site, '/in', `${rebound.url}/inside`)), {});
  assert.deepEqual([stranger.visits('/inside').length, rebound.visits('/inside').length], [0, 0]);
  const loop = to(site, '/loop', '/loop');
  assert.deepEqual(await shown(loop), {});
  assert.equal(site.visits('/loop').length, 6);
});

test('a picture is taken from listed sites only, and only if it is one', async () => {
  const page = (image) => site.at(fresh(), `<title>Picture</title><meta property="og:image" content="${image}">`);
  stranger.at('/tea.png', png(8, 8), { 'content-type': 'image/png' });
  assert.deepEqual(await shown(page(`${stranger.url}/tea.png`)), { 'og:title': 'Picture' });
  assert.equal(stranger.visits('/tea.png').length, 0);
  site.at('/script.png', '<script>alert(1)</script>', { 'content-type': 'image/png' });
  assert.deepEqual(await shown(page('/script.png')), { 'og:title': 'Picture' });
  site.at('/cut.png', png(8, 8).subarray(0, 20), { 'content-type': 'image/png' });
  assert.deepEqual(await shown(page('/cut.png')), { 'og:title': 'Picture' });
});

test('a page too large, broken or absent says nothing, and hurts nothing', async () => {
  assert.deepEqual(await shown(site.at(fresh(), 'x'.repeat(5 * 1024 * 1024))), {});
  assert.deepEqual(await shown(site.at(fresh(), (request) => request.socket.destroy())), {});
  assert.deepEqual(await shown(`${site.url}/absent`), {});
  assert.deepEqual(await shown(site.at(fresh(), '{"a":1}', { 'content-type': 'application/json' })), {});
});

test('a picture linked to is its own preview', async () => {
  const said = await shown(site.at('/photo.png', png(20, 10), { 'content-type': 'image/png' }));
  assert.match(said['og:image'], /^mxc:/);
  assert.equal(said['og:title'], undefined);
});

test('what is no address of a page is refused', async () => {
  const alice = await register(server, 'alice');
  for (const url of ['ftp://example.org/', 'file:///etc/passwd', 'http://a:b@example.org/', 'example', `http://${site.host}/${'x'.repeat(3000)}`])
    await alice.refused(400, 'M_INVALID_PARAM', 'GET', `/v1/media/preview_url?url=${encodeURIComponent(url)}`);
  await alice.refused(400, 'M_MISSING_PARAM', 'GET', '/v1/media/preview_url');
  await alice.refused(400, 'M_INVALID_PARAM', 'GET', `/v1/media/preview_url?url=${encodeURIComponent(site.url)}&ts=soon`);
});

test('a server that lists no sites makes no previews', async () => {
  const other = new Server();
  try {
    await other.start();
    const alice = await register(other, 'alice');
    const room = await roomOf(alice);
    await allow(alice, room);
    await alice.send(room, `${site.url}/end`);
    assert.equal((await preview(alice, `${site.url}/end`)).status, 403);
  } finally {
    await other.destroy();
  }
});

test('who has left while the page was asked costs nothing, and stopping does not wait for a page', async () => {
  const slow = new Server({ set: { 'previews.internal': site.host } });
  try {
    await slow.start();
    const alice = await register(slow, 'alice');
    const room = await roomOf(alice);
    await allow(alice, room);
    const reached = Promise.withResolvers();
    const url = site.at(fresh(), reached.resolve);
    await alice.send(room, url);
    const pending = preview(alice, url).catch(() => null);
    await reached.promise;
    assert.equal(await slow.stop(), 0);
    await pending;
  } finally {
    await slow.destroy();
  }
});
