/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A feature's supplement to the policy: its own versions, shown before the feature is first switched on.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { useServer } from '../support/server.js';
import { accepted, register } from '../support/user.js';

const server = useServer();
const path = (purpose) => `/_parley/v1/consents/${purpose}`;
const purposesOf = async (user, language) => Object.fromEntries((await user.get('/_parley/v1/consents', { language })).purposes.map((one) => [one.purpose, one]));

test('0.3 what a person agrees to when they switch a feature on is its supplement, too', async () => {
  const alice = await register(server, 'alice');
  for (const [language, heading] of [['en', 'Supplement on people nearby'], ['zh-CN', '关于附近的人的补充条款']]) {
    const { location } = await purposesOf(alice, language);
    assert.equal(location.supplement.title, heading);
    assert.ok(location.supplement.html.includes('<strong>'));
    const words = createHash('sha256').update(`${location.title}\n${location.words}\n`).digest('hex');
    const body = { granted: true, language, surface: 'settings' };
    await alice.refused(409, 'ORG.PARLEY.TEXT_CHANGED', 'PUT', path('location'), { ...body, sha256: words });
    const { receipt: id } = await alice.put(path('location'), { ...body, sha256: location.sha256 });
    const receipt = await alice.get(`/_parley/v1/consents/receipts/${id}`);
    assert.equal(receipt.privacy_notice.sha256, location.sha256);
    const { reference } = receipt.privacy_notice;
    assert.ok((await server.request('GET', reference.slice(server.url.length))).text.includes(heading));
    assert.equal(receipt.privacy_notice.version, `1+location.${location.supplement.version}`);
  }
});

test('0.3 supplements are read by anyone, in every language, each with versions of its own', async () => {
  const { versions, supplements } = accepted(await server.request('GET', '/_parley/v1/policy/versions'));
  assert.deepEqual(Object.keys(supplements).sort(), ['camera', 'location', 'quality', 'recommendation']);
  assert.equal(versions.length, 1);
  for (const purpose of Object.keys(supplements)) {
    for (const language of ['en', 'zh-CN']) {
      const text = accepted(await server.request('GET', `/_parley/v1/policy/supplements/${purpose}/${language}`));
      const page = await server.request('GET', `/policy/supplements/${purpose}/1?lang=${language}`);
      assert.equal(page.status, 200);
      assert.ok(page.text.includes(text.title) && page.text.includes(`id="${purpose}.1"`));
    }
  }
  const archive = await server.request('GET', '/policy/archive?lang=en');
  assert.ok(archive.text.includes('/policy/supplements/camera/1'));
  assert.equal((await server.request('GET', '/policy/supplements/messaging')).status, 404);
  assert.equal((await server.request('GET', '/policy/supplements/visits')).status, 404);
});
