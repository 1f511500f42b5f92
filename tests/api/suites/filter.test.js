/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { enc, refused, register, registerAll } from '../support/user.js';

const server = useServer();

test('a filter comes back as it was stored', async () => {
  const alice = await register(server, 'alice');
  const filter = { room: { timeline: { limit: 7, types: ['m.room.message'] }, state: { lazy_load_members: true } }, event_format: 'client' };
  const { filter_id: id } = await alice.post(`/v3/user/${enc(alice.id)}/filter`, filter);
  assert.ok(!id.startsWith('{'));
  assert.deepEqual(await alice.get(`/v3/user/${enc(alice.id)}/filter/${enc(id)}`), filter);
});

test('an unknown filter is not found', async () => {
  const alice = await register(server, 'alice');
  await alice.refused(404, 'M_NOT_FOUND', 'GET', `/v3/user/${enc(alice.id)}/filter/9999`);
});

test("a filter is its user's own", async () => {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const { filter_id: id } = await alice.post(`/v3/user/${enc(alice.id)}/filter`, {});
  await bob.refused(403, 'M_FORBIDDEN', 'POST', `/v3/user/${enc(alice.id)}/filter`, {});
  const answer = await bob.request('GET', `/v3/user/${enc(alice.id)}/filter/${enc(id)}`);
  assert.ok([403, 404].includes(answer.status));
});

test('a filter with fields of the wrong type is refused', async () => {
  const alice = await register(server, 'alice');
  for (const filter of [{ room: 'all' }, { room: { timeline: { limit: 'many' } } }, { room: { timeline: { types: 'm.room.message' } } }, { presence: { not_senders: [7] } }]) {
    const answer = await alice.request('POST', `/v3/user/${enc(alice.id)}/filter`, { body: filter });
    assert.equal(answer.status, 400, JSON.stringify(filter));
    assert.ok(['M_BAD_JSON', 'M_INVALID_PARAM'].includes(answer.body.errcode), answer.text);
  }
});

test('a filter that names what is no room and nobody is refused', async () => {
  const alice = await register(server, 'alice');
  const lists = { rooms: 'not a room', not_rooms: '#alias:parley.test', senders: 'alice', not_senders: '!room', related_by_senders: '' };
  for (const [key, id] of Object.entries(lists)) {
    const filter = { room: { timeline: { [key]: [id] } } };
    refused(await alice.request('POST', `/v3/user/${enc(alice.id)}/filter`, { body: filter }), 400, 'M_BAD_JSON');
    refused(await alice.request('GET', '/v3/sync', { query: { filter } }), 400, 'M_INVALID_PARAM');
  }
  for (const key of ['rooms', 'not_rooms']) refused(await alice.request('POST', `/v3/user/${enc(alice.id)}/filter`, { body: { room: { [key]: ['x'] } } }), 400, 'M_BAD_JSON');
});

test('a sync with an unknown filter is refused', async () => {
  const alice = await register(server, 'alice');
  const answer = await alice.request('GET', '/v3/sync', { query: { filter: '424242' } });
  assert.ok([400, 404].includes(answer.status), answer.text);
});

test('a filter outlives a restart', async () => {
  const alice = await register(server, 'alice');
  const { filter_id: id } = await alice.post(`/v3/user/${enc(alice.id)}/filter`, { room: { timeline: { limit: 3 } } });
  await server.restart();
  assert.deepEqual(await alice.get(`/v3/user/${enc(alice.id)}/filter/${enc(id)}`), { room: { timeline: { limit: 3 } } });
});
