/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Servers on which accounts are for people who were given a token, and the pages of single stages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator } from '../../api/support/operator.js';
import { freshAddress, mailTo } from '../../api/support/email.js';
import { codeFor, freshNumber } from '../../api/support/phone.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { agree, chooseName, choosePassword, choosePhone, enterCode } from '../support/steps.js';

const scene = useScene({ set: { 'registration.token_required': 'yes' } });
const makeToken = (...options) => JSON.parse(operator(scene.server, ['admin', 'token', 'create', '--json', ...options]));
const register = (body) => scene.server.request('POST', '/_matrix/client/v3/register', { body });

async function give(page, token) {
  await page.getByLabel('Registration token').fill(token);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function proveAndFinish(page) {
  const number = freshNumber();
  await choosePhone(page, number);
  await enterCode(page, (await codeFor(scene.server, number)).code);
  await choosePassword(page);
}

test('somebody with a token signs up, and a wrong one is told at once', async () => {
  const page = await scene.visit();
  await agree(page);
  await page.getByRole('heading', { name: 'Your registration token' }).waitFor();
  await accessible(page, 'token');
  await give(page, 'guess');
  await page.getByText('This token is not valid').waitFor();
  await give(page, makeToken('--uses', '1').token);
  await chooseName(page, 'tokened');
  await proveAndFinish(page);
  await page.locator('.account-button').waitFor();
});

test('the only use is kept for who came first', async () => {
  const { token } = makeToken('--uses', '1');
  const first = await scene.visit();
  await agree(first);
  await give(first, token);
  await first.getByLabel('Account name').waitFor();
  const second = await scene.visit();
  await agree(second);
  await give(second, token);
  await second.getByText('This token is not valid').waitFor();
});

test('a token taken back meanwhile is asked for again, and nothing else is', async () => {
  const { token, id } = makeToken();
  const page = await scene.visit();
  await agree(page);
  await give(page, token);
  await chooseName(page, 'tokenedlate');
  operator(scene.server, ['admin', 'token', 'remove', id]);
  await proveAndFinish(page);
  await page.getByText('your token was taken back').waitFor();
  await give(page, makeToken().token);
  await choosePassword(page);
  await page.locator('.account-button').waitFor();
});

test('the token is asked for in Chinese', async () => {
  const page = await scene.visit('/', { locale: 'zh-CN' });
  await page.getByRole('button', { name: '继续' }).click();
  await page.locator('.card .button').first().click();
  await page.locator('.card .primary').click();
  await page.getByRole('heading', { name: '您的注册令牌' }).waitFor();
});

/** The page of a stage as an app opens it: the app hears that it is done. */
async function openStage(session, type) {
  const app = await scene.visit('/policy/en');
  await app.evaluate(() => {
    window.heard = new Promise((done) => addEventListener('message', ({ data }) => done(data), { once: true }));
  });
  const opened = app.waitForEvent('popup');
  await app.evaluate((address) => void window.open(address), `/_matrix/client/v3/auth/${type}/fallback/web?session=${session}`);
  return { app, page: await opened };
}

test('the page of a stage does it and tells the app that opened it', async () => {
  const { body: { session } } = await register({ username: 'paged', password: 'correct horse battery' });
  const { app, page } = await openStage(session, 'm.login.registration_token');
  await accessible(page, 'page of a stage');
  await page.getByLabel('The token you were given').fill('guess');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('That did not work.').waitFor();
  await page.getByLabel('The token you were given').fill(makeToken().token);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Done.').waitFor();
  assert.equal(await app.evaluate(() => window.heard), 'authDone');
  assert.equal(await page.getByRole('textbox').count(), 0);

  const terms = await openStage(session, 'm.login.terms');
  await terms.page.getByRole('button', { name: 'I agree' }).click();
  await terms.page.getByText('Done.').waitFor();

  const address = freshAddress();
  const email = await openStage(session, 'm.login.email.identity');
  await email.page.getByLabel('E-mail address').fill(address);
  await email.page.getByRole('button', { name: 'Go on' }).click();
  await email.page.getByLabel('The code that was sent to you').fill((await mailTo(scene.server, address)).code);
  await email.page.getByRole('button', { name: 'Go on' }).click();
  await email.page.getByText('Done.').waitFor();

  const number = freshNumber();
  const phone = await openStage(session, 'm.login.msisdn');
  await phone.page.getByLabel(/^Mobile number/).fill(`+49 ${number}`);
  await phone.page.getByRole('button', { name: 'Go on' }).click();
  await phone.page.getByLabel('The code that was sent to you').fill((await codeFor(scene.server, number)).code);
  await phone.page.getByRole('button', { name: 'Go on' }).click();
  await phone.page.getByText('Done.').waitFor();
  const made = await register({ auth: { session } });
  assert.equal(made.body.user_id, `@paged:${scene.server.name}`);
});
