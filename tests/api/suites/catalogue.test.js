/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What we hold: the catalogue, open to everyone as data and as a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, register } from '../support/user.js';

const server = useServer();
const catalogue = async () => accepted(await server.request('GET', '/_parley/v1/catalogue'));

test('0.8 everybody can read what is held, of what kind, what for, how long and what becomes of it', async () => {
  const { fields, purposes } = await catalogue();
  const known = new Set(purposes.map((one) => one.name));
  assert.ok(fields.length >= 45);
  for (const one of fields) {
    for (const words of [one.title, one.holds]) assert.ok(words.en && words['zh-CN'], one.name);
    assert.ok(['personal', 'sensitive'].includes(one.class), one.name);
    assert.ok(['shared', 'internal', 'restricted', 'secret'].includes(one.grade), one.name);
    assert.ok(one.purposes.length > 0 && one.purposes.every((purpose) => known.has(purpose)), one.name);
    assert.ok(one.bases.length > 0 && one.place && one.retention.rule && one.export && one.masking && one.erasure, one.name);
    if (['kept', 'key_only'].includes(one.erasure)) assert.ok(one.why_kept.en && one.why_kept['zh-CN'], one.name);
  }
});

test('0.8, 4.7 sensitive information is told apart from other personal information', async () => {
  const { fields } = await catalogue();
  const classOf = (name) => fields.find((one) => one.name === name).class;
  for (const name of ['phone', 'event', 'membership', 'media', 'session']) assert.equal(classOf(name), 'sensitive', name);
  for (const name of ['localpart', 'displayname', 'avatar_url', 'filter']) assert.equal(classOf(name), 'personal', name);
});

test('0.8 what is nobody’s information is listed too, with the reason', async () => {
  const { technical } = await catalogue();
  assert.ok(technical.some((one) => one.place === 'log' && one.names.includes('endpoint')));
  for (const one of technical) assert.ok(one.names.length > 0 && one.why.en && one.why['zh-CN']);
});

test('0.8 a person’s export names every kind of data the catalogue says is held of them', async () => {
  const { fields } = await catalogue();
  const user = await register(server, 'ada');
  const { held } = await user.get('/_parley/v1/export');
  // What the catalogue says is given as it is, as a list or as files is more than a word that it is held.
  for (const one of fields.filter(({ export: form, name }) => ['value', 'rows'].includes(form)))
    assert.notDeepEqual(held[one.name], { held: true }, one.name);
  assert.deepEqual(Object.keys(held).sort(), fields.filter((one) => one.export !== 'not_held').map((one) => one.name).sort());
});

test('0.8 the page is public, whole in both languages, without scripts, and linked from the policy', async () => {
  const { fields, purposes } = await catalogue();
  for (const [language, title, other] of [['en', 'What we hold', 'zh-CN'], ['zh-CN', '我们持有哪些信息', 'en']]) {
    const answer = await fetch(`${server.url}/policy/data?lang=${language}`);
    const page = await answer.text();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-language'), language);
    assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
    assert.ok(page.includes(`<h1>${title}</h1>`) && page.includes(`/policy/data?lang=${other}`));
    for (const one of fields) assert.ok(page.includes(`<article id="${one.name}">`), one.name);
    for (const one of purposes) assert.ok(page.includes(`id="purpose-${one.name}"`), one.name);
    assert.ok(!page.includes('(null)') && !page.includes('<script'));
    const policy = await (await fetch(`${server.url}/policy/${language}`)).text();
    assert.ok(policy.includes(`href="/policy/data?lang=${language}"`));
  }
  const chinese = await fetch(`${server.url}/policy/data`, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
  assert.equal(chinese.headers.get('content-language'), 'zh-CN');
});
