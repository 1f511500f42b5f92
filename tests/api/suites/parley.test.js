/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What Matrix has no words for: the server's own API under /_parley/v1, the policy and the operator's outbox.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { canary } from '../support/canaries.js';
import { codeFor, freshNumber, registerByPhone, requestCode } from '../support/phone.js';
import { useServer } from '../support/server.js';
import { accepted, enc, password, refused, register, registerAll } from '../support/user.js';

const server = useServer();
const open = (path, query) => server.request('GET', path, { query });

test('the server tells its name, its policy and whether it takes new people', async () => {
  const body = accepted(await open('/_parley/v1/server'));
  assert.equal(body.server_name, server.name);
  assert.equal(body.registration.open, true);
  assert.deepEqual(body.policy.languages, ['en', 'zh-CN']);
  assert.match(body.policy.version, /./);
  assert.match(body.version, /^\d+\.\d+/);
});

test('0.1 the policy is there in every language, with the hash of what is shown', async () => {
  const index = accepted(await open('/_parley/v1/policy'));
  for (const language of ['en', 'zh-CN']) {
    const policy = accepted(await open(`/_parley/v1/policy/${language}`));
    assert.equal(policy.version, index.version);
    assert.equal(policy.sha256, index.documents[language].sha256);
    assert.match(policy.sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(policy.sections.map((section) => section.id), ['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    for (const section of policy.sections) {
      const tags = [...section.html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
      for (const [, tag, attributes] of tags) {
        assert.ok(['p', 'h3', 'ul', 'li', 'strong', 'a'].includes(tag.toLowerCase()), tag);
        assert.ok(!/\bon\w+=|javascript:/i.test(attributes), attributes);
      }
    }
  }
  refused(await open('/_parley/v1/policy/tlh'), 404);
});

test('0.1 the policy is a page that needs no script', async () => {
  for (const path of ['/policy', '/policy/en', '/policy/zh-CN']) {
    const response = await open(path);
    assert.equal(response.status, 200);
    assert.match(response.headers['content-type'], /^text\/html/);
    assert.ok(!/<script/i.test(response.text));
  }
  const chinese = await server.request('GET', '/policy', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
  assert.match(chinese.text, /lang="zh/);
  assert.match((await open('/policy', { lang: 'en' })).text, /lang="en/);
});

test('0.2 accepting the policy is kept as a consent to that very text', async () => {
  const { documents, version } = accepted(await open('/_parley/v1/policy'));
  const { sha256 } = documents.en;
  const attempt = (auth) => server.request('POST', '/_matrix/client/v3/register', { body: { username: 'consenting', password, auth } });
  const { session } = (await attempt()).body;
  await attempt({ type: 'm.login.terms', session, 'org.parley.language': 'en', 'org.parley.sha256': sha256 });
  const number = freshNumber();
  const asked = await requestCode(server, number);
  const { code } = await codeFor(server, number);
  accepted(await server.request('POST', new URL(asked.submit_url, server.url).pathname, { body: { sid: asked.sid, client_secret: asked.clientSecret, token: code } }));
  const { access_token: token } = accepted(await attempt({ type: 'm.login.msisdn', session, threepid_creds: { sid: asked.sid, client_secret: asked.clientSecret } }));
  const { consents } = accepted(await server.request('GET', '/_parley/v1/consents', { token }));
  assert.ok(consents.length > 0);
  for (const consent of consents) assert.equal(typeof consent.granted, 'boolean');
  const shown = consents.find((consent) => consent.sha256 === sha256);
  assert.equal(shown.version, version);
  assert.equal(shown.language, 'en');
  assert.ok(Math.abs(shown.ts - Date.now()) < 60_000);
});

test('0.2 consents are shown to their owner only', async () => {
  refused(await open('/_parley/v1/consents'), 401, 'M_MISSING_TOKEN');
});

const links = (room, rest = '') => `/_parley/v1/rooms/${enc(room)}/invite_links${rest}`;

test('an invite link shows the room and lets its holder in', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(`/v3/profile/${enc(alice.id)}/displayname`, { displayname: 'Alice' });
  const room = await alice.createRoom({ preset: 'private_chat', name: 'Reading' });
  const link = await alice.post(links(room), {});
  assert.match(link.url, new RegExp(`#/invite/${link.token}$`));
  const shown = accepted(await open(`/_parley/v1/invites/${link.token}`));
  assert.equal(shown.name, 'Reading');
  assert.equal(shown.members, 1);
  assert.equal(shown.inviter, 'Alice');
  assert.deepEqual(await bob.post(`/_parley/v1/invites/${link.token}/join`), { room_id: room });
  assert.equal((await alice.getState(room, 'm.room.member', bob.id)).membership, 'join');
  assert.deepEqual(await bob.post(`/_parley/v1/invites/${link.token}/join`), { room_id: room });
});

test('links are listed, and gone once removed', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  const link = await alice.post(links(room), {});
  assert.deepEqual((await alice.get(links(room))).links.map((one) => one.id), [link.id]);
  await alice.delete(links(room, `/${link.id}`));
  assert.deepEqual((await alice.get(links(room))).links, []);
  refused(await open(`/_parley/v1/invites/${link.token}`), 404, 'M_NOT_FOUND');
  await bob.refused(404, 'M_NOT_FOUND', 'POST', `/_parley/v1/invites/${link.token}/join`, {});
});

test('a link serves as often as it was made for', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({});
  const link = await alice.post(links(room), { max_uses: 1 });
  await bob.post(`/_parley/v1/invites/${link.token}/join`);
  const answer = await carol.request('POST', `/_parley/v1/invites/${link.token}/join`, { body: {} });
  assert.ok([403, 404, 410].includes(answer.status), answer.text);
});

test('making a link needs the invite power level', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', power_level_content_override: { invite: 50 } });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', links(room), {});
  await bob.join(room);
  await bob.refused(403, 'M_FORBIDDEN', 'POST', links(room), {});
});

test('the banned do not come in by a link', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  const link = await alice.post(links(room), {});
  await alice.post(`/v3/rooms/${enc(room)}/ban`, { user_id: bob.id });
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/_parley/v1/invites/${link.token}/join`, {});
});

test('a token that is none shows nothing', async () => {
  refused(await open('/_parley/v1/invites/nonsense'), 404, 'M_NOT_FOUND');
});

test('a link outlives a restart', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({});
  const link = await alice.post(links(room), {});
  await server.restart();
  await bob.post(`/_parley/v1/invites/${link.token}/join`);
});

test('the outbox page wants the key that was printed at the start', async () => {
  const number = freshNumber();
  await requestCode(server, number);
  const { code } = await codeFor(server, number);
  const url = new URL(/http\S+\/_parley\/outbox\?key=\S+/g.exec(readFileSync(server.logFile, 'utf8').split('\n').findLast((line) => line.includes('/_parley/outbox?key=')))[0]);
  const page = await open(url.pathname + url.search);
  assert.equal(page.status, 200);
  assert.ok(page.text.includes(code));
  const json = accepted(await open(`/_parley/outbox.json${url.search}`));
  assert.ok(JSON.stringify(json).includes(code));
  assert.ok([401, 403, 404].includes((await open('/_parley/outbox')).status));
  assert.ok([401, 403, 404].includes((await open('/_parley/outbox?key=wrong')).status));
});

test('1.5 neither number, name nor message stands readable in the stores', async () => {
  const number = freshNumber();
  const user = await registerByPhone(server, 'hidden', number);
  const room = await user.createRoom({});
  await user.send(room, 'the pelican flies at midnight');
  await user.put(`/v3/profile/${enc(user.id)}/displayname`, { displayname: 'Hildegard Geheim' });
  await server.stop();
  const found = (text) => {
    try {
      return execFileSync('grep', ['-rlaF', text, '--include=*', `${server.folder}/data`], { encoding: 'utf8' }).split('\n').filter((file) => file && !/outbox/.test(file));
    } catch {
      return [];
    }
  };
  for (const text of [number, 'the pelican flies', 'Hildegard Geheim']) assert.deepEqual(found(text), [], text);
  await server.relaunch();
});

test('1.2, 1.5 logs hold neither numbers nor names nor tokens, nor anything anybody wrote or asked for', async () => {
  const number = freshNumber();
  const user = await registerByPhone(server, 'unlogged', number);
  const words = Object.fromEntries(['message', 'room', 'search', 'query', 'agent', 'referrer', 'broken'].map((hint) => [hint, canary(hint)]));
  const headers = { 'user-agent': words.agent, referer: `https://example.org/${words.referrer}` };
  const room = await user.createRoom({ name: words.room });
  await user.send(room, words.message);
  await user.request('POST', '/v3/user_directory/search', { body: { search_term: words.search }, headers });
  await user.request('GET', '/v3/sync', { query: { filter: words.query, timeout: 0 }, headers });
  await user.request('POST', '/v3/createRoom', { body: `{"name":"${words.broken}`, headers });
  await user.request('GET', `/v3/${words.query}`, { headers });
  await user.sync();
  const log = readFileSync(server.logFile, 'utf8');
  for (const secret of [number, user.token, 'unlogged', room, '127.0.0.1', ...Object.values(words)]) {
    // Where it listens is no visitor's address.
    const lines = log.split('\n').filter((line) => line.includes(secret) && !line.includes('http://127.0.0.1'));
    assert.deepEqual(lines, [], 'something personal is in the log');
  }
});
