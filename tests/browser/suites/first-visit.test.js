/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { agree } from '../support/steps.js';

const scene = useScene();
const sections = 8;

test('0.1 the policy is the first thing to see, with eight sections and emphasis, and is accessible', async () => {
  const page = await scene.visit();
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await contents.waitFor();
  assert.equal(await contents.getByRole('button').count(), sections);
  assert.ok((await page.locator('.policy-text strong').count()) > 0);
  assert.equal(await page.getByRole('textbox').count(), 0);
  await contents.getByRole('button').last().click();
  await page.locator('#section-8').waitFor();
  await page.waitForFunction(() => document.getElementById('section-8').getBoundingClientRect().top < innerHeight);
  await accessible(page, 'policy');
});

test('0.1 the policy is read in Chinese when the browser speaks Chinese, and the switch is remembered', async () => {
  const page = await scene.visit('/', { locale: 'zh-CN' });
  await page.getByRole('heading', { name: '首先，是我们的承诺' }).waitFor();
  await page.locator('.policy[lang="zh-CN"] .policy-text').waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');
  await page.getByRole('radio', { name: 'English' }).click();
  await page.locator('.policy[lang="en"]').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();
});

test('0.5 a minor is refused kindly and nothing of it is kept', async () => {
  const page = await scene.visit();
  await page.getByRole('button', { name: 'Continue' }).click();
  await accessible(page, 'age');
  await page.getByRole('button', { name: 'I am younger than 18' }).click();
  await page.getByRole('heading', { name: 'Sorry, not yet' }).waitFor();
  await page.getByText('Nothing about this visit has been kept.').waitFor();
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  assert.deepEqual(await page.context().cookies(), []);
});

test('0.2 the account form cannot be reached without agreeing', async () => {
  const page = await scene.visit('/#/signup');
  await page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();
  assert.equal(await page.getByLabel('Account name').count(), 0);
  await agree(page);
  await page.getByLabel('Account name').waitFor();
  await accessible(page, 'account name');
});

test('the first load is small and nothing comes from elsewhere', async () => {
  const page = await scene.visit('about:blank');
  const hosts = new Set();
  /* Those the page itself names: what starts the app. */
  const named = [...(await (await fetch(scene.server.url)).text()).matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => path);
  const sizes = [];
  page.on('response', (response) => {
    const { host, pathname } = new URL(response.url());
    hosts.add(host);
    if (named.includes(pathname)) sizes.push(response.request().sizes());
  });
  await page.goto(scene.server.url, { waitUntil: 'networkidle' });
  assert.deepEqual([...hosts], [new URL(scene.server.url).host]);
  const scripts = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  assert.ok(scripts > 5_000 && scripts < 20_000, `${scripts} bytes of script`);
});

test('the app works by keyboard alone up to the account name', async () => {
  const page = await scene.visit();
  // A key counts once what it is for has the focus: not while the policy is still on its way, nor before a step's own
  // first control has been focused.
  const focused = (name) => page.locator('button:focus').filter({ hasText: name }).waitFor();
  await page.locator('button:enabled').filter({ hasText: 'Continue' }).focus();
  await focused('Continue');
  await page.keyboard.press('Enter');
  await focused('I am 18 or older');
  await page.keyboard.press('Enter');
  await focused('I agree');
  await page.keyboard.press('Enter');
  await page.locator('input:focus').waitFor();
  await page.keyboard.type('typed');
  assert.equal(await page.getByLabel('Account name').inputValue(), 'typed');
});
