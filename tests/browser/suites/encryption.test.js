/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What of encryption is seen and done in the app: the lock, turning it on, files, keys of this device.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jpegWithPlace, png } from '../../api/support/image.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import {
  attach, closePanel, composer, createGroup, inAccountMenu, meet, message, openRoom, password, sent, signIn, signUp, write,
} from '../support/steps.js';

let anna, ben, elsewhere, field;
const group = 'Quiet valley';

const scene = useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, group));
    elsewhere = await signedIn('anna');
    const { body } = await elsewhere.as('POST', 'createRoom', { preset: 'public_chat', name: 'Open field', invite: ['@ben:parley.test'] });
    field = encodeURIComponent(body.room_id);
  },
});

const api = (token, method, path, body) => scene.server.request(method, `/_matrix/client/v3/${path}`, { token, body });

/** As another app of theirs would. */
async function signedIn(name) {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password };
  const { body } = await api(undefined, 'POST', 'login', login);
  return { id: body.user_id, as: (method, path, content) => api(body.access_token, method, path, content) };
}

/** The device has told the server its keys: this browser has finished making them. */
async function published(name, device) {
  const { id, as } = await signedIn(name);
  for (;;) {
    const { body } = await as('POST', 'keys/query', { device_keys: { [id]: [] } });
    if (body.device_keys[id]?.[device]) return;
  }
}

/** What a page uploads while `work` is done: content type and bytes. */
async function uploaded(page, work) {
  const bodies = [];
  await page.route('**/_matrix/media/v3/upload*', async (route) => {
    const request = route.request();
    bodies.push({ type: request.headers()['content-type'], url: request.url(), bytes: request.postDataBuffer() });
    await route.continue();
  });
  await work();
  await page.unroute('**/_matrix/media/v3/upload*');
  return bodies;
}

/** What a press on the button saves: its name and its bytes. */
async function saved(page, button) {
  const download = page.waitForEvent('download');
  await button.click();
  const chunks = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
  return { name: (await download).suggestedFilename(), bytes: Buffer.concat(chunks) };
}

/** The database of an account's keys on this device, once it is there. */
const keysOf = (page, name) =>
  page.evaluate(async (start) => {
    for (;;) {
      const found = (await indexedDB.databases()).find(({ name }) => name.startsWith(start) && name.endsWith('-crypto'));
      if (found) return found.name.split('::')[0];
    }
  }, `parley @${name}:`);

const keysGone = (page, name) =>
  page.evaluate(async (start) => {
    while ((await indexedDB.databases()).some(({ name }) => name.startsWith(start)));
  }, `parley @${name}:`);

test('the first visit loads nothing of encryption, and little', async () => {
  const page = await scene.visit('about:blank');
  await page.goto(scene.server.url);
  await page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ name, encodedBodySize }) => [name, encodedBodySize]));
  assert.deepEqual(loaded.filter(([name]) => /wasm|crypto|browser-index/.test(name)), []);
  const size = loaded.reduce((sum, [, bytes]) => sum + bytes, 0);
  assert.ok(size > 10_000 && size < 64 * 1024, `the first visit loads ${size} bytes`);
});

test('the crypto module comes from here, packed, and under a policy that lets nothing else in', async () => {
  const answer = anna.waitForResponse(/\.wasm$/);
  await anna.reload();
  const response = await answer;
  assert.equal(new URL(response.url()).origin, scene.server.url);
  assert.equal(response.headers()['content-type'], 'application/wasm');
  assert.equal(response.headers()['content-encoding'], 'br');
  const page = await scene.server.request('GET', '/');
  assert.match(page.headers.get?.('content-security-policy') ?? page.headers['content-security-policy'], /script-src 'self' 'wasm-unsafe-eval';/);
  await composer(anna).waitFor();
});

test('4.4 the lock explains itself', async () => {
  await anna.locator('.room-head').getByRole('img', { name: 'End-to-end encrypted' }).waitFor();
  await anna.locator('.room-title').click();
  await anna.locator('.panel').getByText('Only the people in this chat can read what is written and sent here. We can’t.').waitFor();
  await accessible(anna, 'encrypted room info');
  await closePanel(anna);
});

test('a direct chat is encrypted', async () => {
  await ben.getByRole('button', { name: 'New chat' }).click();
  await ben.getByRole('menuitem', { name: 'New direct chat' }).click();
  await ben.getByLabel('Add people').fill('anna');
  await ben.getByRole('button', { name: /@anna:/ }).click();
  await ben.getByRole('heading', { name: 'anna', level: 1 }).waitFor();
  await ben.locator('.room-head').getByRole('img', { name: 'End-to-end encrypted' }).waitFor();
  await openRoom(ben, new RegExp(group));
});

test('edits, answers, reactions, mentions and deletion work on what is encrypted', async () => {
  await write(anna, '@ben shall we go?');
  await sent(anna, 'shall we go');
  await ben.locator('.mentions-me').filter({ hasText: 'shall we go' }).waitFor();
  await message(ben, 'shall we go').locator('.bubble').hover();
  await message(ben, 'shall we go').getByRole('toolbar').getByRole('button', { name: 'Reply' }).click();
  await write(ben, 'At noon');
  await message(anna, 'At noon').locator('.quoted').getByText('shall we go').waitFor();
  await message(anna, 'At noon').locator('.bubble').hover();
  await message(anna, 'At noon').getByRole('toolbar').getByRole('button', { name: 'React' }).click();
  await anna.getByRole('menuitem', { name: '👍' }).click();
  await message(ben, 'At noon').getByRole('button', { name: '👍, 1' }).waitFor();
  await message(ben, 'At noon').locator('.bubble').hover();
  await message(ben, 'At noon').getByRole('toolbar').getByRole('button', { name: 'More' }).click();
  await ben.getByRole('menuitem', { name: 'Edit' }).click();
  await ben.waitForFunction(() => document.querySelector('.composer-field')?.value === 'At noon');
  await write(ben, 'At one');
  await message(anna, 'At one').getByText('edited').waitFor();
});

test('1.15, 4.4 a picture is uploaded sealed and without the place it was taken at, with a small one beside it', async () => {
  const sent = await uploaded(anna, async () => {
    await attach(anna, { name: 'valley.jpg', mimeType: 'image/jpeg', buffer: jpegWithPlace() });
    await ben.getByRole('button', { name: 'Open the picture valley.jpg' }).locator('img').waitFor();
    await attach(anna, { name: 'ridge.png', mimeType: 'image/png', buffer: png(1600, 1200) });
    await ben.getByRole('button', { name: 'Open the picture ridge.png' }).locator('img').waitFor();
  });
  for (const { type, url, bytes } of sent) {
    assert.equal(type, 'application/octet-stream');
    assert.ok(!/valley|ridge/.test(url), url);
    assert.ok(!bytes.subarray(0, 16).includes('PNG') && bytes[0] !== 0xff, 'sealed');
  }
  const thumbnail = ben.getByRole('button', { name: 'Open the picture ridge.png' }).locator('img');
  assert.equal(await thumbnail.evaluate((img) => img.naturalWidth), 800);
  await ben.getByRole('button', { name: 'Open the picture ridge.png' }).click();
  const full = ben.getByRole('dialog').locator('img');
  await full.waitFor();
  assert.equal(await full.evaluate((img) => img.naturalWidth), 1600);
  assert.equal((await saved(ben, ben.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }))).name, 'ridge.png');
  await ben.keyboard.press('Escape');

  await ben.getByRole('button', { name: 'Open the picture valley.jpg' }).click();
  await ben.getByRole('dialog').locator('img').waitFor();
  const { bytes } = await saved(ben, ben.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }));
  assert.equal(bytes[0], 0xff);
  assert.ok(!bytes.includes('SECRETCAM') && !bytes.includes('Exif'));
  await ben.keyboard.press('Escape');
});

test('4.4 a file is uploaded sealed, comes back whole, and is not opened when somebody changed it', async () => {
  const words = Buffer.from('<gpx>over the pass</gpx>');
  const [{ bytes }] = await uploaded(anna, async () => {
    await attach(anna, { name: 'pass.gpx', mimeType: 'application/gpx+xml', buffer: words });
    await ben.getByRole('button', { name: 'Save the file pass.gpx' }).waitFor();
  });
  assert.ok(!bytes.includes('over the pass'));
  const button = ben.getByRole('button', { name: 'Save the file pass.gpx' });
  assert.deepEqual(await saved(ben, button), { name: 'pass.gpx', bytes: words });
  await ben.route('**/media/download/**', (route) => route.fulfill({ status: 200, body: Buffer.from('<gpx>into the gap!</gpx>') }));
  await button.click();
  await ben.getByText('This file was damaged or changed on its way, and isn’t opened.').waitFor();
  await ben.unroute('**/media/download/**');
});

test('a room that is open to everybody has no lock; a private one that has none gets it from who may, after a question', async () => {
  await openRoom(anna, /Open field/);
  await anna.locator('.room-title').click();
  await anna.getByText('Anybody can join and read here', { exact: false }).waitFor();
  assert.equal(await anna.locator('.room-head').getByRole('img', { name: 'End-to-end encrypted' }).count(), 0);
  assert.equal(await anna.getByRole('button', { name: 'Turn on encryption' }).count(), 0);

  await elsewhere.as('PUT', `rooms/${field}/state/m.room.join_rules/`, { join_rule: 'invite' });
  await anna.getByRole('button', { name: 'Turn on encryption' }).click();
  await accessible(anna, 'question about encryption');
  await anna.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await elsewhere.as('GET', `rooms/${field}/state/m.room.encryption/`)).status, 404);
  await anna.getByRole('button', { name: 'Turn on encryption' }).click();
  await anna.getByRole('dialog').getByRole('button', { name: 'Turn on encryption' }).click();
  await anna.locator('.room-head').getByRole('img', { name: 'End-to-end encrypted' }).waitFor();
  await anna.getByText('anna turned on end-to-end encryption').waitFor();
  await closePanel(anna);
  await openRoom(ben, /Open field/);
  await ben.getByRole('button', { name: 'Accept' }).click();
  await composer(ben).waitFor();
  await ben.locator('.room-title').click();
  await ben.locator('.panel').getByText('End-to-end encrypted').waitFor();
  assert.equal(await ben.getByRole('button', { name: 'Turn on encryption' }).count(), 0);
  await closePanel(ben);
  await openRoom(ben, new RegExp(group));
  await openRoom(anna, new RegExp(group));
});

test('what somebody writes in the clear among what is encrypted is marked', async () => {
  const { body } = await elsewhere.as('GET', 'joined_rooms');
  const names = await Promise.all(body.joined_rooms.map(async (id) => [id, (await elsewhere.as('GET', `rooms/${encodeURIComponent(id)}/state/m.room.name/`)).body.name]));
  const room = encodeURIComponent(names.find(([, name]) => name === group)[0]);
  await elsewhere.as('PUT', `rooms/${room}/send/m.room.message/clear`, { msgtype: 'm.text', body: 'Anybody may read this' });
  await message(ben, 'Anybody may read this').getByRole('img', { name: 'Not encrypted' }).waitFor();
  assert.equal(await message(ben, 'shall we go').getByRole('img', { name: 'Not encrypted' }).count(), 0);
});

test('a message whose key is late waits calmly, and shows itself when the key comes', async () => {
  const late = await scene.visit('/#/login');
  await signIn(late, 'anna');
  await openRoom(late, new RegExp(group));
  await composer(late).waitFor();
  /* The new device's keys are held back on their way to it. */
  const held = [];
  let holding = true;
  await late.route('**/_matrix/client/v3/sync*', async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    held.push(...(answer.to_device?.events ?? []));
    await route.fulfill({ response, json: { ...answer, to_device: { events: holding ? [] : held.splice(0) } } });
  });
  await write(ben, 'Sealed and late');
  await sent(ben, 'Sealed and late');
  await late.locator('li.message.gone').filter({ hasText: 'Waiting for the key to this message' }).waitFor();
  await accessible(late, 'message that waits for its key');
  holding = false;
  await write(ben, 'And one more');
  for (const text of ['Sealed and late', 'And one more']) await message(late, text).waitFor();
  assert.equal(await late.locator('li.message.gone').filter({ hasText: 'Waiting for the key' }).count(), 0);
  await late.unrouteAll({ behavior: 'ignoreErrors' });
});

test('1.10 each account has keys of its own on a device, and they go when it is signed out', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'dora');
  await keysOf(page, 'dora');
  await inAccountMenu(page, 'dora', 'Accounts on this device');
  await page.getByRole('link', { name: 'Add an account' }).click();
  await signIn(page, 'ben');
  await openRoom(page, new RegExp(group));
  await composer(page).waitFor();
  assert.notEqual(await keysOf(page, 'ben'), await keysOf(page, 'dora'));
  await inAccountMenu(page, 'ben', 'Settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: /dora/ }).first().waitFor();
  await keysGone(page, 'ben');
  await keysOf(page, 'dora');
});

test('an account is left while its backup is looked for, and nothing breaks', async () => {
  const page = await scene.visit('/#/login');
  let leave;
  const left = new Promise((done) => (leave = done));
  await page.route('**/room_keys/version', async (route) => {
    await left;
    await route.fulfill({ status: 404, json: { errcode: 'M_NOT_FOUND', error: 'No backup' } });
  });
  const asked = page.waitForRequest('**/room_keys/version');
  await signIn(page, 'dora');
  await asked;
  await inAccountMenu(page, 'dora', 'Settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await keysGone(page, 'dora');
  const answered = page.waitForResponse('**/room_keys/version');
  leave();
  await (await answered).finished();
  /* What comes of it is done when the page has had turns of its own; scene.js looks for faults. */
  await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)))));
});

test('one tab at a time has an account’s keys, and the other says so', async () => {
  const page = await scene.visit('/#/login');
  await signIn(page, 'dora');
  await page.getByText('It’s quiet here').waitFor();
  const second = await page.context().newPage();
  await second.goto(scene.server.url);
  await second.getByRole('heading', { name: 'Parley is open elsewhere' }).waitFor();
  await accessible(second, 'open elsewhere');
  await second.getByRole('button', { name: 'Use it here' }).click();
  await second.getByText('It’s quiet here').waitFor();
  await page.getByRole('heading', { name: 'Parley is open elsewhere' }).waitFor();
  await second.close();
  await page.getByRole('button', { name: 'Use it here' }).click();
  await page.getByText('It’s quiet here').waitFor();
});

test('a device whose keys the browser has lost says so and is signed in anew', async () => {
  const page = await scene.visit('/#/login');
  await signIn(page, 'dora');
  await page.getByText('It’s quiet here').waitFor();
  const device = (await keysOf(page, 'dora')).split(' ')[2];
  const devices = async () => (await (await signedIn('dora')).as('GET', 'devices')).body.devices.map((device) => device.device_id);
  assert.ok((await devices()).includes(device));
  await published('dora', device);
  await page.goto(`${scene.server.url}/robots.txt`);
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases())
      if (name.startsWith('parley @'))
        await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
  });
  await page.goto(scene.server.url);
  await page.getByText('This browser no longer has the keys of dora’s device', { exact: false }).waitFor();
  await accessible(page, 'lost keys');
  assert.ok(!(await devices()).includes(device), 'the device without keys is signed out');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('It’s quiet here').waitFor();
});

test('a browser that can’t load the crypto module says so, and reads what is not encrypted', async () => {
  const page = await scene.visit('about:blank');
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(`${scene.server.url}/#/login`);
  await signIn(page, 'ben');
  await page.getByText('Encrypted messages can’t be read or written here right now.').waitFor();
  await openRoom(page, new RegExp(group));
  await page.locator('li.message.gone').filter({ hasText: 'encryption doesn’t work in this browser right now' }).first().waitFor();
  await accessible(page, 'without encryption');
});
