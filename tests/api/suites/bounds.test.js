/* SPDX-License-Identifier: AGPL-3.0-or-later */
// However much is asked for at once, the work is bounded: refused where it says so, cut short elsewhere, and answered soon.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexed, search } from '../support/search.js';
import { useServer } from '../support/server.js';
import { enc, refused, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const many = (count, make) => Array.from({ length: count }, (_, n) => make(n));
const ask = (user, criteria, query) => user.request('POST', '/v3/search', { body: { search_categories: { room_events: { search_term: 'x', ...criteria } } }, query });

test('a search of as many words as fit is answered, each of which has to be there', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const words = many(120, (n) => `w${n}`);
  await alice.send(room, words.join(' '));
  await alice.send(room, words.slice(1).join(' '));
  for (const place of ['the end of the stream', 'the index']) {
    assert.equal((await search(bob, words.join(' '))).results.length, 1, place);
    assert.equal((await search(bob, many(120, () => 'w1').join(' '))).results.length, 2, place);
    await indexed(server);
  }
  refused(await ask(bob, { search_term: 'ab '.repeat(171) }), 400, 'M_INVALID_PARAM');
});

test('a filter names so many rooms, people and kinds, and no more', async () => {
  const [alice] = await registerAll(server, 'alice');
  const lists = { rooms: (n) => `!r${n}:x`, not_rooms: (n) => `!r${n}:x`, senders: (n) => `@u${n}:x`, not_senders: (n) => `@u${n}:x`, types: (n) => `t${n}`, not_types: (n) => `t${n}` };
  for (const [name, make] of Object.entries(lists)) {
    assert.equal((await ask(alice, { filter: { [name]: many(200, make) } })).status, 200, name);
    refused(await ask(alice, { filter: { [name]: many(201, make) } }), 400);
  }
});

test('a page, its context and how deep one pages are bounded, and the end is reached', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  for (let n = 0; n < 250; n += 25) await Promise.all(many(25, (i) => alice.send(room, `marsh ${n + i}`)));
  await indexed(server);
  const context = { before_limit: 10_000, after_limit: 10_000 };
  const wide = await search(bob, 'marsh', { filter: { limit: 10_000 }, event_context: context });
  assert.equal(wide.results.length, 100);
  assert.ok(wide.results.every((one) => one.context.events_before.length <= 50 && one.context.events_after.length <= 50));
  const seen = new Set();
  let next, pages = 0;
  do {
    const page = await search(bob, 'marsh', { next, filter: { limit: 7 } });
    for (const { result } of page.results) seen.add(result.event_id);
    next = page.next_batch;
    assert.ok(++pages <= 40, 'paging ends');
  } while (next);
  assert.equal(seen.size, 250);
});

test('keys of so many people are looked up at once, and no more', async () => {
  const [alice] = await registerAll(server, 'alice');
  const body = (count) => ({ device_keys: Object.fromEntries(many(count, (n) => [`@u${n}:x`, []])) });
  assert.equal((await alice.request('POST', '/v3/keys/query', { body: body(5000) })).status, 200);
  refused(await alice.request('POST', '/v3/keys/query', { body: body(5001) }), 413, 'M_TOO_LARGE');
});

test('a person has so many push rules of their own, which may be changed and removed at the bound', async () => {
  const [alice] = await registerAll(server, 'alice');
  const put = (n, pattern = 'heron') => alice.request('PUT', `/v3/pushrules/global/content/${enc(`rule ${n}`)}`, { body: { actions: ['notify'], pattern } });
  const own = async () => (await alice.get('/v3/pushrules/')).global.content.filter((one) => !one.default);
  let count = 0;
  for (let answers = []; answers.every((one) => one.status === 200); count += 50) answers = await Promise.all(many(50, (i) => put(count + i)));
  const before = (await own()).length;
  assert.ok(before > 200 && before <= 1000, `${before} rules`);
  refused(await put(count), [400, 413]);
  assert.equal((await put(7, 'egret')).status, 200);
  await alice.delete(`/v3/pushrules/global/content/${enc('rule 3')}`);
  assert.equal((await put(count)).status, 200);
  assert.equal((await own()).length, before);
});
