/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useScene } from '../support/scene.js';
import { meet, message, sent, write } from '../support/steps.js';

const banner = (page) => page.getByText('Connection lost. Reconnecting …');
let anna, ben;

const scene = useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, 'Storm watchers'));
    await write(anna, 'Before the storm');
    await message(ben, 'Before the storm').waitFor();
  },
});

const count = (page, text) => message(page, text).count();

test('a server killed in the middle comes back, and clients with it, with nothing missing and nothing doubled', async () => {
  await scene.server.kill();
  await banner(anna).waitFor({ timeout: 30_000 });
  await write(anna, 'Written in the dark');
  await scene.server.relaunch();
  await banner(anna).waitFor({ state: 'detached', timeout: 30_000 });
  await banner(ben).waitFor({ state: 'detached', timeout: 30_000 });
  await sent(anna, 'Written in the dark');
  await message(ben, 'Written in the dark').waitFor({ timeout: 20_000 });
  assert.equal(await count(ben, 'Before the storm'), 1);
  assert.equal(await count(ben, 'Written in the dark'), 1);
  assert.equal(await count(anna, 'Written in the dark'), 1);
});

test('a graceful restart goes by unnoticed but for the banner', async () => {
  await scene.server.restart();
  await write(ben, 'After the restart');
  await message(anna, 'After the restart').waitFor({ timeout: 30_000 });
  assert.equal(await count(anna, 'After the restart'), 1);
});

test('killed while messages are on their way, each of them is there once and in order', async () => {
  const lines = Array.from({ length: 12 }, (_, n) => `Gust ${String(n + 1).padStart(2, '0')}`);
  for (const [n, line] of lines.entries()) {
    await write(anna, line);
    if (n === 5) await scene.server.kill();
  }
  await scene.server.relaunch();
  for (const line of lines) await message(ben, line).waitFor({ timeout: 40_000 });
  await ben.reload();
  await message(ben, 'Gust 12').waitFor({ timeout: 30_000 });
  const shown = await ben.locator('.message .text').allTextContents();
  assert.deepEqual(shown.filter((text) => text.startsWith('Gust')), lines);
});
