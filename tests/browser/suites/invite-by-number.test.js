/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Spec "Third-party invites", as people meet them: inviting a number or an e-mail address, taking it back, and answering.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshAddress, mailTo } from '../../api/support/email.js';
import { freshNumber } from '../../api/support/phone.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { closePanel, composer, createGroup, inviteNumber, numberTaken, signUp } from '../support/steps.js';

let anna;
const scene = useScene({
  async begin(scene) {
    anna = await scene.visit('/', { viewport: { width: 360, height: 740 } });
    await signUp(scene.server, anna, 'anna');
    await createGroup(anna, 'Sunday hikers');
  },
});

const mask = (number) => `+49***${number.slice(-2)}`;
const tab = (page, name) => page.locator('.panel .tabs').getByRole('link', { name }).click();
const fits = async (page) => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);

test('a number is invited, shown masked among the members, and withdrawn', async () => {
  const number = freshNumber();
  await inviteNumber(anna, '12');
  await anna.getByText('This doesn’t look like a mobile number').waitFor();
  await inviteNumber(anna, number);
  await anna.getByText('Invited. Whoever has this number can answer now.').waitFor();
  await fits(anna);
  await accessible(anna, 'invite panel with numbers');
  await tab(anna, 'Members');
  const row = anna.locator('.member').filter({ hasText: mask(number) });
  await row.getByText('by anna').waitFor();
  await fits(anna);
  await accessible(anna, 'members with numbers');
  await row.getByRole('button', { name: `Withdraw the invite of ${mask(number)}` }).click();
  await anna.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await row.waitFor({ state: 'detached' });
});

test('an e-mail address is invited, shown masked among the members, and withdrawn', async () => {
  const address = freshAddress();
  const invite = async (text) => {
    await anna.getByLabel('E-mail address').fill(text);
    await anna.getByRole('button', { name: 'Invite this address', exact: true }).click();
  };
  await tab(anna, 'Invite');
  await invite('nobody');
  await anna.getByText('This doesn’t look like an e-mail address').waitFor();
  await invite(address);
  await anna.getByText('Invited. Whoever has this address can answer now.').waitFor();
  await mailTo(scene.server, address);
  await fits(anna);
  await tab(anna, 'Members');
  const row = anna.locator('.member').filter({ hasText: 'p***@mail.example' });
  await row.getByText('by anna').waitFor();
  await row.getByRole('button', { name: 'Withdraw the invite of' }).click();
  await anna.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await row.waitFor({ state: 'detached' });
});

test('whoever signs up with an invited number finds the invite', async () => {
  const number = freshNumber();
  await tab(anna, 'Invite');
  await inviteNumber(anna, number);
  await numberTaken(anna);
  const ben = await scene.visit();
  await signUp(scene.server, ben, 'ben', number);
  await ben.locator('.room-row').filter({ hasText: 'Sunday hikers' }).click();
  await ben.getByText('anna invites you.').waitFor();
  await ben.getByRole('button', { name: 'Accept' }).click();
  await composer(ben).waitFor();
  await tab(anna, 'Members');
  await anna.locator('.member').filter({ hasText: '@ben' }).waitFor();
  assert.equal(await anna.locator('.member').filter({ hasText: mask(number) }).count(), 0);
});

test('1.7 an invite to a number one has already is offered, and accepting or declining is one’s own', async () => {
  const number = freshNumber();
  const cleo = await scene.visit();
  await signUp(scene.server, cleo, 'cleo', number);
  await cleo.getByRole('navigation', { name: 'Chats' }).waitFor();
  await tab(anna, 'Invite');
  await inviteNumber(anna, number);
  await numberTaken(anna);
  await closePanel(anna);
  await anna.getByRole('link', { name: 'Back' }).click();
  await createGroup(anna, 'Book club');
  await inviteNumber(anna, number);
  await tab(anna, 'Members');
  await anna.locator('.member').filter({ hasText: mask(number) }).waitFor();
  await cleo.reload();
  await cleo.locator('.room-row').filter({ hasText: 'Book club' }).click();
  await cleo.getByText('Only if you accept will they learn that it is yours.').waitFor();
  await accessible(cleo, 'offer');
  await cleo.getByRole('button', { name: 'Decline' }).click();
  await cleo.locator('.room-row').filter({ hasText: 'Book club' }).waitFor({ state: 'detached' });
  await cleo.locator('.room-row').filter({ hasText: 'Sunday hikers' }).click();
  await cleo.getByRole('button', { name: 'Accept' }).click();
  await composer(cleo).waitFor();
  await anna.locator('.member').filter({ hasText: mask(number) }).waitFor();
  await cleo.reload();
  await composer(cleo).waitFor();
  assert.equal(await cleo.locator('.room-row').count(), 1);
});
