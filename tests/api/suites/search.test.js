/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Server Side Search": each answer from the stream's end and from the index alike.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canary, erase, findWords } from '../support/canaries.js';
import { bodiesOf, idsOf, indexed, lookAtIndex, search } from '../support/search.js';
import { useServer } from '../support/server.js';
import { enc, registerAll, roomOf } from '../support/user.js';

const server = useServer();
/* Here nothing comes into the index while a test runs. */
const slow = useServer({ set: { 'search.index_interval': '10 min' } });

/** The same before and after what it is about has been indexed. */
async function twice(check) {
  await check();
  await indexed(server);
  await check();
}

const said = async (user, room, ...texts) => {
  const ids = [];
  for (const text of texts) ids.push(await user.send(room, text));
  return ids;
};

test('words are found whatever their case and accents, all of them, and nothing else', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const [first, second] = await said(alice, room, 'The Crème brûlée of MÜNCHEN', 'a brulee in Straße 5', 'bruleeish');
  await twice(async () => {
    assert.deepEqual(idsOf(await search(bob, 'BRULEE')), [second, first]);
    assert.deepEqual(idsOf(await search(bob, 'munchen brûlée')), [first]);
    assert.deepEqual(idsOf(await search(bob, 'strasse')), [second]);
    assert.deepEqual(idsOf(await search(bob, 'brulee nowhere')), []);
    assert.equal(idsOf(await search(bob, 'brul*')).length, 3);
    assert.deepEqual(idsOf(await search(bob, '"brulee of"')), [first]);
    assert.deepEqual(idsOf(await search(bob, '"of brulee"')), []);
    assert.deepEqual((await search(bob, '... !')).results, []);
  });
});

test('Chinese, Japanese, Korean and emoji are found by what stands in a run of characters', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const texts = ['我们明天在北京开会讨论机器学习', '上海的学习机器很贵', '東京でラーメンを食べます', '안녕하세요 여러분', '🎉 done 👍🏽'];
  const [chinese, other, japanese, korean, emoji] = await said(alice, room, ...texts);
  await twice(async () => {
    assert.deepEqual(idsOf(await search(bob, '机器学习')), [chinese]);
    assert.deepEqual(idsOf(await search(bob, '学习')), [other, chinese]);
    assert.deepEqual(idsOf(await search(bob, '学习 机器')), [other, chinese]);
    assert.deepEqual(idsOf(await search(bob, '京')), [japanese, chinese]);
    assert.deepEqual(idsOf(await search(bob, 'ラーメン')), [japanese]);
    assert.deepEqual(idsOf(await search(bob, 'ﾗｰﾒﾝ')), [japanese]);
    assert.deepEqual(idsOf(await search(bob, '안녕')), [korean]);
    assert.deepEqual(idsOf(await search(bob, '👍')), [emoji]);
    assert.deepEqual((await search(bob, '机器学习')).highlights, ['机器学习']);
  });
});

test('names and topics of rooms are found by their keys', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom({ name: 'Garden plans', topic: 'Where tulips grow' });
  await alice.setState(room, 'm.room.topic', { topic: 'tulips here', 'm.topic': { 'm.text': [{ body: '<b>no</b>', mimetype: 'text/html' }, { body: 'tulips and daffodils' }] } });
  const message = await alice.send(room, 'tulips in the garden');
  await twice(async () => {
    const types = async (term, keys) => (await search(alice, term, { keys })).results.map(({ result }) => result.type);
    assert.deepEqual(await types('garden', undefined), ['m.room.message', 'm.room.name']);
    assert.deepEqual(await types('garden', ['content.name']), ['m.room.name']);
    assert.deepEqual(await types('tulips', ['content.topic']), ['m.room.topic', 'm.room.topic']);
    assert.deepEqual(await types('daffodils', undefined), ['m.room.topic']);
    assert.deepEqual(idsOf(await search(alice, 'tulips', { keys: ['content.body'] })), [message]);
  });
});

test('the best answer comes first by rank, the newest by recency', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom();
  const long = Array.from({ length: 80 }, (_, at) => `word${at}`).join(' ');
  const [best, weak, equal, newest] = await said(alice, room, 'lantern lantern lantern', `lantern ${long}`, 'a lantern', 'a lantern');
  await twice(async () => {
    const ranked = await search(alice, 'lantern', { order_by: undefined });
    assert.deepEqual(idsOf(ranked), [best, newest, equal, weak]);
    const ranks = ranked.results.map(({ rank }) => rank);
    assert.deepEqual(ranks, [...ranks].sort((a, b) => b - a));
    assert.ok(ranks[0] > ranks[3]);
    assert.deepEqual(idsOf(await search(alice, 'lantern')), [newest, equal, weak, best]);
    assert.equal(ranked.count, 4);
  });
});

for (const order_by of ['recent', 'rank']) {
  test(`pages by ${order_by} lack and repeat nothing while others write and remove`, async () => {
    const [alice] = await registerAll(server, 'alice');
    const room = await alice.createRoom();
    const all = [];
    for (let n = 0; n < 12; n++) all.push(await alice.send(room, `pebble ${'pebble '.repeat(n % 3)} number ${n}`));
    const seen = [];
    let next;
    do {
      const page = await search(alice, 'pebble', { order_by, filter: { limit: 5 }, next });
      seen.push(...idsOf(page));
      next = page.next_batch;
      await alice.send(room, 'pebble, said later');
      if (seen.length === 5) await alice.redact(room, seen[0]);
      await indexed(server);
    } while (next);
    assert.deepEqual([...seen].sort(), [...all].sort());
  });
}

test('results in groups have pages of their own', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const rooms = [await roomOf(alice, bob), await roomOf(alice, bob)];
  const ids = { [rooms[0]]: [], [rooms[1]]: [] };
  for (let n = 0; n < 4; n++) for (const room of rooms) ids[room].unshift(await (n % 2 ? alice : bob).send(room, `otter ${n}`));
  await twice(async () => {
    const criteria = { filter: { limit: 4 }, groupings: { group_by: [{ key: 'room_id' }, { key: 'sender' }] } };
    const page = await search(alice, 'otter', criteria);
    const { room_id: byRoom, sender: bySender } = page.groups;
    assert.deepEqual(Object.keys(byRoom).sort(), [...rooms].sort());
    assert.deepEqual(Object.values(byRoom).map(({ order }) => order).sort(), [1, 2]);
    assert.deepEqual(Object.keys(bySender).sort(), [alice.id, bob.id].sort());
    assert.deepEqual(byRoom[rooms[0]].results, ids[rooms[0]].slice(0, 2));
    const rest = await search(alice, 'otter', { ...criteria, next: byRoom[rooms[0]].next_batch });
    assert.deepEqual(idsOf(rest), ids[rooms[0]].slice(2));
    assert.equal(rest.next_batch, undefined);
    assert.equal(rest.groups.room_id[rooms[0]].next_batch, undefined);
    const bobs = await search(alice, 'otter', { ...criteria, next: bySender[bob.id].next_batch });
    assert.ok(bobs.results.length === 2 && bobs.results.every(({ result }) => result.sender === bob.id));
  });
});

test('the context has what was before and after, and who they were then', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom();
  await alice.put(`/v3/profile/${enc(alice.id)}/displayname`, { displayname: 'Then' });
  const [a, b, hit, c, d] = await said(alice, room, 'one', 'two', 'quartz', 'three', 'four');
  await alice.put(`/v3/profile/${enc(alice.id)}/displayname`, { displayname: 'Now' });
  await twice(async () => {
    const { results } = await search(alice, 'quartz', { event_context: { before_limit: 2, after_limit: 1, include_profile: true } });
    const [{ result, context }] = results;
    assert.equal(result.event_id, hit);
    assert.deepEqual(context.events_before.map((event) => event.event_id), [b, a]);
    assert.deepEqual(context.events_after.map((event) => event.event_id), [c]);
    assert.equal(context.profile_info[alice.id].displayname, 'Then');
    const { chunk } = await alice.messages(room, { dir: 'f', from: context.end, limit: 1 });
    assert.deepEqual(chunk.map((event) => event.event_id), [d]);
    assert.equal((await search(alice, 'quartz')).results[0].context, undefined);
    assert.equal((await search(alice, 'quartz', { event_context: {} })).results[0].context.events_after.length, 3);
  });
});

test('the state of the rooms comes along when asked for', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom({ name: 'Harbour' });
  await alice.send(room, 'an anchor');
  const { state } = await search(alice, 'anchor', { include_state: true });
  assert.deepEqual(Object.keys(state), [room]);
  assert.ok(state[room].some((event) => event.type === 'm.room.name' && event.content.name === 'Harbour'));
});

test('the filter says which rooms, senders and kinds, and whether there is a link to a file', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const [one, two] = [await roomOf(alice, bob), await roomOf(alice, bob)];
  const [inOne] = await said(alice, one, 'walnut');
  const [inTwo] = await said(bob, two, 'walnut');
  const picture = await bob.send(two, { msgtype: 'm.image', body: 'walnut', url: 'mxc://parley.test/none' });
  await alice.send(one, { 'm.relates_to': { rel_type: 'm.annotation', event_id: inOne, key: 'x' } }, { type: 'm.reaction' });
  await twice(async () => {
    const found = async (filter) => idsOf(await search(alice, 'walnut', { filter }));
    assert.deepEqual(await found({}), [picture, inTwo, inOne]);
    assert.deepEqual(await found({ rooms: [one] }), [inOne]);
    assert.deepEqual(await found({ not_rooms: [two] }), [inOne]);
    assert.deepEqual(await found({ rooms: [] }), []);
    assert.deepEqual(await found({ senders: [bob.id] }), [picture, inTwo]);
    assert.deepEqual(await found({ not_senders: [bob.id] }), [inOne]);
    assert.deepEqual(await found({ types: ['m.room.name'] }), []);
    assert.deepEqual(await found({ contains_url: true }), [picture]);
    assert.deepEqual(await found({ related_by_rel_types: ['m.annotation'] }), [inOne]);
    assert.deepEqual(await found({ rooms: ['!nowhere:parley.test'] }), []);
  });
});

test('only what the reader may see is found, and counted', async () => {
  const [alice, bob, carol] = await registerAll(server, 'alice', 'bob', 'carol');
  const room = await alice.createRoom({ preset: 'private_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } }] });
  const before = await alice.send(room, 'secret marble');
  await alice.invite(room, bob);
  await bob.join(room);
  const during = await alice.send(room, 'shared marble');
  await bob.leave(room);
  const after = await alice.send(room, 'later marble');
  await twice(async () => {
    const found = await search(bob, 'marble');
    assert.deepEqual(idsOf(found), [during]);
    assert.equal(found.count, 1);
    assert.deepEqual(idsOf(await search(alice, 'marble')), [after, during, before]);
    assert.equal((await search(carol, 'marble')).count, 0);
    assert.deepEqual(idsOf(await search(carol, 'marble', { filter: { rooms: [room] } })), []);
  });
  await bob.post(`/v3/rooms/${enc(room)}/forget`);
  assert.equal((await search(bob, 'marble')).count, 0);
});

test('what people the reader ignores said is not found', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.send(room, 'a bassoon');
  await alice.put(`/v3/user/${enc(alice.id)}/account_data/m.ignored_user_list`, { ignored_users: { [bob.id]: {} } });
  assert.deepEqual(idsOf(await search(alice, 'bassoon')), []);
});

test('encrypted rooms are not searched', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom();
  await alice.send(room, 'a plain violin');
  assert.equal((await search(alice, 'violin')).count, 1);
  await alice.setState(room, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' });
  await alice.send(room, { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'violin', body: 'violin', session_id: 's' }, { type: 'm.room.encrypted' });
  await twice(async () => assert.equal((await search(alice, 'violin')).count, 0));
});

test('with an upgraded room what was said in its predecessors is found', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const old = await roomOf(alice, bob);
  const before = await alice.send(old, 'an old compass');
  const { replacement_room: room } = await alice.post(`/v3/rooms/${enc(old)}/upgrade`, { new_version: '12' });
  const after = await alice.send(room, 'a new compass');
  await twice(async () => assert.deepEqual(idsOf(await search(alice, 'compass', { filter: { rooms: [room] } })), [after, before]));
  assert.deepEqual(idsOf(await search(bob, 'compass', { filter: { rooms: [room] } })), [], 'who has not come along has not seen the new one');
});

test('4.2 what is redacted is gone from the index the moment it is redacted', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const word = canary('redacted');
  const [gone, stays] = await said(alice, room, `only here ${word}`, 'only here the other');
  await indexed(server);
  assert.deepEqual(idsOf(await search(bob, word)), [gone]);
  await alice.redact(room, gone);
  assert.equal((await search(bob, word)).count, 0);
  assert.deepEqual(idsOf(await search(bob, 'only here')), [stays]);
  await indexed(server);
  assert.equal((await search(bob, word)).count, 0);
});

test('4.2 what has disappeared from a room is gone from the index', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom({ initial_state: [{ type: 'm.room.retention', state_key: '', content: { max_lifetime: 1500 } }] });
  await alice.send(room, 'a fleeting mayfly');
  await indexed(server);
  const rows = () => lookAtIndex(server, `SELECT s.id FROM segment s JOIN chat.room r ON r.nid = s.room WHERE r.id = '${room.slice(1)}' OR r.id = '${room}'`).length;
  await until(async () => (await search(alice, 'mayfly')).count === 0, 'the message is not found any more');
  await until(async () => lookAtIndex(server, "SELECT count(*) FROM chat.event WHERE flags & 8").every(([buried]) => buried > 0), 'it is buried');
  assert.equal((await search(alice, 'mayfly')).count, 0);
  assert.ok(rows() <= 1);
});

async function until(holds, what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('4.3, 5.4 of who is erased no word is found and no row is left', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const word = canary('erased');
  await alice.send(room, word);
  await bob.send(room, `${canary('other')} stays`);
  await indexed(server);
  const subjects = () => lookAtIndex(server, 'SELECT DISTINCT subject FROM segment').length;
  const before = subjects();
  assert.equal((await search(bob, word)).count, 1);
  const certificate = await erase(alice);
  assert.equal((await search(bob, word)).count, 0);
  assert.equal(subjects(), before - 1);
  assert.ok(JSON.stringify(certificate).includes('search index'), 'the certificate speaks of it');
});

test('1.5, 4.5 no word of a message stands in a file of the index', async () => {
  const [alice] = await registerAll(server, 'alice');
  const words = { message: canary('message'), name: canary('name'), removed: canary('removed') };
  const room = await alice.createRoom({ name: words.name });
  await alice.send(room, words.message);
  await alice.redact(room, await alice.send(room, words.removed));
  await indexed(server);
  await server.stop();
  assert.deepEqual(findWords(server.folder, words), []);
  await server.relaunch();
  assert.equal((await search(alice, words.message)).count, 1);
});

test('a stop of the power while messages are indexed loses none of them, nor brings a removed one back', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom();
  const all = [];
  const removed = [];
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 40; n++) all.push(await alice.send(room, `granite ${round} ${n}`));
    removed.push(all.splice(all.length - 7, 1)[0]);
    await alice.redact(room, removed.at(-1));
    await server.kill();
    await server.relaunch();
  }
  const found = async () => {
    const ids = [];
    let next;
    do {
      const page = await search(alice, 'granite', { filter: { limit: 50 }, next });
      ids.push(...idsOf(page));
      next = page.next_batch;
    } while (next);
    return ids.reverse();
  };
  await twice(async () => assert.deepEqual(await found(), all));
});

for (const [what, spoil] of [
  ['missing', (path) => rmSync(path)],
  ['damaged', (path) => writeFileSync(path, 'this is not a database, and never was one'.repeat(500))],
]) {
  test(`an index that is ${what} is made again from the messages`, async () => {
    const [alice] = await registerAll(server, 'alice');
    const room = await alice.createRoom();
    await alice.redact(room, await alice.send(room, `feldspar, removed (${what})`));
    const stays = await alice.send(room, `feldspar, which stays (${what})`);
    await indexed(server);
    await server.stop();
    for (const suffix of ['-wal', '-shm']) rmSync(join(server.folder, `data/search.db${suffix}`), { force: true });
    spoil(join(server.folder, 'data/search.db'));
    await server.relaunch();
    await twice(async () => assert.deepEqual(idsOf(await search(alice, 'feldspar')), [stays]));
    assert.ok(lookAtIndex(server, 'SELECT count(*) FROM segment')[0][0] > 0);
  });
}

test('4.2 many messages of one person fill segments that are split, and all are found', async () => {
  const [alice] = await registerAll(server, 'alice');
  const room = await alice.createRoom();
  for (let n = 0; n < 600; n++) await alice.send(room, `basalt number ${n} ${n % 100 === 0 ? 'rare 玄武岩' : ''}`);
  await indexed(server);
  assert.ok(lookAtIndex(server, 'SELECT count(*) FROM segment WHERE part > 0')[0][0] > 0, 'there are split segments');
  assert.equal((await search(alice, 'basalt')).count, 600);
  assert.equal((await search(alice, 'rare basalt')).count, 6);
  assert.equal((await search(alice, '玄武')).count, 6);
  assert.equal((await search(alice, 'bas* 599')).count, 1);
  const [{ result }] = (await search(alice, 'basalt 300')).results;
  await alice.redact(room, result.event_id);
  assert.equal((await search(alice, 'basalt 300')).count, 0);
  assert.equal((await search(alice, 'basalt')).count, 599);
  assert.deepEqual(bodiesOf(await search(alice, 'basalt 301')), ['basalt number 301 ']);
});

test('many search at once, some hang up, and each gets an answer of their own', async () => {
  const people = await registerAll(server, 'crane', 'heron', 'stork', 'ibis');
  for (const person of people) {
    const room = await person.createRoom({ name: 'Nest' });
    await person.send(room, `shared word of ${person.localpart}`);
  }
  const hangUp = async (person) => {
    const gone = new AbortController();
    const given = { search_categories: { room_events: { search_term: 'shared' } } };
    const answer = fetch(`${server.url}/_matrix/client/v3/search`, {
      method: 'POST',
      body: JSON.stringify(given),
      signal: gone.signal,
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    });
    setImmediate(() => gone.abort());
    await answer.then((it) => it.text()).catch((error) => assert.equal(error.name, 'AbortError'));
  };
  const asked = [];
  for (let round = 0; round < 15; round++)
    for (const person of people)
      if (round % 3 === 2) await hangUp(person);
      else asked.push(search(person, 'shared').then((answer) => assert.deepEqual(bodiesOf(answer), [`shared word of ${person.localpart}`])));
  await Promise.all(asked);
});

/** Somebody with more that is not indexed yet than a search reads, 2,000, and something older. */
let crowd;
const inACrowd = () =>
  (crowd ??= (async () => {
    const [alice] = await registerAll(slow, 'alice');
    const [few, many] = [await alice.createRoom({ name: 'Few' }), await alice.createRoom({ name: 'Many' })];
    await alice.send(few, 'a whimbrel');
    const before = await search(alice, 'whimbrel');
    for (let i = 0; i < 2000; i += 100) await Promise.all(Array.from({ length: 100 }, (_, j) => alice.send(many, `call ${i + j}`)));
    return { alice, few, before };
  })());

test('an answer that had to leave something out says so', async () => {
  const { alice, few, before } = await inACrowd();
  assert.deepEqual(bodiesOf(before), ['a whimbrel']);
  assert.equal(before['org.parley.bounded'], undefined);
  const answer = await search(alice, 'whimbrel');
  assert.deepEqual(bodiesOf(answer), []);
  assert.equal(answer['org.parley.bounded'], true);
  assert.deepEqual(bodiesOf(await search(alice, 'whimbrel', { filter: { rooms: [few] } })), ['a whimbrel']);
});

test('who is signed out while the index is asked is told nothing', async () => {
  const { alice } = await inACrowd();
  const leaving = await alice.signInAgain();
  /* Once one of these is answered the others wait in a row, and what is asked then waits behind them. */
  const others = Array.from({ length: 60 }, () => search(alice, 'whimbrel'));
  await Promise.race(others);
  const asked = leaving.request('POST', '/v3/search', { body: { search_categories: { room_events: { search_term: 'call' } } } });
  const left = await leaving.request('POST', '/v3/logout', { body: {} });
  assert.equal(left.status, 200);
  const answer = await asked;
  assert.equal(answer.status, 401);
  assert.equal(answer.body.errcode, 'M_UNKNOWN_TOKEN');
  await Promise.all(others);
});

test('what is not a search is refused', async () => {
  const [alice] = await registerAll(server, 'alice');
  const bad = (body, errcode, query) => alice.refused(400, errcode, 'POST', '/v3/search', body, query);
  const criteria = (more) => ({ search_categories: { room_events: { search_term: 'x', ...more } } });
  await bad({}, 'M_BAD_JSON');
  await bad({ search_categories: { room_events: {} } }, 'M_BAD_JSON');
  await bad(criteria({ search_term: 'x'.repeat(600) }), 'M_INVALID_PARAM');
  await bad(criteria({ keys: ['content.nothing'] }), 'M_INVALID_PARAM');
  await bad(criteria({ order_by: 'age' }), 'M_INVALID_PARAM');
  await bad(criteria({ groupings: { group_by: [{ key: 'type' }] } }), 'M_INVALID_PARAM');
  await bad(criteria({ event_context: { before_limit: -1 } }), 'M_INVALID_PARAM');
  for (const token of ['x', 's1_1_2_3', 's1_a_b_c_d_e', 's1_1_2_3_q_0', 's1_1_2_3_a_0_']) await bad(criteria({}), 'M_INVALID_PARAM', { next_batch: token });
  assert.deepEqual(await alice.post('/v3/search', { search_categories: {} }), { search_categories: {} });
  assert.equal((await server.request('POST', '/_matrix/client/v3/search', { body: criteria({}) })).status, 401);
});
