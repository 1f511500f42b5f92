/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The policy as code: the public page and its data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
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
