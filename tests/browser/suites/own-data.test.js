/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A copy of everything that is held of a person, taken by themselves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { password, signUp } from '../support/steps.js';

const scene = useScene();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function ownData(name) {
  const page = await scene.visit();
  await signUp(scene.server, page, name);
  await page.locator('.account-button').waitFor();
  return page;
}

/** More than fits a page of the answer, said by another app of theirs. */
async function saySo(name, words, count) {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password };
  const api = (token, method, path, body) => scene.server.request(method, `/_matrix/client/v3/${path}`, { token, body });
  const { body } = await api(undefined, 'POST', 'login', login);
  const made = await api(body.access_token, 'POST', 'createRoom', { preset: 'public_chat' });
  const room = encodeURIComponent(made.body.room_id);
  for (let i = 0; i < count; i++)
    await api(body.access_token, 'PUT', `rooms/${room}/send/m.room.message/${i}`, { msgtype: 'm.text', body: `${words} ${i}` });
}

test('5.1 everything that is held is gathered, over many pages, and saved as one file', async () => {
  const page = await ownData('olga');
  await saySo('olga', 'lines of mine', 620);
  await page.goto('/#/settings/profile');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'About you' }).click();
  await accessible(page, 'about you');
  await button(page, 'Make a copy').click();
  await button(page, 'Save the file').waitFor();
  await accessible(page, 'a copy that is ready');
  const downloading = page.waitForEvent('download');
  await button(page, 'Save the file').click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^parley-olga-\d{4}-\d{2}-\d{2}\.json$/);
  const whole = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert.equal(whole.user_id, '@olga:parley.test');
  assert.equal(whole.held.localpart, 'olga');
  assert.ok(whole.held.phone);
  const said = whole.held.event.events.map((event) => event.content?.body).filter((body) => body?.startsWith('lines of mine'));
  assert.deepEqual(new Set(said).size, 620);
  assert.equal(said.length, 620, 'none is there twice');
  assert.equal(whole.held.event.next, undefined);
});

test('5.1 a copy that is on its way can be stopped, and one that failed is asked for again', async () => {
  const page = await ownData('paula');
  await page.goto('/#/settings/data');
  let answer;
  await page.route('**/_parley/v1/export', (route) => new Promise((done) => (answer = () => done(route.abort()))));
  await button(page, 'Make a copy').click();
  await page.getByText('Gathering what is held').waitFor();
  await button(page, 'Cancel').click();
  await button(page, 'Make a copy').waitFor();
  answer?.();
  await button(page, 'Make a copy').click();
  await page.getByText('Gathering what is held').waitFor();
  answer();
  await page.getByText('The server can’t be reached.').waitFor();
  await accessible(page, 'a copy that failed');
  await page.unroute('**/_parley/v1/export');
  /* It goes on while one looks at other things. */
  await button(page, 'Try again').click();
  await page.goto('/#/settings/appearance');
  await page.goto('/#/settings/data');
  await button(page, 'Save the file').waitFor();
});
