/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The policy as code: the public page and its data.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, useServer } from '../support/server.js';
import { accepted } from '../support/user.js';

const server = useServer();

test('every obligation is listed with its clause in both languages, and planned ones are never lit', async () => {
  const { obligations } = accepted(await server.request('GET', '/_parley/v1/conformance'));
  assert.equal(obligations.length, 79);
  for (const one of obligations) {
    assert.ok(one.clause.en && one.clause['zh-CN'], one.id);
    if (one.state === 'planned') assert.equal(one.lit, false, one.id);
    else assert.ok(one.mechanism.length > 0 && one.tests.length > 0, one.id);
  }
});

test('the page is public, comes in both languages and does not stand in for a language of the policy', async () => {
  for (const [language, title] of [['en', 'The policy as code'], ['zh-CN', '政策即代码']]) {
    const answer = await fetch(`${server.url}/policy/conformance?lang=${language}`);
    const page = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
    assert.ok(page.includes(`<h1>${title}</h1>`));
    assert.equal([...page.matchAll(/<article id="/g)].length, 79);
  }
});

test('live checks of the data folder are shown, and hold', async () => {
  let checks;
  // They are run when somebody asks for the first time; who comes before they are done sees no result.
  for (const deadline = Date.now() + 20_000; ; ) {
    const { obligations } = accepted(await server.request('GET', '/_parley/v1/conformance'));
    checks = obligations.filter((one) => one.state === 'built').flatMap((one) => one.checks);
    if (checks.length > 0 && checks.every((one) => 'ok' in one)) break;
    assert.ok(Date.now() < deadline, 'the checks come to an end');
    await new Promise((done) => setTimeout(done, 50));
  }
  for (const check of checks) assert.ok(check.ok, `${check.name}: ${check.words}`);
  const page = await fetch(`${server.url}/policy/conformance?lang=en`).then((answer) => answer.text());
  assert.ok(page.includes('✓ consent-ledger'));
  assert.ok(!page.includes('✗'));
});

const build = createHash('sha256').update(readFileSync(binary)).digest('hex');

/** `parley policy verify` on the server's folder, with these test results. */
function verify(tests, { of = build } = {}) {
  const proofs = join(server.folder, 'proofs.json');
  writeFileSync(proofs, JSON.stringify({ build: of, time: '2026-01-01T00:00:00Z', tests }));
  const args = ['policy', 'verify', '--data', join(server.folder, 'data'), '--proofs', proofs, '--json'];
  const run = spawnSync(binary, args, { encoding: 'utf8' });
  return { status: run.status, all: JSON.parse(run.stdout) };
}

const lit = ({ all }) => all.filter((one) => one.lit).map((one) => one.id);
const built = ({ all }) => all.filter((one) => one.state === 'built').map((one) => one.id);
/** Results in which every test of every obligation passed; a name with a value in it is filled in. */
const passing = ({ all }) => all.flatMap((one) => one.tests).map(({ suite, name }) => ({ suite, name: name.replace(/\$\{.*?\}/g, '5'), ok: true }));

test('an obligation is lit when all of its tests passed with this very build and its checks hold', () => {
  const none = verify([]);
  assert.deepEqual(lit(none), []);
  assert.equal(none.status, 1);
  const good = verify(passing(none));
  assert.deepEqual(lit(good), built(good), JSON.stringify(good.all.flatMap((one) => one.checks).filter((one) => !one.ok)));
  assert.equal(good.status, 0);
  assert.deepEqual(lit(verify(passing(none), { of: '0'.repeat(64) })), []);
});

test('one failed test puts out its obligations and no others', () => {
  const before = verify([]);
  const results = passing(before);
  const { suite, name } = before.all.find((one) => one.id === '1.22').tests[0];
  const after = verify(results.map((one) => ({ ...one, ok: one.suite !== suite || one.name !== name })));
  const touched = built(before).filter((id) => before.all.find((one) => one.id === id).tests.some((one) => one.suite === suite && one.name === name));
  assert.ok(touched.includes('1.22'));
  assert.deepEqual(lit(after), built(before).filter((id) => !touched.includes(id)));
  assert.equal(after.status, 1);
});
