/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Somebody resets their identity: those who write with them are told over the messages, and say what becomes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { press, startOver, verifyEachOther } from '../support/security.js';
import { closePanel, composer, meet, message, sent, write } from '../support/steps.js';

let anna, ben;
const seconds = { timeout: 120_000 };
const scene = useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, 'Choir'));
    for (const page of [anna, ben]) await page.getByText('Save your recovery key, so that').waitFor();
    await write(anna, 'Which key are we in?');
    await message(ben, 'Which key are we in?').waitFor();
  },
});

const banner = (page) => page.getByRole('alert').filter({ hasText: 'ben' });

test('whom one writes with has a new identity: it is said, writing goes on, and is said no more once accepted', seconds, async () => {
  ben = await startOver(scene, 'ben');
  await ben.keyboard.press('Escape');
  await banner(anna).getByText('ben has a new identity, perhaps after losing all devices.', { exact: false }).waitFor();
  await accessible(anna, 'a new identity, told over the messages');
  await write(anna, 'In D, I think');
  await sent(anna, 'In D, I think');

  await anna.reload();
  await banner(anna).waitFor();
  await banner(anna).getByRole('button', { name: 'All right' }).click();
  await banner(anna).waitFor({ state: 'detached' });
  await anna.reload();
  await message(anna, 'In D, I think').waitFor();
  await write(anna, 'Or in E flat');
  await sent(anna, 'Or in E flat');
  assert.equal(await banner(anna).count(), 0);
});

test('whom one had verified has a new identity: nothing is sent until one has said what becomes of it', seconds, async () => {
  await ben.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: /Choir/ }).click();
  await composer(ben).waitFor();
  await verifyEachOther(anna, ben);
  await closePanel(anna);
  ben = await startOver(scene, 'ben');
  await banner(anna).getByText('ben, whom you had verified, has a new identity. Nothing is sent here', { exact: false }).waitFor();
  await accessible(anna, 'a new identity of somebody verified');
  const out = [];
  anna.on('request', (request) => /\/send\/m\.room\.|\/sendToDevice\/m\.room\.encrypted/.test(request.url()) && out.push(request.url()));
  await composer(anna).fill('For your eyes only');
  await composer(anna).press('Enter');
  assert.equal(await composer(anna).inputValue(), 'For your eyes only');
  assert.equal(await anna.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
  assert.deepEqual(out, []);

  await press(anna, 'Withdraw verification');
  await banner(anna).waitFor({ state: 'detached' });
  await composer(anna).press('Enter');
  await sent(anna, 'For your eyes only');
  assert.ok(out.length > 0);
});
