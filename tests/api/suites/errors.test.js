/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What is answered to what no client should ask.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawExchange } from '../support/http.js';
import { useServer } from '../support/server.js';
import { accepted, enc, refused, register } from '../support/user.js';

const server = useServer();
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': /GET.*POST.*PUT.*DELETE.*OPTIONS/,
  'access-control-allow-headers': /Authorization/i,
};

function hasCors(response, what) {
  for (const [name, value] of Object.entries(cors)) {
    const actual = response.headers[name];
    assert.ok(value instanceof RegExp ? value.test(actual) : actual === value, `${what}: ${name} is ${actual}`);
  }
}

test('an unknown path is 404 M_UNRECOGNIZED', async () => {
  const alice = await register(server, 'alice');
  for (const path of ['/_matrix/client/v3/no_such_thing', '/_matrix/client/v99/sync', '/_matrix/nothing', '/_matrix/client/v3/rooms', '/_matrix/media/v3/no_such']) {
    refused(await server.request('GET', path, { token: alice.token }), 404, 'M_UNRECOGNIZED');
    refused(await server.request('GET', path), 404, 'M_UNRECOGNIZED');
  }
});

test('a known path with the wrong method is 405 M_UNRECOGNIZED', async () => {
  const alice = await register(server, 'alice');
  for (const [method, path] of [['POST', '/_matrix/client/versions'], ['DELETE', '/_matrix/client/v3/sync'], ['PUT', '/_matrix/client/v3/login'], ['GET', '/_matrix/client/v3/createRoom'], ['PATCH', '/_matrix/client/v3/account/whoami']]) {
    refused(await server.request(method, path, { token: alice.token, body: {} }), 405, 'M_UNRECOGNIZED');
  }
  for (const [path, allowed] of [['/_matrix/client/versions', 'GET, HEAD, OPTIONS'], ['/_matrix/client/v3/login', 'GET, HEAD, POST, OPTIONS'], [`/_matrix/client/v3/user/${enc(alice.id)}/rooms/x/tags/y`, 'PUT, DELETE, OPTIONS']]) {
    assert.equal((await server.request('PATCH', path)).headers.allow, allowed);
  }
});

test('a missing token is 401 M_MISSING_TOKEN, an unknown one 401 M_UNKNOWN_TOKEN', async () => {
  const paths = [['GET', '/v3/sync'], ['GET', '/v3/account/whoami'], ['POST', '/v3/createRoom'], ['GET', '/v3/joined_rooms'], ['PUT', '/v3/rooms/!x:y/send/m.room.message/1'], ['GET', '/v3/devices'], ['GET', '/v3/pushrules/'], ['POST', '/v3/logout']];
  for (const [method, path] of paths) {
    const body = method === 'GET' ? undefined : {};
    refused(await server.request(method, `/_matrix/client${path}`, { body }), 401, 'M_MISSING_TOKEN');
    refused(await server.request(method, `/_matrix/client${path}`, { body, token: 'nonsense' }), 401, 'M_UNKNOWN_TOKEN');
    refused(await server.request(method, `/_matrix/client${path}`, { body, query: { access_token: 'nonsense' } }), 401, 'M_UNKNOWN_TOKEN');
  }
});

test('an authorization that is not a bearer token counts as missing', async () => {
  for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer ']) {
    const response = await server.request('GET', '/_matrix/client/v3/account/whoami', { headers: { authorization } });
    assert.equal(response.status, 401, authorization);
    assert.ok(['M_MISSING_TOKEN', 'M_UNKNOWN_TOKEN'].includes(response.body.errcode));
  }
});

test('a body that is not JSON is 400 M_NOT_JSON', async () => {
  const alice = await register(server, 'alice');
  for (const body of ['', '{', '{"a":}', 'hello', '{"a":1} trailing', "{'a':1}", '{"a":1,}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
    refused(await alice.request('POST', '/v3/createRoom', { body }), 400, 'M_NOT_JSON');
  }
});

test('JSON of the wrong shape is 400 M_BAD_JSON', async () => {
  const alice = await register(server, 'alice');
  for (const body of ['[]', '"x"', '1', 'null', 'true']) refused(await alice.request('POST', '/v3/createRoom', { body }), 400, 'M_BAD_JSON');
  for (const body of [{ name: 1 }, { topic: [] }, { invite: {} }]) {
    const answer = refused(await alice.request('POST', '/v3/createRoom', { body }), 400);
    assert.ok(['M_BAD_JSON', 'M_INVALID_PARAM'].includes(answer.errcode), JSON.stringify(answer));
  }
});

test('JSON nested without end is refused, not followed', async () => {
  const alice = await register(server, 'alice');
  const answer = refused(await alice.request('POST', '/v3/createRoom', { body: `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}` }), 400);
  assert.ok(['M_BAD_JSON', 'M_NOT_JSON'].includes(answer.errcode));
});

test('a body that is too large is 413 M_TOO_LARGE', async () => {
  const alice = await register(server, 'alice');
  const response = await alice.request('POST', '/v3/createRoom', { body: { name: 'x'.repeat(5_000_000) }, fresh: true }).catch((error) => error);
  if (response instanceof Error) assert.ok(['EPIPE', 'ECONNRESET'].includes(response.code), response.message);
  else refused(response, 413, 'M_TOO_LARGE');
});

test('a JSON body needs no content type', async () => {
  const alice = await register(server, 'alice');
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8']) {
    accepted(await alice.request('POST', '/v3/createRoom', { body: '{}', type }));
  }
});

test('identifiers that are none are refused', async () => {
  const alice = await register(server, 'alice');
  for (const room of ['notaroom', '%00', enc('!bad room:x'), '%ff%fe']) {
    const response = await alice.request('GET', `/v3/rooms/${room}/state`);
    assert.ok([400, 403, 404].includes(response.status), `${room}: ${response.status}`);
    assert.equal(typeof response.body.errcode, 'string');
  }
});

test('a broken escape in the path is refused', async () => {
  const alice = await register(server, 'alice');
  const response = await alice.request('GET', '/v3/profile/%zz');
  assert.ok([400, 404].includes(response.status), response.text);
});

test('a query that cannot be decoded is refused, not taken for absent', async () => {
  const alice = await register(server, 'alice');
  for (const query of ['filter=%ff', 'timeout=%', 'since=%zz', 'a=1&%c3%28=2']) refused(await alice.request('GET', `/v3/sync?${query}`), 400, 'M_INVALID_PARAM');
  accepted(await alice.request('GET', '/v3/sync?unknown=%C3%BC+%25'));
});

test('numbers in the query are numbers in their range', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const limit of ['-1', 'abc', '', '1.5', '+5', '%205', '1e3', '99999999999999999999']) {
    for (const path of [`/v3/rooms/${enc(room)}/messages?dir=b&`, `/v3/publicRooms?`, `/v1/rooms/${enc(room)}/threads?`, `/v1/rooms/${enc(room)}/hierarchy?`]) {
      refused(await alice.request('GET', `${path}limit=${limit}`), 400, 'M_INVALID_PARAM');
    }
  }
  for (const path of [`/v1/rooms/${enc(room)}/threads`, `/v1/rooms/${enc(room)}/hierarchy`]) refused(await alice.request('GET', `${path}?limit=0`), 400, 'M_INVALID_PARAM');
  accepted(await alice.request('GET', `/v3/rooms/${enc(room)}/messages?dir=b&limit=1000000`));
});

test('ids with any characters find their way through the path', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  const key = 'a/b%c#d?e ü🙂';
  await alice.setState(room, 'org.test.thing', { x: 1 }, key);
  assert.deepEqual(await alice.getState(room, 'org.test.thing', key), { x: 1 });
  const alias = '#a/b%ü🙂:parley.test';
  await alice.put(`/v3/directory/room/${enc(alias)}`, { room_id: room });
  assert.equal((await alice.get(`/v3/directory/room/${enc(alias)}`)).room_id, room);
  assert.deepEqual((await alice.get(`/v3/rooms/${enc(room)}/aliases`)).aliases, [alias]);
});

test('CORS headers stand on successes and on errors', async () => {
  const alice = await register(server, 'alice');
  hasCors(await server.request('GET', '/_matrix/client/versions'), 'versions');
  hasCors(await server.request('GET', '/.well-known/matrix/client'), 'well-known');
  hasCors(await alice.request('GET', '/v3/account/whoami'), 'whoami');
  hasCors(await server.request('GET', '/_matrix/client/v3/account/whoami'), '401');
  hasCors(await server.request('GET', '/_matrix/client/v3/no_such'), '404');
  hasCors(await server.request('DELETE', '/_matrix/client/versions'), '405');
  hasCors(await alice.request('POST', '/v3/createRoom', { body: '{' }), '400');
});

test('OPTIONS answers every path with CORS headers and does nothing', async () => {
  const alice = await register(server, 'alice');
  const room = await alice.createRoom({});
  for (const path of ['/_matrix/client/v3/sync', '/_matrix/client/v3/createRoom', `/_matrix/client/v3/rooms/${enc(room)}/leave`, '/_matrix/media/v3/upload', '/_matrix/client/versions']) {
    const response = await server.request('OPTIONS', path, { headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' } });
    assert.ok([200, 204].includes(response.status), `${path}: ${response.status}`);
    hasCors(response, path);
  }
  assert.deepEqual((await alice.get('/v3/joined_rooms')).joined_rooms, [room]);
});

test('JSON answers say so', async () => {
  const response = await server.request('GET', '/_matrix/client/versions');
  assert.match(response.headers['content-type'], /^application\/json/);
});

const smuggling = {
  'length and chunked together': 'POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'two lengths': 'POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
  'a length with a sign': 'POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}',
  'a space before the colon': 'GET /_matrix/client/versions HTTP/1.1\r\nHost : x\r\n\r\n',
  'bare line feeds': 'GET /_matrix/client/versions HTTP/1.1\nHost: x\n\n',
  'a NUL in a header': 'GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n',
  'no host': 'GET /_matrix/client/versions HTTP/1.1\r\n\r\n',
  'a folded header': 'GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n',
  'a chunk size of 0x2': 'POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n',
  nonsense: 'hello there\r\n\r\n',
};
for (const [what, bytes] of Object.entries(smuggling)) {
  test(`a request head with ${what} is refused with 400 and the connection closed`, async () => {
    assert.match(await rawExchange(server.url, bytes), /^HTTP\/1\.[01] 400 /);
  });
}

test('a head without end is refused', async () => {
  const received = await rawExchange(server.url, `GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\n${`X-Fill: ${'a'.repeat(1000)}\r\n`.repeat(80)}`);
  assert.match(received, /^HTTP\/1\.[01] 4(31|00) |^$/);
});

test('a chunked body is taken', async () => {
  const body = '{"type":"m.login.nothing"}';
  const received = await rawExchange(
    server.url,
    `POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  assert.match(received, /^HTTP\/1\.1 400 /);
  assert.match(received, /"errcode":\s*"M_/);
});

test('pipelined requests are answered in order', async () => {
  const one = 'GET /_matrix/client/versions HTTP/1.1\r\nHost: x\r\n\r\n';
  const last = 'GET /_matrix/client/v3/account/whoami HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const received = await rawExchange(server.url, one + one + last);
  assert.deepEqual(received.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 401']);
});

test('HEAD is answered without a body', async () => {
  const received = await rawExchange(server.url, 'HEAD /_matrix/client/versions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.match(received, /^HTTP\/1\.1 (200|405) /);
  assert.equal(received.split('\r\n\r\n')[1], '');
});

test('Expect: 100-continue is honoured', async () => {
  const received = await rawExchange(server.url, 'POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{}');
  assert.match(received, /HTTP\/1\.1 (100|4\d\d)/);
});
