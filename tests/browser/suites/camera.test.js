/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The camera: asked for when first needed, off at once wherever it is taken back, and what it is for.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { accessible } from '../support/axe.js';
import { Camera, photoOfCode } from '../support/camera.js';
import { landscape } from '../support/paintings.js';
import { useScene } from '../support/scene.js';
import { heading, meetDevice, press, signInAnew, trustIs } from '../support/security.js';
import { composer, createGroup, closePanel, password, signIn, signUp } from '../support/steps.js';

const scene = useScene();
const seconds = { timeout: 120_000 };
const cameras = [];
after(() => cameras.forEach((camera) => camera.remove()));

function newCamera(picture) {
  const camera = new Camera();
  cameras.push(camera);
  if (picture) camera.show(picture);
  return camera;
}

const inRoom = async (page, name) => {
  await createGroup(page, name);
  await closePanel(page);
  await composer(page).waitFor();
};

async function askForPhoto(page) {
  await press(page, 'Attach');
  await page.getByRole('menuitem', { name: 'Take a photo' }).click();
}

/** The camera's picture is on the screen; its track is kept for later, when the picture has gone. */
async function runs(page) {
  await page.waitForFunction(() => document.querySelector('video.scanner')?.videoWidth > 0);
  await page.evaluate(() => (window.track = document.querySelector('video.scanner').srcObject.getVideoTracks()[0]));
  assert.equal(await page.evaluate(() => window.track.readyState), 'live');
}
const isOff = (page) => page.waitForFunction(() => window.track.readyState === 'ended');

/** The account by another app, somewhere else. */
async function elsewhere(name) {
  const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password };
  const { body } = await scene.server.request('POST', '/_matrix/client/v3/login', { body: login });
  const api = (method, path, content) => scene.server.request(method, `/_parley/v1/consents${path}`, { token: body.access_token, body: content });
  return {
    withdraw: () => api('PUT', '/camera', { granted: false }),
    entries: async () => (await api('GET', '')).body.consents.filter((one) => one.purpose === 'camera').map((one) => [one.granted, one.surface]),
  };
}

test('1.14 a code on one device is scanned by the camera of another, and both are confirmed', seconds, async () => {
  const old = await scene.visit();
  await signUp(scene.server, old, 'carla');
  await old.getByText('Save your recovery key, so that').waitFor();
  const camera = newCamera();
  const fresh = await signInAnew(scene, 'carla', camera.options);
  await meetDevice(old, fresh);
  await old.getByRole('img', { name: 'Code to be scanned by the other device' }).waitFor();
  camera.show(await photoOfCode(old.locator('.qr-card')));

  /* Our own question comes before the browser's, with the terms, and is no more than a question. */
  await fresh.evaluate(() => {
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = (wanted) => ((window.opened = true), open(wanted));
  });
  await press(fresh, 'Scan the other’s code');
  await fresh.getByText('May Parley use the camera?').waitFor();
  await fresh.getByRole('region', { name: 'Supplement on the camera' }).getByText('We do not recognise faces').waitFor();
  assert.equal(await fresh.evaluate(() => window.opened), undefined, 'nothing ran before it was permitted');
  await accessible(fresh, 'asking for the camera');
  await press(fresh, 'Permit the camera');

  await heading(old, 'Does it show a tick?').waitFor();
  await fresh.getByText('Code read. Now say yes on the other device.').waitFor();
  assert.equal(await fresh.evaluate(() => window.opened), true);
  assert.equal(await fresh.locator('video').count(), 0, 'the camera went off with the screen that showed it');
  await press(old, 'Yes, it does');
  for (const page of [old, fresh]) await heading(page, 'Confirmed').waitFor();
  await press(fresh, 'Done');
  await trustIs(fresh, ['Confirmed', 'Confirmed']);
  assert.deepEqual(await (await elsewhere('carla')).entries(), [[true, 'verification']]);
});

test('1.14 a code of something else is told from one of Parley’s', seconds, async () => {
  const old = await scene.visit();
  await signUp(scene.server, old, 'dina');
  await createGroup(old, 'Choir');
  await press(old, 'Create invite link');
  const card = old.locator('.qr-card');
  await card.locator('.qr').waitFor();
  const camera = newCamera(await photoOfCode(card));
  await closePanel(old);
  await old.getByText('Save your recovery key, so that').waitFor();
  const fresh = await signInAnew(scene, 'dina', camera.options);
  await meetDevice(old, fresh);
  await press(fresh, 'Scan the other’s code');
  await press(fresh, 'Permit the camera');
  await fresh.getByText('This isn’t a Parley code for confirming.').waitFor();
  await accessible(fresh, 'a strange code');
  await runs(fresh);
  await press(fresh, 'Back');
  await isOff(fresh);
});

test('1.14 a photo is taken, looked at, taken once more and sent; going back switches the camera off', seconds, async () => {
  const camera = newCamera(landscape(640, 480, 1));
  const page = await scene.visit('/', camera.options);
  await signUp(scene.server, page, 'edda');
  await inRoom(page, 'Walks');
  await askForPhoto(page);
  await press(page, 'Permit the camera');
  await runs(page);
  await accessible(page, 'the viewfinder');
  await page.keyboard.press('Escape');
  await isOff(page);

  /* Permitted once, it is not asked again. */
  await askForPhoto(page);
  await runs(page);
  await press(page, 'Take the picture');
  await page.getByRole('img', { name: 'The picture you took' }).waitFor();
  await isOff(page);
  await accessible(page, 'a picture taken');
  await press(page, 'Once more');
  await runs(page);
  await press(page, 'Take the picture');
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  const sent = page.locator('.message .picture img');
  await sent.waitFor();
  assert.deepEqual(await sent.evaluate((img) => [img.naturalWidth, img.naturalHeight]), [640, 480]);

  await page.goto('/#/settings/profile');
  await press(page, 'Take a photo');
  await runs(page);
  await press(page, 'Take the picture');
  await press(page, 'Use as picture');
  await page.locator('.account-button img').waitFor();
});

test('1.14, 1.17 taken back on another device, a running camera is off at once, and is asked for anew', seconds, async () => {
  const camera = newCamera(landscape(640, 480, 1));
  const page = await scene.visit('/', camera.options);
  await signUp(scene.server, page, 'fanny');
  await inRoom(page, 'Walks');
  await askForPhoto(page);
  await press(page, 'Permit the camera');
  await runs(page);
  const other = await elsewhere('fanny');
  await other.withdraw();
  await isOff(page);
  await page.getByText('May Parley use the camera?').waitFor();
  assert.equal(await page.locator('video').count(), 0);
  assert.deepEqual(await other.entries(), [[true, 'photo'], [false, 'settings']]);
});

test('1.14, 1.17 taken back in the app on another device, or the account taken up in another tab, a camera goes off', seconds, async () => {
  const camera = newCamera(landscape(640, 480, 1));
  const page = await scene.visit('/', camera.options);
  await signUp(scene.server, page, 'gesa');
  await inRoom(page, 'Walks');
  await askForPhoto(page);
  await press(page, 'Permit the camera');
  await runs(page);
  const desk = await scene.visit('/#/login');
  await signIn(desk, 'gesa');
  await desk.locator('.account-button').waitFor();
  await desk.goto('/#/settings/permissions');
  const toggle = desk.getByRole('switch', { name: 'Camera' });
  await desk.locator('[role=switch][aria-checked=true]').waitFor();
  await toggle.click();
  await isOff(page);
  assert.equal(await toggle.getAttribute('aria-checked'), 'false');

  await press(page, 'Permit the camera');
  await runs(page);
  await desk.locator('[role=switch][aria-checked=true]').waitFor();
  const tab = await page.context().newPage();
  await tab.goto('/');
  await press(tab, 'Use it here');
  await isOff(page);
});

test('1.14, 5.6 the settings show every permission, switch it, and have its history and receipts', seconds, async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'hilda');
  await page.locator('.account-button').waitFor();
  await page.goto('/#/settings/permissions');
  await page.getByText('Not asked for yet').waitFor();
  await accessible(page, 'permissions');
  const toggle = page.getByRole('switch', { name: 'Camera' });
  /* By keyboard, too: the terms come before the yes. */
  await toggle.focus();
  await page.keyboard.press('Space');
  await heading(page, 'Camera: do you permit it?').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await toggle.getAttribute('aria-checked'), 'false');
  await toggle.click();
  await accessible(page, 'giving a permission');
  await press(page, 'Permit');
  await page.locator('[role=switch][aria-checked=true]').waitFor();
  await toggle.click();
  await page.getByText('Camera: off').waitFor();
  await page.getByText('Taken back', { exact: true }).waitFor();
  await page.getByText('History').click();
  const history = page.locator('.consent-history li');
  assert.deepEqual((await history.allInnerTexts()).map((text) => text.split(' ')[0]), ['Withdrawn', 'Given']);
  const download = page.waitForEvent('download');
  await history.first().getByRole('button', { name: /^Receipt/ }).click();
  assert.match((await download).suggestedFilename(), /^parley-receipt-.*\.json$/);
  await accessible(page, 'the history of a permission');
});

test('1.14 what cannot be recorded is off all the same, and is said', seconds, async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'irma');
  await page.locator('.account-button').waitFor();
  await page.goto('/#/settings/permissions');
  const toggle = page.getByRole('switch', { name: 'Camera' });
  await toggle.click();
  await press(page, 'Permit');
  await page.locator('[role=switch][aria-checked=true]').waitFor();
  await page.route('**/_parley/v1/consents/camera', (route) => route.abort());
  await toggle.click();
  await page.getByText('It is off here, but not on record yet.').waitFor();
  assert.equal(await toggle.getAttribute('aria-checked'), 'false');
});

test('1.14 a browser that refuses, a camera in use and none at all each say what to do', seconds, async () => {
  const refused = { ...newCamera(landscape(640, 480, 1)).options, permissions: [] };
  const page = await scene.visit('/', refused);
  await signUp(scene.server, page, 'jana');
  await inRoom(page, 'Walks');
  await askForPhoto(page);
  await press(page, 'Permit the camera');
  await page.getByText('Your browser doesn’t let Parley use the camera.').waitFor();
  await accessible(page, 'the camera refused');

  const fails = (name) =>
    page.evaluate((kind) => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', kind))), name);
  await fails('NotReadableError');
  await press(page, 'Try again');
  await page.getByText('The camera is in use elsewhere.').waitFor();
  await fails('NotFoundError');
  await press(page, 'Try again');
  await page.getByText('No camera was found.').waitFor();
  await page.getByText('You can also choose a picture you have.').waitFor();
  await page.keyboard.press('Escape');
  await composer(page).waitFor();
});
