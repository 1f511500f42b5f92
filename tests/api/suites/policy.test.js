/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What the policy is filled in with, and what its promises of the web app's page rest on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted } from '../support/user.js';

const web = mkdtempSync(join(tmpdir(), 'parley-web-'));
writeFileSync(join(web, 'index.html'), '<!doctype html><title>Parley</title>');
after(() => rmSync(web, { recursive: true, force: true }));
const server = useServer({ set: { 'web.root': web, 'operator.law': 'Ruritania', 'operator.court': 'the court of Strelsau', 'operator.name': 'Hentzau Ltd.' } });

test('7.1 the policy states the law and the court the operator has set', async () => {
  for (const language of ['en', 'zh-CN']) {
    const { sections } = accepted(await server.request('GET', `/_parley/v1/policy/${language}`));
    assert.match(sections[7].html, /Ruritania/);
    assert.match(sections[7].html, /the court of Strelsau/);
    const page = await server.request('GET', `/policy/${language}`);
    for (const part of ['id="7.1"', 'Ruritania', 'Hentzau Ltd.']) assert.ok(page.text.includes(part), part);
  }
});

test('0.4 the page of the app may fetch from this server only, and tells no other place where one came from', async () => {
  const { headers } = await server.request('GET', '/');
  const directives = Object.fromEntries(headers['content-security-policy'].split(';').map((one) => one.trim().split(/ (.*)/s)));
  for (const kind of ['default-src', 'connect-src', 'script-src', 'style-src', 'img-src', 'media-src']) {
    for (const source of directives[kind].split(' ')) assert.match(source, /^('self'|'wasm-unsafe-eval'|blob:|data:)$/, kind);
  }
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('0.1 what the software cannot do yet is told with the policy, and is no part of its text', async () => {
  for (const language of ['en', 'zh-CN']) {
    const policy = accepted(await server.request('GET', `/_parley/v1/policy/${language}`));
    assert.match(policy.status_html, /<li>/);
    assert.ok(policy.sections.every((section) => !section.html.includes(policy.status_html.slice(0, 40))));
  }
});
