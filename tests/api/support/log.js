/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The public log as an outsider meets it, and an attacker who has the database but not the operator's key.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepted } from './user.js';

const verifier = fileURLToPath(new URL('../../../tools/verify-log', import.meta.url));

export async function checkpoint(server) {
  const answer = await server.request('GET', '/_parley/log/checkpoint');
  assert.equal(answer.status, 200, answer.text);
  const [origin, size, root] = answer.text.split('\n');
  return { note: answer.text, origin, size: Number(size), root, headers: answer.headers };
}

/** The log's key, as verifiers take it. */
export async function logKey(server) {
  const { keys } = accepted(await server.request('GET', '/_parley/v1/keys'));
  return keys.find((key) => key.use === 'log').verifier;
}

/** Everything on the record of a person, once all of it is in the log. */
export async function ownRecord(user) {
  const entries = [];
  for (let next = '/_parley/v1/audit'; next; ) {
    const page = await user.get(next);
    entries.push(...page.entries);
    next = page.next;
  }
  await logged(user.server, Math.max(-1, ...entries.map((entry) => entry.index)) + 1);
  return entries;
}

/** The first checkpoint of at least that size. The server signs within a second or so. */
export async function logged(server, size) {
  for (const deadline = Date.now() + 15_000; ; ) {
    const now = await checkpoint(server);
    if (now.size >= size) return now;
    assert.ok(Date.now() < deadline, `the log stays at ${now.size} entries, ${size} are awaited`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** tools/verify-log against the running server. Other arguments are as on its command line. */
export function verifyLog(server, key, ...more) {
  return new Promise((done) => {
    const words = [verifier, `${server.url}/_parley/log`, '--key', key, ...more];
    execFile(process.execPath, words, (error, stdout, stderr) => done({ code: error ? error.code : 0, said: `${stdout}${stderr}` }));
  });
}

export function keep(server, name, text) {
  const path = join(server.folder, name);
  writeFileSync(path, text);
  return path;
}

const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
    db.execute('DROP TRIGGER ' + name)
db.executescript(sys.argv[2])
`;

/** Changes the vault of a stopped server from outside, refusals and all. */
export function attack(server, sql) {
  execFileSync('python3', ['-c', script, join(server.folder, 'data/vault.db'), sql]);
}
