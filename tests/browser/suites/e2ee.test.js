/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Three people with five devices that come, go, are offline and restart: in the end each message is readable on exactly
// the devices it was meant for, and by nobody else, the server included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useScene } from '../support/scene.js';
import { closePanel, composer, createGroup, inviteLink, message, openRoom, password, sent, signIn, signUp, write } from '../support/steps.js';

const group = 'Mountain hut';
let anna, annaLaptop, ben, benLaptop, carla, link;

/** What each device can read, by what it was told: the account of the whole test. */
const meant = new Map();
const lines = [];

const scene = useScene({
  async begin(scene) {
    anna = await scene.device();
    await signUp(scene.server, anna.page, 'anna');
    await createGroup(anna.page, group);
    link = await inviteLink(anna.page);
    await closePanel(anna.page);
  },
});

const present = () => [anna, annaLaptop, ben, benLaptop, carla].filter((device) => device?.page);

/** What was said before the others saw somebody come was not said to them. */
async function join(name) {
  const device = await scene.device(link);
  await device.page.getByRole('button', { name: 'Create an account and join' }).click();
  await signUp(scene.server, device.page, name);
  await device.page.getByRole('button', { name: 'Join', exact: true }).click();
  await composer(device.page).waitFor();
  for (const { page } of present()) await page.getByText(`${name} joined`).waitFor();
  return device;
}

/** A further device; the others know of it when this returns. */
async function another(name) {
  const asks = (response) => response.url().includes('/keys/query') && response.request().postData().includes(`@${name}:`);
  const known = present().map(({ page }) => page.waitForResponse(asks));
  const device = await scene.device('/#/login');
  await signIn(device.page, name);
  await openRoom(device.page, new RegExp(group));
  await composer(device.page).waitFor();
  await Promise.all(known);
  return device;
}

/** One writes; all of `readers` that are on have it on their screens when this returns. */
async function says(writer, text, ...readers) {
  await write(writer.page, text);
  await sent(writer.page, text);
  lines.push(text);
  meant.set(text, new Set([writer, ...readers]));
  for (const reader of readers.filter((one) => one.page)) await message(reader.page, text).waitFor();
}

async function off(device) {
  await device.off();
  device.page = undefined;
}

async function on(device) {
  await device.on('/');
  await openRoom(device.page, new RegExp(group));
  await composer(device.page).waitFor();
}

const locked = (page, words) => page.locator('li.message.gone').filter({ hasText: words });

test('4.4 a new group is encrypted, and says so', async () => {
  await anna.page.locator('.room-head').getByRole('img', { name: 'End-to-end encrypted' }).waitFor();
  await anna.page.getByRole('navigation', { name: 'Chats' }).getByRole('img', { name: 'End-to-end encrypted' }).waitFor();
  ben = await join('ben');
  await says(anna, 'The key hangs behind the door', ben);
  await says(ben, 'I take the first train', anna);
});

test('a device that signs in later reads what follows, and says why it reads nothing from before', async () => {
  annaLaptop = await another('anna');
  await locked(annaLaptop.page, 'Sent before you signed in here').first().waitFor();
  await says(anna, 'Bring the small stove', ben, annaLaptop);
  await says(annaLaptop, 'And matches', anna, ben);
});

test('a device that was switched off reads what it missed', async () => {
  await off(ben);
  await says(annaLaptop, 'Ben, are you on the train', anna, ben);
  await says(anna, 'He must be in the tunnel', annaLaptop, ben);
  await on(ben);
  await message(ben.page, 'He must be in the tunnel').waitFor();
  await says(ben, 'Out of the tunnel', anna, annaLaptop);
});

test('what is written without a connection is sent when it is back', async () => {
  await ben.page.context().setOffline(true);
  /* At once, and not only when the poll under way has had its time. */
  await ben.page.getByText('Connection lost. Reconnecting', { exact: false }).waitFor({ timeout: 3_000 });
  await write(ben.page, 'Second tunnel');
  await message(ben.page, 'Second tunnel').waitFor();
  const back = ben.page.waitForRequest((request) => request.url().includes('/sync?'));
  await ben.page.context().setOffline(false);
  await back;
  await ben.page.getByText('Connection lost. Reconnecting', { exact: false }).waitFor({ state: 'detached', timeout: 5_000 });
  lines.push('Second tunnel');
  meant.set('Second tunnel', new Set([ben, anna, annaLaptop]));
  await sent(ben.page, 'Second tunnel');
  for (const { page } of [anna, annaLaptop]) await message(page, 'Second tunnel').waitFor();
});

test('who comes later reads what follows and nothing from before', async () => {
  carla = await join('carla');
  await locked(carla.page, 'Sent before you were in this chat').first().waitFor();
  await says(anna, 'Welcome Carla', annaLaptop, ben, carla);
  await says(carla, 'Glad to be here', anna, annaLaptop, ben);
});

test('a restart of the server loses nobody a key', async () => {
  await scene.server.restart();
  for (const { page } of [anna, annaLaptop, ben, carla]) await page.locator('.banner').filter({ hasText: 'Connection lost' }).waitFor({ state: 'detached' });
  await says(ben, 'Snow is coming', anna, annaLaptop, carla);
});

test('a fifth device comes while another is away', async () => {
  await off(anna);
  benLaptop = await another('ben');
  await says(annaLaptop, 'We leave at six', anna, ben, benLaptop, carla);
  await on(anna);
  await message(anna.page, 'We leave at six').waitFor();
  await says(anna, 'Six it is', annaLaptop, ben, benLaptop, carla);
});

test('who was removed gets no later keys, even when they come back', async () => {
  await anna.page.getByRole('button', { name: 'Members', exact: true }).click();
  const member = anna.page.locator('.member').filter({ hasText: '@carla' });
  await member.getByRole('button', { name: 'Actions for carla' }).click();
  await anna.page.getByRole('menuitem', { name: 'Remove' }).click();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await member.waitFor({ state: 'detached' });
  await closePanel(anna.page);
  await carla.page.getByText('This chat isn’t here').waitFor();
  await ben.page.getByText('anna removed carla').waitFor();
  await says(ben, 'Just between us', anna, annaLaptop, benLaptop);
  await says(anna, 'A surprise for Carla', annaLaptop, ben, benLaptop);

  await carla.page.goto(`${scene.server.url}/`);
  await carla.page.goto(link);
  await carla.page.getByRole('button', { name: 'Join', exact: true }).click();
  await composer(carla.page).waitFor();
  await says(annaLaptop, 'Happy birthday Carla', anna, ben, benLaptop, carla);
});

test('4.4 after all have restarted, every message is readable on exactly the devices it was meant for', async () => {
  const devices = { anna, annaLaptop, ben, benLaptop, carla };
  assert.equal(lines.length, 16);
  for (const device of Object.values(devices)) await off(device);
  for (const device of Object.values(devices)) await on(device);
  for (const [name, device] of Object.entries(devices)) {
    const { page } = device;
    await page.waitForFunction(() => {
      const scroller = document.querySelector('.timeline');
      scroller.scrollTop = -scroller.scrollHeight;
      return document.querySelector('.beginning') !== null;
    });
    for (const text of lines.filter((line) => meant.get(line).has(device))) await message(page, text).first().waitFor();
    const shown = await page.locator('li.message').allInnerTexts();
    const readable = lines.filter((line) => shown.some((row) => row.includes(line)));
    assert.deepEqual(readable, lines.filter((line) => meant.get(line).has(device)), name);
    assert.equal(shown.length, lines.length, `${name} has a place for each message`);
  }
});

test('4.4 the server has nothing of it but what is encrypted', async () => {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password };
  const { body: session } = await scene.server.request('POST', '/_matrix/client/v3/login', { body: login });
  const asAnna = async (path) => (await scene.server.request('GET', `/_matrix/client/v3/${path}`, { token: session.access_token })).body;
  const [room] = (await asAnna('joined_rooms')).joined_rooms;
  const { chunk } = await asAnna(`rooms/${encodeURIComponent(room)}/messages?dir=b&limit=500`);
  const messages = chunk.filter((event) => event.state_key === undefined);
  assert.deepEqual([...new Set(messages.map((event) => event.type))], ['m.room.encrypted']);
  assert.equal(messages.length, lines.length);
  const all = JSON.stringify(chunk);
  for (const line of lines) assert.ok(!all.includes(line), line);
});
