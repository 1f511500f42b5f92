/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The page of everything that is held, as a visitor meets it: no account, no script, any screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';

const scene = useScene();

for (const [language, colorScheme, width] of [['en', 'light', 320], ['en', 'dark', 1280], ['zh-CN', 'dark', 320], ['zh-CN', 'light', 1280]]) {
  test(`0.8 what we hold reads well in ${language}, ${colorScheme}, ${width} wide`, async () => {
    const page = await scene.visit(`/policy/data?lang=${language}`, { colorScheme, viewport: { width, height: 800 } });
    for (const one of await page.locator('details').all()) await one.evaluate((details) => (details.open = true));
    await accessible(page, `what we hold, ${language}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
  });
}

test('0.8 from the policy one gets to what is held, and from there to one kind and what its purposes mean', async () => {
  const page = await scene.visit('/policy?lang=en', { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'What we hold' }).click();
  await page.getByRole('heading', { name: 'What we hold', level: 1 }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: /^Devices and sign-ins/ }).click();
  await page.waitForURL(/#topic-devices$/);
  const phone = page.locator('#phone');
  await phone.getByText('Sensitive', { exact: true }).waitFor();
  await phone.getByText('More', { exact: true }).click();
  await phone.getByText('Deleted', { exact: true }).waitFor();
  await phone.getByRole('link', { name: 'Account security' }).click();
  await page.waitForURL(/#purpose-account_security$/);
  await page.getByRole('link', { name: '中文' }).click();
  await page.getByRole('heading', { name: '我们持有哪些信息', level: 1 }).waitFor();
});
