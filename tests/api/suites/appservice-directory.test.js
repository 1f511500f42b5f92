/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec: Application Service API, "Application service room directories", and what publicRooms shows of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { Ghost, ghost, registration } from '../support/service.js';
import { enc, register, roomOf } from '../support/user.js';

const namespaces = (name) => ({ users: [[`@_${name}_.*`, true]] });
const log = registration('log', { namespaces: namespaces('log'), protocols: ['log'] });
const server = useServer({
  files: { 'irc.yaml': registration('irc', { namespaces: namespaces('irc'), protocols: ['irc'] }), 'log.yaml': log },
  set: { 'appservices.files': 'irc.yaml, log.yaml' },
});
const at = (network, room) => `/v3/directory/list/appservice/${enc(network)}/${enc(room)}`;

async function listed(user, options) {
  const { chunk } = await user.post('/v3/publicRooms', options);
  return chunk.map((room) => room.room_id);
}

/** A room of a ghost that lists it on a network. */
async function listedRoom(service, network, options = {}) {
  const maker = await ghost(server, service, 'maker');
  const room = await maker.createRoom({ name: `a room of ${service}`, ...options });
  await maker.put(at(network, room), { visibility: 'public' });
  return { maker, room };
}

test('a room a service lists is in its network’s directory and in no other', async () => {
  const alice = await register(server, 'alice');
  const { room } = await listedRoom('irc', 'freenet');
  assert.ok((await listed(alice, { third_party_instance_id: 'irc|freenet' })).includes(room));
  for (const options of [{}, { third_party_instance_id: 'irc|other' }, { third_party_instance_id: 'log|freenet' }, { third_party_instance_id: 'freenet' }])
    assert.ok(!(await listed(alice, options)).includes(room), JSON.stringify(options));
});

test('all networks together have it once, with the server’s own rooms', async () => {
  const alice = await register(server, 'alice');
  const { maker, room } = await listedRoom('irc', 'one', { visibility: 'public' });
  await maker.put(at('two', room), { visibility: 'public' });
  const own = await alice.createRoom({ visibility: 'public' });
  const all = await listed(alice, { include_all_networks: true });
  assert.equal(all.filter((id) => id === room).length, 1);
  assert.ok(all.includes(own));
  assert.ok(!(await listed(alice, { third_party_instance_id: 'irc|one' })).includes(own));
});

test('it is taken off the list again', async () => {
  const alice = await register(server, 'alice');
  const { maker, room } = await listedRoom('irc', 'off');
  await maker.put(at('off', room), { visibility: 'private' });
  assert.deepEqual(await listed(alice, { third_party_instance_id: 'irc|off' }), []);
});

test('the search looks in the network that is named', async () => {
  const alice = await register(server, 'alice');
  const { room } = await listedRoom('irc', 'tea', { name: 'green tea' });
  const { room: other } = await listedRoom('irc', 'tea', { name: 'black coffee' });
  const found = await listed(alice, { third_party_instance_id: 'irc|tea', filter: { generic_search_term: 'TEA' } });
  assert.ok(found.includes(room) && !found.includes(other), String(found));
});

test('one network and all networks exclude each other', async () => {
  const alice = await register(server, 'alice');
  const both = { include_all_networks: true, third_party_instance_id: 'irc|freenet' };
  await alice.refused(400, 'M_INVALID_PARAM', 'POST', '/v3/publicRooms', both);
  await alice.refused(400, undefined, 'POST', '/v3/publicRooms', { include_all_networks: 'yes' });
});

test('only services list rooms so, and only those their account moderates', async () => {
  const [alice, ada] = [await register(server, 'alice'), await ghost(server, 'irc', 'ada')];
  const room = await roomOf(alice, ada);
  const body = { visibility: 'public' };
  await alice.refused(403, 'M_FORBIDDEN', 'PUT', at('irc', room), body);
  await ada.refused(403, 'M_FORBIDDEN', 'PUT', at('irc', room), body);
  await new Ghost(server, 'irc').refused(403, 'M_FORBIDDEN', 'PUT', at('irc', room), body);
  await ada.refused(404, 'M_NOT_FOUND', 'PUT', at('irc', '!nowhere:parley.test'), body);
  const own = await ada.createRoom();
  await ada.refused(400, 'M_BAD_JSON', 'PUT', at('irc', own), { visibility: 'secret' });
  await ada.refused(400, 'M_BAD_JSON', 'PUT', at('irc', own), {});
  await ada.refused(400, 'M_INVALID_PARAM', 'PUT', at('x'.repeat(256), own), body);
});

test('what a service listed is not shown once it is no longer registered', async () => {
  const alice = await register(server, 'alice');
  const { room } = await listedRoom('log', 'net');
  assert.ok((await listed(alice, { include_all_networks: true })).includes(room));
  server.write('log.yaml', registration('other'));
  await server.reload('application services read again');
  assert.ok(!(await listed(alice, { include_all_networks: true })).includes(room));
  assert.deepEqual(await listed(alice, { third_party_instance_id: 'log|net' }), []);
  server.write('log.yaml', log);
  await server.reload('application services read again');
});
