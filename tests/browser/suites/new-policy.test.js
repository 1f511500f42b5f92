/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A version of the policy that needs a yes of one's own, as somebody with the app open meets it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PolicyRoot } from '../../api/support/policy.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { signUp } from '../support/steps.js';

const root = new PolicyRoot();
const words = { en: 'And these words are new.', 'zh-CN': '这些话是新的。' };
const second = { extend: { 5.1: words }, changes: { rights: ['5.1'] } };
root.write({ ...second, announced: -1, effective: 29 });
after(() => root.remove());
const scene = useScene({ set: { 'policy.root': root.folder } });

/** The announcement is there as a notice, too. */
const home = (page) => page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: /Notices/ }).waitFor();

test('6.1, 6.2 an announced version is told before one signs up, and asked about once it is in force', async () => {
  const page = await scene.visit();
  await page.getByText('Version 2 is announced').waitFor();
  await accessible(page, 'announced');
  await signUp(scene.server, page, 'anna');
  await home(page);
  root.write({ ...second, announced: -40, effective: -1 });
  await scene.server.restart();
  await page.getByRole('heading', { name: 'The privacy policy has changed' }).waitFor();
  await accessible(page, 'new policy');
  await page.getByRole('link', { name: 'Read and decide' }).click();
  await page.getByRole('button', { name: 'I agree', exact: true }).click();
  await page.getByRole('status').waitFor();
  await page.getByRole('link', { name: 'To the app' }).click();
  await home(page);
  assert.equal(await page.getByRole('heading', { name: 'The privacy policy has changed' }).count(), 0);
});
