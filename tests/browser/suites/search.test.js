/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Finding what was said: in one chat and in all, by mouse and by keyboard, also what is far back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { closePanel, composer, createGroup, meet, message, openRoom, password, sent, write } from '../support/steps.js';

let anna, ben;
let asAnna;
let room, night;

/** As another app of anna's would. */
async function signInElsewhere(scene) {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password };
  const { body: session } = await scene.server.request('POST', '/_matrix/client/v3/login', { body: login });
  asAnna = async (method, path, body) => {
    const answer = await scene.server.request(method, `/_matrix/client/v3/${path}`, { token: session.access_token, body });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
}

let txn = 0;
const say = (body, where = room) => asAnna('PUT', `rooms/${encodeURIComponent(where)}/send/m.room.message/search${txn++}`, { msgtype: 'm.text', body });

useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, 'Night sky'));
    await signInElsewhere(scene);
    [night] = (await asAnna('GET', 'joined_rooms')).joined_rooms;
    await write(anna, 'The dome’s key hangs by the stairs');
    await sent(anna, 'The dome’s key');
    await message(ben, 'The dome’s key').waitFor();
    /* One that the server can look through. */
    const made = { preset: 'public_chat', name: 'Star watchers', invite: ['@ben:parley.test'] };
    room = (await asAnna('POST', 'createRoom', made)).room_id;
    for (const page of [anna, ben]) {
      await openRoom(page, /Star watchers/);
      await page.getByRole('heading', { name: 'Star watchers' }).first().waitFor();
    }
    await ben.getByRole('button', { name: 'Accept' }).click();
    await composer(ben).waitFor();
    await say('The comet of last winter, over the Großer Feldberg');
    for (let n = 0; n < 150; n++) await say(`a night like any other, number ${n}`);
    /* What came while they looked on may have come as a whole or with a gap: they look anew, at the newest of it. */
    for (const page of [anna, ben]) {
      await page.reload();
      await message(page, 'number 149').waitFor();
    }
    await write(anna, 'clouds tonight');
    await sent(anna, 'clouds tonight');
    await message(ben, 'clouds tonight').waitFor();
  },
});

const field = (page, name = 'Search in this chat') => page.getByRole('searchbox', { name });
const results = (page) => page.getByRole('list', { name: 'Messages found' }).getByRole('link');

test('in a chat, words are found whatever their case, and marked', async () => {
  await ben.getByRole('button', { name: 'Search in this chat' }).click();
  await ben.getByRole('heading', { name: 'Find what was said' }).waitFor();
  await field(ben).fill('COMET grosser');
  await results(ben).filter({ hasText: 'The comet of last winter' }).waitFor();
  assert.equal(await results(ben).count(), 1);
  assert.deepEqual(await ben.locator('.search-text mark').allInnerTexts(), ['comet', 'Großer']);
  await accessible(ben, 'search in a chat');
});

test('a result leads to its message, however far back it is', async () => {
  assert.equal(await message(ben, 'The comet of last winter').count(), 0);
  await results(ben).first().click();
  await message(ben, 'The comet of last winter').waitFor();
  await ben.locator('li.message.flash').filter({ hasText: 'The comet' }).waitFor();
});

test('what is not there is said', async () => {
  if (!(await field(ben).isVisible())) await ben.getByRole('button', { name: 'Search in this chat' }).click();
  await field(ben).fill('supernova');
  await ben.getByText('No message has these words.').waitFor();
});

test('that the server has not looked through everything is said', async () => {
  const partly = 'There is so much here that only the newest was searched.';
  assert.equal(await ben.getByText(partly).count(), 0);
  await ben.route('**/client/v3/search', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.search_categories.room_events['org.parley.bounded'] = true;
    await route.fulfill({ response, json: answer });
  });
  await field(ben).fill('supernovae');
  await ben.getByText(partly).waitFor();
  await accessible(ben, 'search that was bounded');
  await ben.unroute('**/client/v3/search');
  await field(ben).fill('supernova');
  await ben.getByText(partly).waitFor({ state: 'detached' });
});

test('more results come when asked for', async () => {
  await field(ben).fill('night like');
  await ben.getByRole('button', { name: 'More results' }).waitFor();
  assert.equal(await results(ben).count(), 20);
  await ben.getByRole('button', { name: 'More results' }).click();
  await ben.waitForFunction(() => document.querySelectorAll('.search-result').length === 40);
  await closePanel(ben);
});

test('by keyboard: the shortcut, the field, the results, and back', async () => {
  await anna.locator('.timeline').focus();
  await anna.keyboard.press('/');
  await field(anna).waitFor();
  await anna.keyboard.type('comet');
  await results(anna).first().waitFor();
  await anna.keyboard.press('ArrowDown');
  await anna.waitForFunction(() => document.activeElement?.classList.contains('search-result'));
  await anna.keyboard.press('ArrowUp');
  await anna.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('Enter');
  await message(anna, 'The comet of last winter').waitFor();
});

test('over all chats, on a phone too, and in Chinese', async () => {
  await createGroup(anna, 'Cooks');
  await write(anna, '今晚做北京烤鸭');
  await sent(anna, '今晚做北京烤鸭');
  await anna.setViewportSize({ width: 390, height: 800 });
  await anna.goto('/#/');
  await anna.getByRole('link', { name: 'Search messages' }).click();
  await field(anna, 'Search messages').fill('烤鸭');
  const found = results(anna).filter({ hasText: '今晚做北京烤鸭' });
  await found.waitFor();
  assert.ok((await found.innerText()).includes('Cooks'));
  await accessible(anna, 'search in all chats on a phone');
  const overflow = await anna.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(overflow, false);
  await found.click();
  await message(anna, '今晚做北京烤鸭').waitFor();
});

test('encrypted messages are said to be searched on this device only', async () => {
  await ben.getByRole('button', { name: 'Search in this chat' }).click();
  await asAnna('PUT', `rooms/${encodeURIComponent(room)}/state/m.room.encryption/`, { algorithm: 'm.megolm.v1.aes-sha2' });
  await say('said after that');
  await message(ben, 'said after that').waitFor();
  await field(ben).fill('clouds tonight');
  await ben.getByText('Encrypted messages are searched on this device only').waitFor();
  await results(ben).filter({ hasText: 'clouds tonight' }).waitFor();
});

test('what is encrypted and not on this device yet is found by searching further back', async () => {
  for (let n = 0; n < 150; n++) await say(`cloudy, night ${n}`, night);
  /* A page begins with the newest messages only. */
  await ben.goto('/#/');
  await ben.reload();
  await openRoom(ben, /Night sky/);
  await message(ben, 'cloudy, night 149').waitFor();
  await ben.getByRole('button', { name: 'Search in this chat' }).click();
  await field(ben).fill('key stairs');
  await ben.getByText('Encrypted messages are searched on this device only, as far back as').waitFor();
  assert.equal(await results(ben).count(), 0);
  await ben.getByRole('button', { name: 'Search further back' }).click();
  await results(ben).filter({ hasText: 'The dome’s key hangs by the stairs' }).waitFor();
  await ben.getByText('Encrypted messages are searched on this device only, back to the beginning.').waitFor();
  assert.equal(await ben.getByRole('button', { name: 'Search further back' }).count(), 0);
  await results(ben).first().click();
  await ben.locator('li.message.flash').filter({ hasText: 'The dome’s key' }).waitFor();
});
