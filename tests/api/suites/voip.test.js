/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Voice over IP": credentials for TURN servers that share a secret with this one.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Server, useServer } from '../support/server.js';
import { refused, register } from '../support/user.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-turn-'));
const secret = 'north wind';
writeFileSync(join(folder, 'secret'), `${secret}\n`);
after(() => rmSync(folder, { recursive: true, force: true }));

const uris = ['turn:turn.parley.test:3478?transport=udp', 'turns:turn.parley.test:5349'];
const server = useServer({ set: { 'turn.uris': uris.join(', '), 'turn.secret_file': join(folder, 'secret'), 'turn.lifetime': '2 h' } });
const without = useServer();
const path = '/v3/voip/turnServer';

test('the credentials are those a relay with the secret makes', async () => {
  const alice = await register(server, 'alice');
  const body = await alice.get(path);
  assert.deepEqual(body.uris, uris);
  assert.equal(body.ttl, 7200);
  const [until, name] = body.username.split(':');
  assert.ok(Math.abs(Number(until) - Date.now() / 1000 - 7200) < 60);
  assert.ok(name.length > 8 && !name.includes(alice.localpart), 'a relay does not learn who calls');
  assert.equal(body.password, createHmac('sha1', secret).update(body.username).digest('base64'));
});

test('two people have different names', async () => {
  const [alice, bob] = [await register(server, 'alice'), await register(server, 'bob')];
  assert.notEqual((await alice.get(path)).username, (await bob.get(path)).username);
});

test('only who is signed in gets them', async () => {
  refused(await server.request('GET', `/_matrix/client${path}`), 401, 'M_MISSING_TOKEN');
});

test('a server without relays offers none', async () => {
  const alice = await register(without, 'alice');
  assert.deepEqual((await alice.get(path)).uris, []);
});

test('relays without a secret, or a secret without relays, are refused at start', async () => {
  for (const set of [{ 'turn.uris': uris[0] }, { 'turn.secret_file': join(folder, 'secret') }, { 'turn.uris': uris[0], 'turn.secret_file': join(folder, 'none') }]) {
    const wrong = new Server({ set });
    await assert.rejects(wrong.start(), /turn\.(uris|secret_file)/);
    await wrong.destroy();
  }
});
