/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Sending and redacting, and the transaction ids that make both safe to repeat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register, registerAll, roomOf, timeline } from '../support/user.js';

const server = useServer();
const path = (room, what) => `/v3/rooms/${enc(room)}/${what}`;
const text = (body) => ({ msgtype: 'm.text', body });

test('a message arrives as it was sent', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  await bob.sync();
  const content = { msgtype: 'm.text', body: 'Grüße 🎉\n"quotes" \\ \u0001', 'org.test.extra': { deep: [1, -2, true, null, 'x'] } };
  const id = await alice.send(room, content);
  const event = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.event_id === id));
  assert.deepEqual(event.content, content);
  assert.equal(event.sender, alice.id);
  assert.equal(event.type, 'm.room.message');
  assert.ok(Math.abs(event.origin_server_ts - Date.now()) < 60_000);
  assert.equal(typeof event.unsigned?.age, 'number');
});

test("the sender's own device gets the transaction id back, others do not", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const other = await alice.signInAgain();
  for (const user of [alice, bob, other]) await user.sync();
  const id = await alice.send(room, 'hello', { txn: 'my-txn' });
  const find = (answer) => timeline(answer, room).find((one) => one.event_id === id);
  assert.equal((await alice.syncUntil(find)).unsigned?.transaction_id, 'my-txn');
  assert.equal((await bob.syncUntil(find)).unsigned?.transaction_id, undefined);
  assert.equal((await other.syncUntil(find)).unsigned?.transaction_id, undefined);
});

test('the same transaction id sends once', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const first = await alice.send(room, 'once', { txn: 't1' });
  const second = await alice.send(room, 'once', { txn: 't1' });
  assert.equal(first, second);
  const { chunk } = await alice.messages(room, { limit: 5 });
  assert.equal(chunk.filter((event) => event.type === 'm.room.message').length, 1);
});

test('the same transaction id is another one in another room or device', async () => {
  const alice = await register(server, 'alice');
  const [one, two] = [await alice.createRoom({}), await alice.createRoom({})];
  const other = await alice.signInAgain();
  const ids = [
    await alice.send(one, 'x', { txn: 't1' }),
    await alice.send(two, 'x', { txn: 't1' }),
    await other.send(one, 'x', { txn: 't1' }),
  ];
  assert.equal(new Set(ids).size, 3);
});

test('the same transaction id is another one at another address: another type, or the redaction of another event', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const [one, two] = [await alice.send(room, 'x', { txn: 't1' }), await alice.send(room, { x: 1 }, { type: 'org.test.thing', txn: 't1' })];
  const redact = (event) => alice.put(`/v3/rooms/${enc(room)}/redact/${enc(event)}/t1`);
  const [three, four] = [(await redact(one)).event_id, (await redact(two)).event_id];
  assert.equal(new Set([one, two, three, four]).size, 4);
  for (const event of [one, two]) assert.deepEqual((await alice.event(room, event)).content, {});
  assert.equal((await redact(one)).event_id, three, 'sent again');
});

test('transaction ids are remembered across a restart and a kill', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const sent = await alice.send(room, 'once', { txn: 'lasting' });
  const redacted = accepted(await alice.request('PUT', path(room, `redact/${enc(sent)}/r1`), { body: {} })).event_id;
  await server.restart();
  assert.equal(await alice.send(room, 'once', { txn: 'lasting' }), sent);
  await server.kill();
  await server.relaunch();
  assert.equal(await alice.send(room, 'once', { txn: 'lasting' }), sent);
  assert.equal(accepted(await alice.request('PUT', path(room, `redact/${enc(sent)}/r1`), { body: {} })).event_id, redacted);
});

test('a transaction id is kept when the token is refreshed', async () => {
  const alice = await register(server, 'alice', { refresh_token: true });
  const room = await alice.createRoom({});
  const first = await alice.send(room, 'once', { txn: 'kept' });
  const fresh = accepted(await server.request('POST', '/_matrix/client/v3/refresh', { body: { refresh_token: alice.rest.refresh_token } }));
  alice.token = fresh.access_token;
  assert.equal(await alice.send(room, 'once', { txn: 'kept' }), first);
});

test('many requests with one transaction id at once send once', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const ids = await Promise.all(Array.from({ length: 12 }, () => alice.send(room, 'race', { txn: 'race' })));
  assert.equal(new Set(ids).size, 1);
  const { chunk } = await alice.messages(room, { limit: 20 });
  assert.equal(chunk.filter((event) => event.type === 'm.room.message').length, 1);
});

test('who is not in the room cannot send', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat' });
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'send/m.room.message/1'), text('x'));
});

test('sending to a room that does not exist is refused', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('PUT', path('!nowhere:parley.test', 'send/m.room.message/1'), { body: text('x') });
  assert.ok([403, 404].includes(answer.status), answer.text);
});

test('events_default and events decide who may send what', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await alice.createRoom({ preset: 'public_chat', power_level_content_override: { events_default: 50, events: { 'org.test.free': 0 } } });
  await bob.join(room);
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, 'send/m.room.message/1'), text('x'));
  await bob.send(room, { a: 1 }, { type: 'org.test.free' });
});

test('an event over 65,536 bytes is refused with M_TOO_LARGE', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.send(room, text('x'.repeat(60_000)));
  await alice.refused(413, 'M_TOO_LARGE', 'PUT', path(room, 'send/m.room.message/big'), text('x'.repeat(66_000)));
  await alice.refused([400, 413], 'M_TOO_LARGE', 'PUT', path(room, `send/${'t'.repeat(256)}/longtype`), {});
  await alice.refused([400, 413], 'M_TOO_LARGE', 'PUT', path(room, `state/org.test/${'k'.repeat(256)}`), {});
});

test('content must be an object of canonical JSON', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const body of ['{"n": 1.5, "msgtype": "m.text", "body": "x"}', '[]', '"text"', '7', 'null', '{"n": 9007199254740992, "msgtype": "m.text", "body": "x"}']) {
    const answer = await alice.request('PUT', path(room, `send/m.room.message/${enc(body)}`), { body });
    assert.equal(answer.status, 400, body);
    assert.ok(['M_BAD_JSON', 'M_NOT_JSON'].includes(answer.body.errcode), answer.text);
  }
});

test('text that is not JSON, or JSON that is ambiguous, makes no event', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const bytes = (text, ...more) => Buffer.concat([Buffer.from(text), Buffer.from(more), Buffer.from('"}')]);
  const bodies = {
    M_NOT_JSON: ['\ufeff{"a":1}', '{"a":"\\ud800"}', '{"a":"\u0001"}', '{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{"a":+1}', '{"a":.5}', bytes('{"a":"', 0xff), bytes('{"a":"', 0xed, 0xa0, 0x80), bytes('{"a":"', 0xc0, 0x80)],
    M_BAD_JSON: ['{"a":-9007199254740992}', '{"a":[{"b":0.1}]}', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  };
  for (const [errcode, list] of Object.entries(bodies)) {
    for (const [i, body] of list.entries()) await alice.refused(400, errcode, 'PUT', path(room, `send/org.test.thing/${errcode}${i}`), body);
  }
  refused(await alice.request('PUT', path(room, 'send/org.test.thing/twice'), { body: '{"a":1,"a":2}' }), 400);
  const exact = '{"least":-9007199254740991,"most":9007199254740991,"nul":"\\u0000","pair":"\\ud83d\\ude00"}';
  const { event_id: id } = accepted(await alice.request('PUT', path(room, 'send/org.test.thing/exact'), { body: exact }));
  assert.deepEqual((await alice.event(room, id)).content, JSON.parse(exact));
});

test('type and state key have at most 255 bytes', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  await alice.put(path(room, `send/${'t'.repeat(255)}/1`));
  await alice.put(path(room, `state/t/${'k'.repeat(255)}`));
  await alice.refused([400, 413], 'M_TOO_LARGE', 'PUT', path(room, `send/${'t'.repeat(256)}/2`), {});
  await alice.refused([400, 413], 'M_TOO_LARGE', 'PUT', path(room, `send/${enc('ü'.repeat(128))}/3`), {});
  await alice.refused([400, 413], 'M_TOO_LARGE', 'PUT', path(room, `state/t/${'k'.repeat(256)}`), {});
});

test('redacting takes the content away, for everyone and for good', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const id = await alice.send(room, 'regret');
  await bob.sync();
  const redaction = await alice.redact(room, id, 'typo');
  const event = await bob.syncUntil((answer) => timeline(answer, room).find((one) => one.event_id === redaction));
  assert.equal(event.type, 'm.room.redaction');
  assert.equal(event.content.reason, 'typo');
  assert.equal(event.content.redacts, id);
  assert.equal(event.redacts, id);
  const redacted = await bob.event(room, id);
  assert.deepEqual(redacted.content, {});
  assert.equal(redacted.unsigned.redacted_because.event_id, redaction);
  await server.restart();
  assert.deepEqual((await bob.event(room, id)).content, {});
  const { chunk } = await bob.messages(room);
  assert.deepEqual(chunk.find((one) => one.event_id === id).content, {});
});

test('own events may be redacted by anyone who wrote them, others only with power', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const ofAlice = await alice.send(room, 'a');
  const ofBob = await bob.send(room, 'b');
  await bob.refused(403, 'M_FORBIDDEN', 'PUT', path(room, `redact/${enc(ofAlice)}/1`), {});
  await bob.redact(room, ofBob);
  const another = await bob.send(room, 'b');
  await alice.redact(room, another);
});

test('redacted state keeps what the room version protects', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.put(`/v3/profile/${enc(bob.id)}/displayname`, { displayname: 'Bob' });
  const room = await roomOf(alice, bob);
  const state = await alice.get(path(room, 'state'));
  const member = state.find((event) => event.type === 'm.room.member' && event.state_key === bob.id);
  await alice.redact(room, member.event_id);
  assert.deepEqual(await alice.getState(room, 'm.room.member', bob.id), { membership: 'join' });
});

test('an unknown event cannot be redacted', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const answer = await alice.request('PUT', path(room, `redact/${enc('$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')}/1`), { body: {} });
  assert.ok([400, 403, 404].includes(answer.status), answer.text);
});

test('one sender’s messages keep their order', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const ids = [];
  for (let i = 0; i < 30; i++) ids.push(await alice.send(room, `${i}`));
  const { chunk } = await bob.messages(room, { limit: 30 });
  assert.deepEqual(chunk.map((event) => event.event_id).reverse(), ids);
});
