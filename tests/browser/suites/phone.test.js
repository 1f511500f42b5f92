/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { closePanel, composer, createGroup, drafted, message, sent, signUp } from '../support/steps.js';

const scene = useScene();

test('everything is within reach on a phone: one pane at a time, tools by a tap, nothing wider than the screen', async () => {
  const page = await scene.visit('/', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const fits = async (what) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${what} is ${width} wide`);
  };
  await signUp(scene.server, page, 'anna');
  await createGroup(page, 'Family');
  await fits('invite panel');
  await closePanel(page);
  await composer(page).fill('Hello on a phone');
  await page.getByRole('button', { name: 'Send', exact: true }).tap();
  await sent(page, 'Hello on a phone');
  await fits('chat');

  await message(page, 'Hello on a phone').tap();
  await page.getByRole('toolbar').getByRole('button', { name: 'React' }).tap();
  await page.getByRole('menuitem', { name: '🎉' }).tap();
  await message(page, 'Hello on a phone').getByRole('button', { name: '🎉, 1' }).waitFor();
  await page.getByRole('toolbar').getByRole('button', { name: 'More', exact: true }).tap();
  await page.getByRole('menuitem', { name: 'Edit' }).tap();
  await drafted(page, 'Hello on a phone');
  await composer(page).fill('Hello from a phone');
  await page.getByRole('button', { name: 'Send', exact: true }).tap();
  await message(page, 'Hello from a phone').getByText('edited').waitFor();
  await accessible(page, 'chat on a phone');

  await page.getByRole('link', { name: 'Back' }).tap();
  await page.getByRole('navigation', { name: 'Chats' }).waitFor();
  assert.equal(await composer(page).isVisible(), false);
  await accessible(page, 'list on a phone');
});
