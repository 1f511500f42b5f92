/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeFor, freshNumber } from '../../api/support/phone.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { agree, chooseName, choosePassword, choosePhone, enterCode, inAccountMenu, password, signIn, signUp } from '../support/steps.js';

const scene = useScene();
const home = (page) => page.getByText('It’s quiet here').waitFor();
const wrong = (code) => (code === '111111' ? '222222' : '111111');

test('a person signs up with name, number, code and password', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'anna');
  await home(page);
  await accessible(page, 'home');
});

test('each thing wrong with a code has its own text', async () => {
  const page = await scene.visit();
  const number = freshNumber();
  await agree(page);
  await chooseName(page, 'carla');
  await choosePhone(page, number);
  await accessible(page, 'code');
  const { code, count } = await codeFor(scene.server, number);
  await enterCode(page, wrong(code));
  await page.getByText(/That isn’t the code\. You have 4 attempts left\./).waitFor();
  for (let left = 3; left >= 1; left--) {
    await enterCode(page, wrong(code));
    await page.getByText(new RegExp(`You have ${left} attempts? left`)).waitFor();
  }
  await enterCode(page, wrong(code));
  await page.getByText('Too many wrong codes. Send a new one.').waitFor();
  await page.getByRole('button', { name: 'Send a new code' }).click();
  await enterCode(page, (await codeFor(scene.server, number, count)).code);
  await choosePassword(page);
  await home(page);
});

test('a code that was used already is told so', async () => {
  const page = await scene.visit();
  const number = freshNumber();
  await agree(page);
  await chooseName(page, 'clara');
  const asked = page.waitForRequest(/msisdn\/requestToken/);
  const answered = page.waitForResponse(/msisdn\/requestToken/);
  await choosePhone(page, number);
  const { client_secret: secret } = (await asked).postDataJSON();
  const { sid } = await (await answered).json();
  const { code } = await codeFor(scene.server, number);
  await scene.server.request('POST', '/_parley/v1/msisdn/submitToken', { body: { sid, client_secret: secret, token: code } });
  await enterCode(page, code);
  await page.getByText('This code has been used already. Send a new one.').waitFor();
});

test('a code that has expired, and a server that asks to wait, are told so', async () => {
  const page = await scene.visit();
  await agree(page);
  await chooseName(page, 'cora');
  await page.route('**/submitToken', (route) => route.fulfill({ status: 400, json: { errcode: 'ORG_PARLEY_CODE_EXPIRED', error: '' } }));
  await choosePhone(page, freshNumber());
  await enterCode(page, '123456');
  await page.getByText('This code has expired. Send a new one.').waitFor();
  await page.route('**/requestToken', (route) => route.fulfill({ status: 429, json: { errcode: 'M_LIMIT_EXCEEDED', error: '' } }));
  await page.getByRole('button', { name: 'Change the number' }).click();
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByText('Too many codes were asked for. Please try again later.').waitFor();
});

test('a name that is taken, a number that is in use and one that is none are told', async () => {
  const page = await scene.visit();
  await agree(page);
  await page.getByLabel('Account name').fill('anna');
  await page.getByText('This name is taken.').waitFor();
  await page.getByLabel('Account name').fill('Ännchen');
  await page.getByText('Please use small letters, digits and . _ - = only.').waitFor();
  await chooseName(page, 'dora');
  await choosePhone(page, '12');
  await page.getByText('This doesn’t look like a mobile number of that country.').waitFor();
  const other = await scene.visit();
  const number = await signUp(scene.server, other, 'emil');
  await home(other);
  await page.getByLabel('Mobile number').fill(number);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByText('This number has an account already. Sign in with it instead.').waitFor();
});

test('1.8 the code fills itself in where the device hands it over', async () => {
  const page = await scene.visit('about:blank');
  await page.addInitScript(() => {
    window.OTPCredential = class {};
    navigator.credentials.get = () => new Promise((resolve) => (window.deliverCode = (code) => resolve({ code })));
  });
  await page.goto(scene.server.url);
  const number = freshNumber();
  await agree(page);
  await chooseName(page, 'frieda');
  await choosePhone(page, number);
  const field = page.getByLabel('Six-digit code');
  await field.waitFor();
  assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await field.getAttribute('inputmode'), 'numeric');
  const { code, text } = await codeFor(scene.server, number);
  assert.match(text, /@\S+ #\d{6}\s*$/);
  await page.evaluate((value) => window.deliverCode(value), code);
  await page.getByRole('heading', { name: 'Set a password' }).waitFor();
});

test('a person signs in by name, by number and by code', async () => {
  const page = await scene.visit();
  const number = await signUp(scene.server, page, 'gustav');
  await home(page);

  const second = await scene.visit('/#/login');
  await accessible(second, 'login');
  await signIn(second, 'gustav', 'not the password');
  await second.getByText('Name, number or address and password don’t match.').waitFor();
  await signIn(second, 'gustav');
  await home(second);

  const third = await scene.visit('/#/login');
  await third.getByRole('radio', { name: 'Phone' }).click();
  await third.getByRole('button', { name: /Country or region/ }).click();
  await third.getByRole('combobox').fill('+49');
  await third.keyboard.press('Enter');
  await third.getByLabel('Mobile number').fill(number);
  await third.getByLabel('Password', { exact: true }).fill(password);
  await third.getByRole('button', { name: 'Sign in' }).click();
  await home(third);

  const fourth = await scene.visit('/#/login');
  await fourth.getByRole('radio', { name: 'SMS code' }).click();
  const { count } = await codeFor(scene.server, number);
  await choosePhone(fourth, number);
  await enterCode(fourth, (await codeFor(scene.server, number, count)).code);
  await home(fourth);
});

test('1.10 several accounts on one device: chosen, switched without signing out, removed', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'hanna');
  await home(page);
  await inAccountMenu(page, 'hanna', 'Accounts on this device');
  await page.getByRole('link', { name: 'Create account' }).click();
  await signUp(scene.server, page, 'ida');
  await inAccountMenu(page, 'ida', /hanna/);
  await page.getByRole('button', { name: /^Account: hanna/ }).waitFor();

  await page.reload();
  await inAccountMenu(page, 'hanna', 'Accounts on this device');
  await accessible(page, 'accounts');
  await page.getByRole('button', { name: 'Remove hanna from this device' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove hanna from this device' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /ida/ }).first().click();
  await page.getByRole('button', { name: /^Account: ida/ }).waitFor();
});

test('1.1 of each device the settings show all that is held', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'konrad');
  await home(page);
  await inAccountMenu(page, 'konrad', 'Settings');
  await page.getByRole('link', { name: 'Devices' }).click();
  const device = page.locator('.device').filter({ hasText: 'This device' });
  const shown = await device.innerText();
  assert.match(shown, /127\.0\.0\.1/);
  assert.ok(shown.includes(await page.evaluate(() => navigator.userAgent)));
});

test('name and picture, devices, password, language and colours are set', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'jakob');
  await home(page);
  const other = await scene.visit('/#/login');
  await signIn(other, 'jakob');
  await home(other);

  await inAccountMenu(page, 'jakob', 'Settings');
  await page.getByLabel('Display name').fill('Jakob the Great');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: /^Account: Jakob the Great/ }).waitFor();
  await accessible(page, 'profile');

  await page.getByRole('link', { name: 'Devices' }).click();
  await page.getByText('This device').waitFor();
  await accessible(page, 'devices');
  const foreign = page.locator('.device').filter({ hasNotText: 'This device' });
  await foreign.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Device name').fill('Old laptop');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await foreign.getByText('Old laptop').waitFor();
  await foreign.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog', { name: 'Is it you?' }).getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  await foreign.waitFor({ state: 'detached' });
  await other.getByText('jakob has been signed out on this device.', { exact: false }).waitFor();

  await page.getByRole('link', { name: 'Password' }).click();
  await page.getByLabel('Present password').fill('wrong password');
  await page.getByLabel('New password').fill('another fine passphrase');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('The password is wrong.').waitFor();
  await page.getByLabel('Present password').fill(password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Password changed').waitFor();
  await signIn(other, 'jakob', 'another fine passphrase');
  await home(other);

  await page.getByRole('link', { name: 'Privacy' }).click();
  await page.getByText(/^Given/).first().waitFor();
  await accessible(page, 'privacy');

  await page.getByRole('link', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: 'Dark' }).click();
  await accessible(page, 'dark settings');
  await page.getByRole('radio', { name: '简体中文' }).click();
  await page.getByRole('heading', { name: '设置' }).waitFor();
});
