/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The page that checks a consent receipt with nothing but the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, register } from '../../api/support/user.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';

const scene = useScene();

async function makeReceipt() {
  const anna = await register(scene.server, 'anna');
  const { purposes } = await anna.get('/_parley/v1/consents', { language: 'en' });
  const { sha256 } = purposes.find((one) => one.purpose === 'camera');
  const { receipt } = await anna.put('/_parley/v1/consents/camera', { granted: true, language: 'en', sha256 });
  return anna.get(`/_parley/v1/consents/receipts/${receipt}`);
}

const check = async (page, text, key = '') => {
  await page.getByLabel('Receipt').fill(text);
  await page.getByLabel('Public key').fill(key);
  await page.getByRole('button', { name: 'Check' }).click();
  await page.locator('#result:not(:empty)').waitFor();
  return page.locator('#result').textContent();
};

test('0.2, 1.17 the receipt page tells a genuine receipt from a changed one', async () => {
  const receipt = await makeReceipt();
  const { keys } = accepted(await scene.server.request('GET', '/_parley/v1/keys'));
  const hex = (use) => keys.find((one) => one.use === use).public_key_hex;
  const page = await scene.visit('/policy/receipt');
  await accessible(page, 'receipt');
  assert.match(await check(page, JSON.stringify(receipt, null, 2)), /^Genuine/);
  await page.getByText(receipt.record_id, { exact: true }).waitFor();
  assert.match(await check(page, JSON.stringify(receipt), hex('receipt')), /^Genuine/);
  assert.match(await check(page, JSON.stringify(receipt), hex('log')), /^Not genuine/);
  assert.match(await check(page, JSON.stringify({ ...receipt, record_id: '0'.repeat(16) })), /^Not genuine/);
  assert.match(await check(page, '{}'), /not a receipt/);
});
