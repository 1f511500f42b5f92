/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Clients that others wrote, as Debian and npm have them, with people at the web app: they make encrypted groups, and read
// and see what the others send. One that is not installed is said to be, and the rest goes on (docs/clients.md).
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { sizeOf } from '../../api/support/image.js';
import { password, register } from '../../api/support/user.js';
import * as jsSdk from '../../clients/js-sdk.js';
import * as nheko from '../../clients/nheko.js';
import * as nio from '../../clients/nio.js';
import { landscape } from '../support/paintings.js';
import { useScene } from '../support/scene.js';
import { accept, attach, closePanel, createGroup, message, sent, signUp, write } from '../support/steps.js';

const without = { nio: nio.missing(), jsSdk: await jsSdk.missing(), nheko: nheko.missing() };
const needs = (...clients) => ({ skip: clients.map((one) => without[one]).find(Boolean) ?? false });

/* Pictures for docs/clients.md, when asked for. */
const folder = process.env.PARLEY_SCREENSHOTS;
if (folder) mkdirSync(folder, { recursive: true });

let anna;
const scene = useScene({
  async begin(scene) {
    anna = await scene.visit();
    await signUp(scene.server, anna, 'anna');
    await anna.getByText('It’s quiet here').waitFor();
  },
});
const ANNA = '@anna:parley.test';

const open = [];
const stores = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  for (const store of stores.splice(0)) rmSync(store, { recursive: true, force: true });
});

/** Somebody with an account, and a name others see. */
async function somebody(account, name) {
  const user = await register(scene.server, account);
  await user.put(`/v3/profile/${encodeURIComponent(user.id)}/displayname`, { displayname: name });
  return user;
}

async function atNio(user) {
  stores.push(mkdtempSync(join(tmpdir(), 'parley-nio-')));
  const client = new nio.Nio(scene.server, stores.at(-1));
  open.push(client);
  await client.signIn(user.localpart, password);
  return client;
}

async function atJsSdk(user) {
  const client = new jsSdk.JsSdk(scene.server);
  open.push(client);
  await client.signIn(user.localpart, password);
  return client;
}

const picture = (name, width, height, seed) => ({ name, mimeType: 'image/png', buffer: landscape(width, height, seed) });

/** The picture of that name is on the page, and as wide as it was. */
async function shows(page, name, width) {
  const button = page.getByRole('button', { name: `Open the picture ${name}` });
  await button.locator('img').waitFor();
  await button.click();
  const full = page.getByRole('dialog').locator('img');
  await full.waitFor();
  assert.equal(await full.evaluate((img) => img.decode().then(() => img.naturalWidth)), width);
  await page.keyboard.press('Escape');
  await full.waitFor({ state: 'detached' });
}

/** A text and a picture in both directions between the page and another client in the same room. */
async function talk(page, client, room, { from, to, sees, shown }) {
  await client.write(room, from);
  await message(page, from).waitFor();
  await write(page, to);
  await client.inbox.message(room, to);
  await client.sendPicture(room, shown);
  await shows(page, shown.name, sizeOf(shown.buffer).width);
  await attach(page, sees);
  const bytes = await client.open(await client.inbox.message(room, sees.name));
  assert.deepEqual(sizeOf(bytes), sizeOf(sees.buffer));
  assert.equal(await page.locator('li.message.gone').count(), 0);
}

async function keep(name, png) {
  if (folder) writeFileSync(join(folder, `${name}.png`), await png());
}

/** What the server has of a room is sealed: none of the words. */
async function sealed(user, room, ...words) {
  const { chunk } = await user.messages(room, { limit: 100 });
  assert.ok(chunk.some((event) => event.type === 'm.room.encrypted'));
  for (const word of words) assert.ok(!JSON.stringify(chunk).includes(word), word);
}

test('matrix-nio makes an encrypted group, and reads and sees what the web app sends, also after a restart', needs('nio'), async () => {
  const nina = await somebody('nina', 'Nina');
  const client = await atNio(nina);
  const room = await client.createGroup('Lake walkers', ANNA);
  await accept(anna, /Lake walkers/);
  await client.inbox.joined(room, ANNA);
  const words = { from: 'Shall we walk around the lake?', to: 'Gladly, on Sunday' };
  await talk(anna, client, room, { ...words, sees: picture('shore.png', 640, 420, 1), shown: picture('lake.png', 960, 640, 2) });

  await client.stop();
  await write(anna, 'The train leaves at nine');
  await sent(anna, 'The train leaves at nine');
  await client.restart();
  await client.inbox.message(room, 'The train leaves at nine');
  await client.write(room, 'I will be there');
  await message(anna, 'I will be there').waitFor();
  const told = (await client.history(room)).filter((event) => event.locked || event.type === 'm.room.message').reverse();
  assert.deepEqual(
    told.map(({ locked, sender, content }) => [locked ? 'locked' : content.body, sender === nina.id]),
    [[words.from, true], [words.to, false], ['lake.png', true], ['shore.png', false], ['The train leaves at nine', false], ['I will be there', true]],
  );
  await sealed(nina, room, words.from, words.to, 'lake.png');
  await keep('web-with-nio', () => anna.screenshot());
});

test('matrix-js-sdk is invited by the web app into an encrypted group, and both read and see what the other sends', needs('jsSdk'), async () => {
  const jonas = await somebody('jonas', 'Jonas');
  const client = await atJsSdk(jonas);
  await createGroup(anna, 'Choir', { invite: [jonas.localpart] });
  await closePanel(anna);
  const { room_id: room } = await client.inbox.invited(jonas.id);
  await client.join(room);
  await client.inbox.joined(room, jonas.id);
  await anna.getByText('Jonas joined').waitFor();
  const words = { from: 'Which key are we in?', to: 'In G, and softly' };
  await talk(anna, client, room, { ...words, sees: picture('stage.png', 480, 320, 0), shown: picture('poster.png', 600, 400, 1) });
  await sealed(jonas, room, words.from, words.to, 'poster.png');
  await keep('web-with-js-sdk', () => anna.screenshot());
});

test('the web app, matrix-nio and matrix-js-sdk in one encrypted group all read each other', needs('nio', 'jsSdk'), async () => {
  const [nina, jonas] = [await somebody('nina', 'Nina'), await somebody('jonas', 'Jonas')];
  const [one, two] = [await atNio(nina), await atJsSdk(jonas)];
  const room = await two.createGroup('Book club', nina.id, ANNA);
  await one.inbox.invited(nina.id);
  await one.join(room);
  await accept(anna, /Book club/);
  for (const client of [one, two]) for (const id of [nina.id, jonas.id, ANNA]) await client.inbox.joined(room, id);
  await two.write(room, 'Something short next?');
  await Promise.all([one.inbox.message(room, 'Something short next?'), message(anna, 'Something short next?').waitFor()]);
  await one.write(room, 'A play, perhaps');
  await Promise.all([two.inbox.message(room, 'A play, perhaps'), message(anna, 'A play, perhaps').waitFor()]);
  await write(anna, 'I bring three');
  await Promise.all([one, two].map((client) => client.inbox.message(room, 'I bring three')));
  const cover = picture('cover.png', 400, 300, 0);
  await one.sendPicture(room, cover);
  assert.deepEqual(await two.open(await two.inbox.message(room, 'cover.png')), cover.buffer);
  await shows(anna, 'cover.png', 400);
});

test('Nheko signs in, follows an invite into an encrypted group, shows what the web app sends, and is read there', needs('nheko'), async () => {
  const nora = await somebody('nora', 'Nora');
  const app = new nheko.Nheko(scene.server);
  open.push(app);
  await Promise.all([app.signIn(nora.id, password), createGroup(anna, 'Sunday hikers', { invite: [nora.localpart] })]);
  await closePanel(anna);
  const { rooms } = await nora.sync({ since: null });
  const [room] = Object.keys(rooms.invite);
  await app.join(room);
  await anna.getByText('Nora joined').waitFor();

  await write(anna, 'Good morning! The weather looks fine for Sunday');
  /* It tells what it has shown; the picture below has its key from the same session as these words. */
  await message(anna, 'Good morning!').getByText('Read by Nora').waitFor({ state: 'attached', timeout: 40_000 });
  app.answer('Count me in, I bring tea and cake');
  await message(anna, 'Count me in').locator('.quoted').getByText('Good morning!').waitFor();
  const hills = [29, 107, 89];
  assert.ok(app.screen.count(hills) < 100, 'not on the screen yet');
  await attach(anna, picture('lake.png', 900, 600, 2));
  await app.shows(hills);
  app.write('What a view');
  await message(anna, 'What a view').waitFor();
  assert.ok(!/ailed to decrypt|Could not find inbound megolm session/.test(app.log), app.log.slice(-3000));
  await sealed(nora, room, 'Good morning', 'Count me in', 'What a view');
  await keep('nheko', async () => (await app.screen.still()).png());
  await keep('web-with-nheko', () => anna.screenshot());
});
