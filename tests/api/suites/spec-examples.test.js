/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Each operation of the specification is asked with the specification's own example, names replaced by ones that exist
// here. The answer must be one the specification names, and never that the question was not understood; whether it has
// the specified form is the contract's business (support/contract.js).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { specifiedRequests } from '../support/contract.js';
import { useServer } from '../support/server.js';
import { enc, registerAll, roomOf } from '../support/user.js';

const server = useServer();
const misunderstood = ['M_NOT_JSON', 'M_BAD_JSON', 'M_MISSING_PARAM', 'M_UNRECOGNIZED'];

// Answers that are right although they look like a misunderstanding, and why.
const reasons = {
  redirectToSSO: 'there is no single sign-on, and its address is unknown as on a server without it',
  getAuthMetadata: 'likewise OAuth 2.0',
  inviteBy3PID: 'the example names an identity server, and this server asks none',
  bind3PID: 'no identity server is told who the users are',
  getKeysChanges: "the example's tokens are another server's",
  requestTokenToRegisterMSISDN: 'its body is described among the files of another API, which are not at hand',
  requestTokenToResetPasswordMSISDN: 'likewise',
  requestTokenTo3PIDMSISDN: 'likewise',
  requestTokenToRegisterEmail: 'likewise',
  requestTokenToResetPasswordEmail: 'likewise',
  requestTokenTo3PIDEmail: 'likewise',
};
// What is meant where an operation's list of answers does not go into it: not signed in, not allowed, not there.
const general = ['401', '403', '404'];

async function scene() {
  const [alice, bob] = await registerAll(server, 'alice', 'bob');
  const room = await roomOf(alice, bob);
  const event = await bob.send(room, 'hello');
  const alias = `#${alice.localpart}:parley.test`;
  await alice.put(`/v3/directory/room/${enc(alias)}`, { room_id: room });
  return { alice, bob, room, event, alias };
}

/** The example with everything that names somebody or something replaced by what is here. */
function here(value, at) {
  if (Array.isArray(value)) return value.map((one) => here(one, at));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [here(key, at), here(one, at)]));
  if (typeof value !== 'string') return value;
  if (/^@[^:]+:/.test(value)) return at.bob.id;
  if (/^!/.test(value)) return at.room;
  if (/^\$/.test(value)) return at.event;
  if (/^#[^:]+:/.test(value)) return at.alias;
  return value;
}

function inPath({ name, example }, at) {
  const own = { userId: at.alice.id, deviceId: at.alice.device, roomId: at.room, roomIdOrAlias: at.room, eventId: at.event, roomAlias: at.alias, serverName: 'parley.test' };
  return enc(own[name] ?? String(here(example ?? 'x', at)));
}

async function ask(operation, at) {
  let path = operation.path.trim(); // one address has two entries, told apart by a space
  const query = {};
  for (const parameter of operation.parameters) {
    if (parameter.where === 'path') path = path.replace(`{${parameter.name}}`, inPath(parameter, at));
    if (parameter.where === 'query' && parameter.required) query[parameter.name] = here(parameter.example, at);
  }
  const body = operation.raw ? Buffer.from('x') : here(operation.body, at);
  return server.request(operation.method, path, { token: at.alice.token, query, body, ...(operation.raw ? { type: 'application/octet-stream' } : {}) });
}

const operations = specifiedRequests();

test('the specification is at hand', { skip: operations.length === 0 && 'MATRIX_SPEC_DIR does not name it' }, () => {
  assert.ok(operations.length > 150);
  assert.ok(operations.filter((one) => one.body !== undefined).length > 60, 'with examples of what is asked');
});

const page = readFileSync(new URL('../../../docs/matrix-api.md', import.meta.url), 'utf8');
const pending = (id) => new RegExp(`^\\| ${id}( \\(deprecated\\))? \\|.*\\| not yet \\|$`, 'm').test(page) && 'not there yet, says docs/matrix-api.md';

for (const operation of operations) {
  test(`${operation.id} understands the specification's own example`, { skip: pending(operation.id) }, async () => {
    const response = await ask(operation, await scene());
    const said = `${operation.method} ${operation.path}: ${response.status} ${response.text.slice(0, 300)}`;
    assert.ok(response.status < 500, said);
    if (reasons[operation.id]) return;
    assert.ok(!misunderstood.includes(response.body?.errcode), said);
    assert.ok([...operation.answers, ...general].includes(String(response.status)), `${said}\nis none of ${operation.answers}`);
  });
}
