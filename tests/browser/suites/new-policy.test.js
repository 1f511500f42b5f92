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
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const asks = (page) => page.getByRole('heading', { name: 'The privacy policy has changed' });
let anna, clara;

test('6.1, 6.2 an announced version is told before one signs up, and asked about once it is in force', async () => {
  anna = await scene.visit();
  await anna.getByText('Version 2 is announced').waitFor();
  await accessible(anna, 'announced');
  await signUp(scene.server, anna, 'anna');
  clara = await scene.visit();
  await signUp(scene.server, clara, 'clara');
  for (const page of [anna, clara]) await home(page);
  root.write({ ...second, announced: -40, effective: -1 });
  await scene.server.restart();
  for (const page of [anna, clara]) await asks(page).waitFor();
  await accessible(anna, 'new policy');
  await anna.getByText('Version 2, in force since').waitFor();
  const [text] = await Promise.all([anna.waitForEvent('popup'), anna.getByRole('link', { name: 'Read the whole text' }).click()]);
  await text.getByText('And these words are new.').waitFor();
  await text.close();
  const [compared] = await Promise.all([anna.waitForEvent('popup'), anna.getByRole('link', { name: 'See what changed' }).click()]);
  await compared.getByText('And these words are new.').waitFor();
  await compared.close();
  await press(anna, 'I agree');
  await home(anna);
  assert.equal(await asks(anna).count(), 0);
});

test('6.1 who says no is not stuck: the no holds, one’s data can be taken along, the account ended, and the no reconsidered', async () => {
  await press(clara, 'I do not agree');
  await clara.getByRole('heading', { name: 'You have not agreed' }).waitFor();
  await clara.getByText('version 1 binds us still').waitFor();
  await accessible(clara, 'declined');
  await clara.reload();
  await clara.getByRole('heading', { name: 'You have not agreed' }).waitFor();

  await press(clara, 'Take my information with me');
  await press(clara, 'Make a copy');
  const downloading = clara.waitForEvent('download');
  await press(clara, 'Save the file');
  assert.match((await downloading).suggestedFilename(), /^parley-clara-/);
  await press(clara, 'Back');
  await press(clara, 'Cancel account');
  await clara.getByText(/^For 14 days, until /).waitFor();
  await accessible(clara, 'cancelling instead of agreeing');
  await press(clara, 'Keep my account');

  await press(clara, 'Read it again and decide anew');
  await press(clara, 'I agree');
  await home(clara);
});
