/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Messages that disappear: set by who may, shown to all, gone from the screen on time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { closePanel, meet, message, password, sent, write } from '../support/steps.js';

let anna, ben;

const scene = useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, 'Night walk'));
  },
});

const choiceOf = (page) => page.getByLabel('Messages disappear after', { exact: true });
const info = (page) => page.locator('.room-title').click();

/** As another app of anna's would: shorter than this one offers. */
async function setLifetime(lifetime) {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password };
  const { body: session } = await scene.server.request('POST', '/_matrix/client/v3/login', { body: login });
  const asAnna = (method, path, body) => scene.server.request(method, `/_matrix/client/v3/${path}`, { token: session.access_token, body });
  const { body: rooms } = await asAnna('GET', 'joined_rooms');
  const { status } = await asAnna('PUT', `rooms/${encodeURIComponent(rooms.joined_rooms[0])}/state/m.room.retention/`, { max_lifetime: lifetime });
  assert.equal(status, 200);
}

test('who may sets after how long messages disappear, and everybody sees it', async () => {
  await info(anna);
  const choice = choiceOf(anna);
  assert.equal(await choice.inputValue(), '0');
  assert.deepEqual(await choice.locator('option').allInnerTexts(), ['1 hour', '1 day', '7 days', '30 days', '365 days', 'Never']);
  await choice.selectOption({ label: '1 day' });
  for (const page of [anna, ben]) {
    await page.getByText('anna set messages to disappear after 1 day').waitFor();
    await page.locator('.room-head').getByRole('img', { name: 'Messages disappear after 1 day' }).waitFor();
  }
  await accessible(anna, 'lifetime of messages');
  await closePanel(anna);
});

test('who may not set it only reads it', async () => {
  await info(ben);
  await ben.locator('.panel').getByText('Messages disappear after 1 day').waitFor();
  assert.equal(await choiceOf(ben).count(), 0);
  await closePanel(ben);
});

test('a message leaves every screen when its time is over, without a reload', async () => {
  await setLifetime(4000);
  await write(anna, 'gone in a moment');
  await sent(anna, 'gone in a moment');
  await message(ben, 'gone in a moment').waitFor();
  await Promise.all([anna, ben].map((page) => message(page, 'gone in a moment').waitFor({ state: 'detached', timeout: 15_000 })));
  for (const page of [anna, ben]) assert.equal(await page.locator('.room-row').filter({ hasText: 'gone in a moment' }).count(), 0);
});

test('set back to never, messages stay and the mark is gone', async () => {
  await info(anna);
  await choiceOf(anna).selectOption({ label: 'Never' });
  await ben.getByText('anna let messages stay').waitFor();
  await ben.locator('.lifetime-mark').waitFor({ state: 'detached' });
  await closePanel(anna);
});
