/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Ending one's account: what is said before, the way back, and the end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { operator } from '../../api/support/operator.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { composer, createGroup, enterPassword, inAccountMenu, openRoom, password, signIn, signUp, write } from '../support/steps.js';

const scene = useScene();
const soon = useScene({ set: { 'accounts.cancel_interval': '1ms' } });
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function newcomer(name, { server, visit } = scene) {
  const page = await visit();
  await signUp(server, page, name);
  await page.locator('.account-button').waitFor();
  return page;
}

/** By the path that the policy names. */
async function toCancelling(page) {
  await inAccountMenu(page, '', 'Settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Account and security' }).click();
  await page.getByRole('link', { name: /^Cancel account/ }).click();
  await page.getByRole('heading', { name: 'Cancel account' }).waitFor();
}

async function cancel(page, secret = password) {
  await page.getByRole('checkbox', { name: /^I understand/ }).check();
  await press(page, 'Cancel account');
  const ask = page.getByRole('dialog', { name: 'Is it you?' });
  await ask.getByLabel('Password', { exact: true }).fill(secret);
  await ask.getByRole('button', { name: 'Continue' }).click();
}

test('5.5 cancelling says what happens, signs out everywhere, and signing in brings everything back', async () => {
  const page = await newcomer('quirin');
  await createGroup(page, 'Gardeners');
  await write(page, 'The roses are out');
  const desk = await scene.visit('/#/login');
  await signIn(desk, 'quirin');
  await desk.locator('.account-button').waitFor();
  await toCancelling(page);
  await page.getByText(/^For 14 days, until .*, you can change your mind/).waitFor();
  await page.getByText('Take your data with you first').waitFor();
  await accessible(page, 'before cancelling');
  assert.ok(await page.getByRole('button', { name: 'Cancel account', exact: true }).isDisabled());
  await cancel(page, 'not my password at all');
  await page.getByText('The password is wrong.').waitFor();
  await cancel(page);

  await page.getByRole('heading', { name: 'Your account is cancelled' }).waitFor();
  await page.getByText(/^Until .* you can have it back/).waitFor();
  await accessible(page, 'a cancelled account');
  const address = page.url();
  await desk.getByText('has been signed out on this device').waitFor();
  assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name !== 'parley')), [], 'its keys are gone');

  await page.getByRole('link', { name: 'Sign in and have it back' }).click();
  await enterPassword(page, 'quirin');
  await page.getByText('Your account is no longer cancelled.').waitFor();
  await page.addLocatorHandler(page.getByRole('dialog', { name: 'Confirm it’s you' }), () => press(page, 'Later'));
  await openRoom(page, /Gardeners/);
  await composer(page).waitFor();
  await page.goto(address);
  await page.getByRole('heading', { name: 'Nothing is being erased' }).waitFor();
});

test('5.5 keeping it is one press, and the keyboard reaches everything', async () => {
  const page = await newcomer('rosa');
  await toCancelling(page);
  const understood = page.getByRole('checkbox', { name: /^I understand/ });
  await understood.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Keep my account');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /^Cancel account/ }).waitFor();
  await page.goto('/#/settings/profile');
  await page.getByLabel('Display name').waitFor();
});

test('5.4, 5.5 when the interval is over everything is erased, and the page has the certificate', async () => {
  const page = await newcomer('sven', soon);
  await toCancelling(page);
  await cancel(page);
  await page.getByRole('heading', { name: 'Everything is erased' }).waitFor();
  await accessible(page, 'an erased account');
  const downloading = page.waitForEvent('download');
  await press(page, 'Save the certificate');
  const certificate = JSON.parse(readFileSync(await (await downloading).path(), 'utf8'));
  assert.ok(certificate.destroyed.some((row) => row.kind === 'data_key'));
  await page.getByRole('link', { name: 'To the start page' }).click();
  await page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();
  await page.goto('/#/login');
  await enterPassword(page, 'sven');
  await page.locator('.card .error').waitFor();
});

test('5.5, 5.9 what law keeps is told with its reason, before and after', async () => {
  const page = await newcomer('tilda', soon);
  operator(soon.server, ['admin', 'hold', 'add', 'tilda', '--reason', 'District court, case 7']);
  await toCancelling(page);
  await page.getByText(/District court, case 7 \(since /).waitFor();
  await accessible(page, 'before cancelling, with a hold');
  await cancel(page);
  await page.getByText(/District court, case 7 \(since /).waitFor();
});
