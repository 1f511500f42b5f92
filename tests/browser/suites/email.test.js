/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The second contact of an account, from the settings, and the way back by it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmLink, freshAddress, mailTo } from '../../api/support/email.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { enterCode, password, signIn, signUp } from '../support/steps.js';

const scene = useScene();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const home = (page) => page.locator('.account-button').waitFor();

async function openContacts(page) {
  await home(page);
  await page.goto('/#/settings/contacts');
  await page.getByText(/^\+49/).waitFor();
}

async function askFor(page, address) {
  await press(page, 'Add an e-mail address');
  await page.getByLabel('E-mail address').fill(address);
  await page.keyboard.press('Enter');
  await page.getByText(`Sent to ${address}`).waitFor();
}

async function givePassword(page, text = password) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

test('an address is added by its code and the password, and removed', async () => {
  const [page, address] = [await scene.visit(), freshAddress()];
  await signUp(scene.server, page, 'anton');
  await openContacts(page);
  await accessible(page, 'contacts');
  await press(page, 'Add an e-mail address');
  await page.getByLabel('E-mail address').fill('anton@nowhere');
  await page.keyboard.press('Enter');
  await page.getByText('This doesn’t look like an e-mail address').waitFor();
  await press(page, 'Cancel');
  await askFor(page, address);
  await accessible(page, 'the code of an e-mail');
  await press(page, 'I confirmed by the link');
  await givePassword(page);
  await page.getByText('The address isn’t confirmed yet.').waitFor();
  const { code } = await mailTo(scene.server, address);
  await enterCode(page, code === '000000' ? '000001' : '000000');
  await page.getByText('You have 4 attempts left').waitFor();
  await enterCode(page, code);
  await givePassword(page, 'not the password');
  await page.getByText('The password is wrong.').waitFor();
  await press(page, 'Add an e-mail address');
  await givePassword(page);
  await page.getByText('E-mail address added').waitFor();
  await page.getByText(address, { exact: true }).waitFor();
  await accessible(page, 'contacts with an address');
  await press(page, 'Remove');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('E-mail address removed').waitFor();
  await page.getByRole('button', { name: 'Add an e-mail address' }).waitFor();
  assert.equal(await page.getByText(address, { exact: true }).count(), 0);
});

test('an address is added by the link of its mail, also by who gives the password later', async () => {
  const [page, address] = [await scene.visit('/', { viewport: { width: 360, height: 740 } }), freshAddress()];
  await signUp(scene.server, page, 'berta');
  await openContacts(page);
  await askFor(page, address);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await confirmLink(scene.server, (await mailTo(scene.server, address)).link);
  await press(page, 'I confirmed by the link');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(`${address} is confirmed`).waitFor();
  await press(page, 'Add an e-mail address');
  await givePassword(page, 'not the password');
  await page.getByText('The password is wrong.').waitFor();
  await press(page, 'Add an e-mail address');
  await givePassword(page);
  await page.getByText('E-mail address added').waitFor();
});

test('the page of a link works without scripts and with the keyboard alone, in both languages', async () => {
  const [page, address] = [await scene.visit(), freshAddress()];
  await signUp(scene.server, page, 'carla');
  await openContacts(page);
  await askFor(page, address);
  const { link } = await mailTo(scene.server, address);
  const reader = await scene.visit(link.replace(/^https?:\/\/[^/]+/, ''), { javaScriptEnabled: false });
  await reader.getByRole('link', { name: '中文' }).click();
  await reader.getByRole('button', { name: '是的，是我请求的' }).waitFor();
  await reader.getByRole('link', { name: 'English' }).click();
  const yes = reader.getByRole('button', { name: 'Yes, I asked for it' });
  await yes.focus();
  await reader.keyboard.press('Enter');
  await reader.getByText('Confirmed. Go back to where you began.').waitFor();
  await press(page, 'I confirmed by the link');
  await givePassword(page);
  await page.getByText('E-mail address added').waitFor();
});

test('who has forgotten the password sets a new one by the address, and signs in by it', async () => {
  const [page, address] = [await scene.visit(), freshAddress()];
  await signUp(scene.server, page, 'dora');
  await openContacts(page);
  await askFor(page, address);
  await enterCode(page, (await mailTo(scene.server, address)).code);
  await givePassword(page);
  await page.getByText('E-mail address added').waitFor();

  const other = await scene.visit('/#/login');
  await other.getByRole('link', { name: 'Forgot the password?' }).click();
  await accessible(other, 'forgotten password');
  await other.getByLabel('E-mail address').fill(address);
  await other.keyboard.press('Enter');
  await other.getByText('If this address has an account here').waitFor();
  await press(other, 'I confirmed by the link');
  await other.getByLabel('New password').fill('a quite different sentence');
  await other.keyboard.press('Enter');
  await other.getByText('The address isn’t confirmed yet.').waitFor();
  await enterCode(other, (await mailTo(scene.server, address, 2)).code);
  await other.getByLabel('New password').fill('short');
  await other.keyboard.press('Enter');
  await other.getByRole('alert').getByText('Please use at least').waitFor();
  await other.getByLabel('New password').fill('a quite different sentence');
  await other.keyboard.press('Enter');
  await other.getByText('Password changed').waitFor();
  await signIn(other, address, 'a quite different sentence');
  await home(other);
  await page.getByText('dora has been signed out on this device').waitFor();
});
