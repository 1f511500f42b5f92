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

test('a chat’s long name is cut on its one line, in both languages, and what stands beside it stays in reach', async () => {
  const page = await scene.visit('/', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await signUp(scene.server, page, 'ben');
  await createGroup(page, 'People who walk around the lake on Sundays, whatever the weather');
  await page.locator('.panel .tabs a').first().click();
  await page.getByLabel('Messages disappear after', { exact: true }).selectOption({ label: '30 days' });
  await page.locator('.lifetime-mark').waitFor({ state: 'attached' });
  await closePanel(page);
  for (const language of ['en', 'zh-CN']) {
    await page.evaluate((chosen) => localStorage.setItem('parley.language', chosen), language);
    await page.reload();
    await page.locator('.room-head .lifetime-mark').waitFor();
    const head = await page.locator('.room-head').evaluate((box) => {
      const name = box.querySelector('h1');
      const inside = (one) => {
        const { left, right, top, bottom } = one.getBoundingClientRect();
        const frame = box.getBoundingClientRect();
        return left >= 0 && right <= innerWidth && top >= frame.top && bottom <= frame.bottom;
      };
      const hit = (one) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        return one.contains(document.elementFromPoint(x + width / 2, y + height / 2));
      };
      return {
        lines: Math.round(name.clientHeight / parseFloat(getComputedStyle(name).lineHeight)),
        cut: name.scrollWidth > name.clientWidth && getComputedStyle(name).textOverflow === 'ellipsis',
        marks: [...box.querySelectorAll('.lock-mark, .lifetime-mark')].map(inside),
        buttons: [...box.querySelectorAll('.icon-button, .room-title')].map((one) => inside(one) && hit(one)),
      };
    });
    assert.deepEqual(head, { lines: 1, cut: true, marks: [true, true], buttons: Array(5).fill(true) }, language);
  }
});
