/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Messages to devices (spec "Send-to-Device messaging"): to whom they go, and that each arrives once.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, refused, register, registerAll } from '../support/user.js';

const server = useServer();
const TYPE = 'org.test.message';
const path = (type = TYPE, txn = randomBytes(8).toString('hex')) => `/v3/sendToDevice/${enc(type)}/${enc(txn)}`;
const to = (user, content, device = user.device) => ({ messages: { [user.id]: { [device]: content } } });
const eventsOf = (answer) => answer.to_device.events;
const contents = (answer) => eventsOf(answer).map((event) => event.content);
const numbered = (n) => ({ n });

/** Sends messages 0 … count − 1 to a device, each by a request of its own. */
async function sendNumbered(sender, user, count) {
  for (let n = 0; n < count; n++) await sender.put(path(), to(user, numbered(n)));
}

/** Follows the device's syncs until nothing comes any more; what each answer carried. */
async function drain(user) {
  const pages = [];
  for (;;) {
    const page = contents(await user.sync());
    if (page.length === 0) return pages;
    pages.push(page);
  }
}

test('a message reaches its device, and says who sent it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.sync();
  assert.deepEqual(await alice.put(path('m.new_device'), to(bob, { device_id: 'X', rooms: ['!a:b'] })), {});
  assert.deepEqual(eventsOf(await bob.sync()), [{ type: 'm.new_device', sender: alice.id, content: { device_id: 'X', rooms: ['!a:b'] } }]);
});

test('it reaches no other device, and nobody else', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const other = await bob.signInAgain();
  await alice.put(path(), to(bob, { secret: 1 }));
  assert.deepEqual(eventsOf(await other.sync()), []);
  assert.deepEqual(eventsOf(await alice.sync()), []);
  assert.equal(eventsOf(await bob.sync()).length, 1);
});

test('* is every device, but for those that are named', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const other = await bob.signInAgain();
  await alice.put(path(), { messages: { [bob.id]: { '*': { all: true }, [other.device]: { all: false } } } });
  assert.deepEqual(contents(await bob.sync()), [{ all: true }]);
  assert.deepEqual(contents(await other.sync()), [{ all: false }]);
});

test('one may send to devices of one’s own', async () => {
  const alice = await register(server, 'alice');
  const other = await alice.signInAgain();
  await alice.put(path(), to(other, { own: true }));
  assert.deepEqual(contents(await other.sync()), [{ own: true }]);
});

test('who and what is not here is passed over', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const messages = {
    '@nobody-of-this-name:localhost': { X: {} }, '@far:elsewhere.example': { '*': {} }, 'not a user': { X: {} },
    [bob.id]: { NOSUCHDEVICE: { lost: true }, [bob.device]: { found: true } },
  };
  assert.deepEqual(await alice.put(path(), { messages }), {});
  assert.deepEqual(contents(await bob.sync()), [{ found: true }]);
});

test('messages come in order, before and behind a first sync', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await sendNumbered(alice, bob, 3);
  assert.deepEqual(contents(await bob.sync()), [0, 1, 2].map(numbered));
  await sendNumbered(alice, bob, 2);
  assert.deepEqual(contents(await bob.sync()), [0, 1].map(numbered));
  assert.deepEqual(contents(await bob.sync()), []);
});

test('an answer that got lost is given again; one that arrived is not', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { next_batch: before } = await bob.sync();
  await sendNumbered(alice, bob, 2);
  for (let i = 0; i < 2; i++) assert.deepEqual(contents(await bob.sync({ since: before })), [0, 1].map(numbered));
  const { next_batch: after } = await bob.sync({ since: before });
  await alice.put(path(), to(bob, { later: true }));
  assert.deepEqual(contents(await bob.sync({ since: before })), [numbered(0), numbered(1), { later: true }], 'the older token is not told less');
  for (let i = 0; i < 2; i++) assert.deepEqual(contents(await bob.sync({ since: after })), [{ later: true }]);
  assert.deepEqual(contents(await bob.sync({ since: before })), [{ later: true }], 'what was acknowledged is gone');
});

test('what was acknowledged does not come back with a first sync, and what was not does', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(path(), to(bob, { first: 1 }));
  for (let i = 0; i < 2; i++) assert.deepEqual(contents(await bob.sync({ since: null })), [{ first: 1 }]);
  await bob.sync();
  assert.deepEqual(contents(await bob.sync({ since: null })), []);
});

test('a repeated request is carried out once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  for (let i = 0; i < 3; i++) assert.deepEqual(await alice.put(path(TYPE, 'same'), to(bob, numbered(i))), {});
  await server.restart();
  await alice.put(path(TYPE, 'same'), to(bob, numbered(3)));
  assert.deepEqual(contents(await bob.sync()), [numbered(0)]);
});

test('the same transaction id of another device, or another type, is another request', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const other = await alice.signInAgain();
  await alice.put(path(TYPE, 'same'), to(bob, numbered(0)));
  await other.put(path(TYPE, 'same'), to(bob, numbered(1)));
  await alice.put(path(`${TYPE}.2`, 'same'), to(bob, numbered(2)));
  assert.deepEqual(contents(await bob.sync()), [0, 1, 2].map(numbered));
});

test('a request that was refused may be repeated in a better form', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.refused(400, 'M_BAD_JSON', 'PUT', path(TYPE, 'again'), { messages: { [bob.id]: { [bob.device]: 'text' } } });
  await alice.put(path(TYPE, 'again'), to(bob, { good: true }));
  assert.deepEqual(contents(await bob.sync()), [{ good: true }]);
});

test('many come a hundred at a time, and the rest at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.sync();
  await sendNumbered(alice, bob, 230);
  const started = Date.now();
  const pages = [contents(await bob.sync({ timeout: 20_000 })), contents(await bob.sync({ timeout: 20_000 })), contents(await bob.sync({ timeout: 20_000 }))];
  assert.ok(Date.now() - started < 10_000, 'no answer waited');
  assert.deepEqual(pages.map((page) => page.length), [100, 100, 30]);
  assert.deepEqual(pages.flat(), Array.from({ length: 230 }, (_, n) => numbered(n)));
  assert.deepEqual(await drain(bob), []);
});

test('large ones come fewer at a time', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const large = 'x'.repeat(60_000);
  for (let n = 0; n < 40; n++) await alice.put(path(), to(bob, { n, large }));
  const pages = await drain(bob);
  assert.deepEqual(pages.flat().map((content) => content.n), Array.from({ length: 40 }, (_, n) => n));
  assert.ok(pages.length >= 3, `${pages.length} answers`);
});

test('a half-fetched queue survives a restart, and goes on where it was', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await sendNumbered(alice, bob, 150);
  const first = contents(await bob.sync());
  await server.restart();
  assert.deepEqual([...first, ...(await drain(bob)).flat()], Array.from({ length: 150 }, (_, n) => numbered(n)));
});

test('a waiting sync is woken at once', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await bob.sync();
  const started = Date.now();
  const waiting = bob.sync({ timeout: 20_000 });
  await alice.put(path(), to(bob, { wake: true }));
  assert.deepEqual(contents(await waiting), [{ wake: true }]);
  assert.ok(Date.now() - started < 10_000);
  const again = bob.sync({ timeout: 20_000 });
  await alice.put(path(), to(bob, { wake: 2 }));
  assert.deepEqual(contents(await again), [{ wake: 2 }]);
});

test('a token of a time the server does not know (before a backup was restored) loses nothing', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(path(), to(bob, { kept: true }));
  const since = 's9000000000000_0_0_1_9000000000000';
  for (let i = 0; i < 2; i++) assert.deepEqual(contents(await bob.sync({ since })), [{ kept: true }]);
  assert.deepEqual(contents(await bob.sync()), []);
});

test('a filter does not touch them', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(path(), to(bob, { here: true }));
  const filter = { room: { rooms: [] }, presence: { types: [] }, account_data: { types: [] } };
  assert.deepEqual(contents(await bob.sync({ filter })), [{ here: true }]);
});

test('a device that signed out is sent nothing, and the next of its name begins empty', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const other = await bob.signInAgain({ device_id: 'TABLET' });
  await alice.put(path(), to(other, { before: true }));
  await other.post('/v3/logout');
  await alice.put(path(), to(other, { between: true }));
  const next = await bob.signInAgain({ device_id: 'TABLET' });
  await alice.put(path(), to(next, { behind: true }));
  assert.deepEqual(contents(await next.sync()), [{ behind: true }]);
});

test('signing in with the same device keeps what waits for it', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  await alice.put(path(), to(bob, { kept: true }));
  const again = await bob.signInAgain({ device_id: bob.device });
  assert.deepEqual(contents(await again.sync()), [{ kept: true }]);
});

test('messages are objects, by user and by device', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const wrong = [{}, { messages: [] }, { messages: { [bob.id]: [] } }, { messages: { [bob.id]: { [bob.device]: 'text' } } }, { messages: { [bob.id]: { '*': 1 } } }];
  for (const body of wrong) await alice.refused(400, 'M_BAD_JSON', 'PUT', path(), body);
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path(TYPE, 't'.repeat(256)), to(bob, {}));
  await alice.refused(400, 'M_INVALID_PARAM', 'PUT', path('t'.repeat(256)), to(bob, {}));
  assert.deepEqual(contents(await bob.sync()), []);
});

test('a message and a request have a size, and nothing of a refused one arrives', async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const text = (size) => ({ text: 'x'.repeat(size - '{"text":""}'.length) });
  await alice.put(path(), to(bob, text(65_536)));
  await alice.refused(413, 'M_TOO_LARGE', 'PUT', path(), to(bob, text(65_537)));
  /* Of a body that large no more is read; the connection may be closed before all of it is sent. */
  const larger = await alice.request('PUT', path(), { body: to(bob, text(2 * 1024 * 1024 + 1)), fresh: true }).catch((error) => error);
  if (larger instanceof Error) assert.ok(['EPIPE', 'ECONNRESET'].includes(larger.code), larger.message);
  else refused(larger, 413, 'M_TOO_LARGE');
  const devices = [];
  for (let i = 0; i < 130; i++) devices.push(await bob.signInAgain());
  await alice.refused(413, 'M_TOO_LARGE', 'PUT', path(), { messages: { [bob.id]: { '*': text(65_000) } } });
  assert.equal(contents(await bob.sync()).length, 1);
  assert.equal(contents(await devices[0].sync()).length, 0);
});

test('one must be signed in', async () => {
  const response = await server.request('PUT', `/_matrix/client${path()}`, { body: { messages: {} } });
  assert.equal(response.status, 401);
});
