/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Two devices, and two people, make sure of each other: by emoji, by code, and when something is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { landscape } from '../support/paintings.js';
import { photoOfCode } from '../support/camera.js';
import { useScene } from '../support/scene.js';
import { emojiOn, heading, meetDevice, press, signInAnew, startOver, trustIs, verifyEachOther } from '../support/security.js';
import { meet, message, signUp } from '../support/steps.js';

const scene = useScene();
const seconds = { timeout: 120_000 };

async function newcomer(name) {
  const page = await scene.visit();
  await signUp(scene.server, page, name);
  /* The account's identity exists once its owner is reminded of the recovery key. */
  await page.getByText('Save your recovery key, so that').waitFor();
  return page;
}

/** Two devices of a new account, at the choice of how to compare. */
async function twoDevices(name, options) {
  const old = await newcomer(name);
  const fresh = await signInAnew(scene, name, options);
  await meetDevice(old, fresh);
  return { old, fresh };
}

test('two devices confirm each other by emoji, each step usable by everybody', seconds, async () => {
  const old = await newcomer('aline');
  const fresh = await signInAnew(scene, 'aline');
  await accessible(fresh, 'the question on the new device');
  await trustIs(old, ['Confirmed', 'Not confirmed']);
  await accessible(old, 'the list of devices with one that is not confirmed');
  await meetDevice(old, fresh);
  await fresh.getByRole('img', { name: 'Code to be scanned by the other device' }).waitFor();
  await accessible(fresh, 'the choice of how to compare');
  await press(fresh, 'Compare emoji');
  const [here, there] = await Promise.all([old, fresh].map(emojiOn));
  assert.equal(here.length, 7);
  assert.deepEqual(here, there);
  await accessible(old, 'the emoji');
  /* By keyboard: what is asked has the focus, and Tab leads on to the answers. */
  await old.keyboard.press('Tab');
  await old.keyboard.press('Tab');
  assert.equal(await old.evaluate(() => document.activeElement.textContent), 'They match');
  await old.keyboard.press('Enter');
  await heading(old, 'Compare the two').waitFor();
  await press(fresh, 'They match');
  for (const page of [old, fresh]) {
    await heading(page, 'Confirmed').waitFor();
    await press(page, 'Done');
  }
  await trustIs(fresh, ['Confirmed', 'Confirmed']);
  await fresh.getByText('Confirm it’s you to read').waitFor({ state: 'detached' });
});

test('two devices confirm each other by the picture of a code', seconds, async () => {
  const { old, fresh } = await twoDevices('berta');
  const code = fresh.getByRole('img', { name: 'Code to be scanned by the other device' });
  await code.waitFor();
  const picture = await photoOfCode(fresh.locator('.qr-card'));
  await press(old, 'Scan the other’s code');
  await heading(old, 'Scan the code').waitFor();
  await accessible(old, 'scanning, before the camera is permitted');

  const give = async (buffer) => {
    const chooser = old.waitForEvent('filechooser');
    await press(old, 'Use a picture of the code');
    await (await chooser).setFiles({ name: 'code.png', mimeType: 'image/png', buffer });
  };
  await give(landscape(640, 480, 1));
  await old.getByText('There is no code to be read in this picture.').waitFor();
  await give(picture);
  await heading(fresh, 'Does it show a tick?').waitFor();
  await old.getByText('Code read. Now say yes on the other device.').waitFor();
  await press(fresh, 'Yes, it does');
  for (const page of [old, fresh]) await heading(page, 'Confirmed').waitFor();
  await press(fresh, 'Done');
  await trustIs(fresh, ['Confirmed', 'Confirmed']);
});

test('a code of something else confirms nothing', seconds, async () => {
  const { old, fresh } = await twoDevices('clara');
  const strangers = await twoDevices('cleo');
  const picture = async (page) => {
    await page.getByRole('img', { name: 'Code to be scanned by the other device' }).waitFor();
    return photoOfCode(page.locator('.qr-card'));
  };
  const wrong = await picture(strangers.fresh);
  await press(old, 'Scan the other’s code');
  const chooser = old.waitForEvent('filechooser');
  await press(old, 'Use a picture of the code');
  await (await chooser).setFiles({ name: 'code.png', mimeType: 'image/png', buffer: wrong });
  await old.getByText('This is another code.').or(heading(old, 'They don’t match')).waitFor();
  await press(fresh, 'Close');
  await trustIs(fresh, ['Not confirmed', 'Confirmed']);
});

test('emoji that differ stop it on both devices, and what to do is said', seconds, async () => {
  const { old, fresh } = await twoDevices('dora');
  await press(fresh, 'Compare emoji');
  await Promise.all([old, fresh].map(emojiOn));
  await press(old, 'They don’t match');
  for (const page of [old, fresh]) {
    await heading(page, 'They don’t match').waitFor();
    await page.getByText('Nothing was confirmed.').waitFor();
  }
  await accessible(old, 'after a mismatch');
  await press(old, 'Look through my devices');
  await trustIs(old, ['Confirmed', 'Not confirmed']);
});

test('what one side calls off is called off on the other', seconds, async () => {
  const { old, fresh } = await twoDevices('emma');
  await fresh.keyboard.press('Escape');
  await heading(old, 'Called off').waitFor();
  await old.getByRole('dialog').getByText('Nothing was confirmed.').waitFor();
  await trustIs(fresh, ['Not confirmed', 'Confirmed']);
});

test('a sign-in that is not one’s own is refused and shown among the devices', seconds, async () => {
  const old = await newcomer('frida');
  const fresh = await signInAnew(scene, 'frida');
  await old.getByText('New sign-in:').waitFor();
  await fresh.getByRole('button', { name: /^Use another device/ }).click();
  await heading(old, 'Is that you?').waitFor();
  await accessible(old, 'the question on the old device');
  await press(old, 'No, that isn’t me');
  await old.getByRole('heading', { name: 'Settings' }).waitFor();
  await old.getByText('Is it yours? Confirm it.').waitFor();
  await heading(fresh, 'Called off').waitFor();
});

test('of two devices that are asked the one that answers first goes on, and the other is left alone', seconds, async () => {
  const { old, fresh } = await twoDevices('gerda');
  await press(fresh, 'Compare emoji');
  await Promise.all([old, fresh].map(emojiOn));
  await press(old, 'They match');
  await press(fresh, 'They match');
  for (const page of [old, fresh]) await press(page, 'Done');
  const third = await signInAnew(scene, 'gerda');
  for (const page of [old, fresh]) await page.getByText('New sign-in:').waitFor();
  await third.getByRole('button', { name: /^Use another device/ }).click();
  for (const page of [old, fresh]) await heading(page, 'Is that you?').waitFor();
  await press(fresh, 'Yes, it’s me');
  await heading(third, 'Compare the two').waitFor();
  await old.getByRole('dialog').waitFor({ state: 'detached' });
});

test('all other devices are signed out at once, by the password', seconds, async () => {
  const old = await newcomer('hanna');
  const others = [await signInAnew(scene, 'hanna'), await signInAnew(scene, 'hanna')];
  await old.goto('/#/settings/devices');
  await press(old, 'Sign out all others');
  await old.getByRole('dialog').getByText('2 devices have to sign in again').waitFor();
  await old.getByRole('dialog').getByRole('button', { name: 'Sign out all others' }).click();
  await old.getByRole('dialog').getByLabel('Password', { exact: true }).fill('correct horse battery staple');
  await press(old, 'Continue');
  await old.getByText('All others are signed out').waitFor();
  await trustIs(old, ['Confirmed']);
  for (const page of others) await page.getByText('has been signed out on this device').waitFor();
});

test('the emoji have their Chinese names for whoever reads Chinese', seconds, async () => {
  const old = await newcomer('ida');
  await old.evaluate(() => localStorage.setItem('parley.language', 'zh-CN'));
  await old.reload();
  const fresh = await signInAnew(scene, 'ida');
  await old.getByText('新的登录：').waitFor();
  await fresh.getByRole('button', { name: /^Use another device/ }).click();
  await press(old, '是我本人');
  await press(fresh, 'Compare emoji');
  const [chinese, english] = await Promise.all([old, fresh].map(emojiOn));
  for (const text of chinese) assert.match(text, /\p{Script=Han}$/u);
  for (const text of english) assert.match(text, /[A-Za-z]$/);
  await accessible(old, 'the emoji in Chinese');
});

test('a meeting that nobody joins ends by itself', seconds, async () => {
  const old = await newcomer('jutta');
  const fresh = await signInAnew(scene, 'jutta');
  await old.getByText('New sign-in:').waitFor();
  await fresh.clock.install();
  await fresh.getByRole('button', { name: /^Use another device/ }).click();
  await heading(fresh, 'Now on your other device').waitFor();
  await heading(old, 'Is that you?').waitFor();
  await fresh.clock.fastForward('11:00');
  await heading(fresh, 'Nobody answered').waitFor();
  await accessible(fresh, 'when nobody answered');
});

test('two people verify each other, and see a shield beside the name', seconds, async () => {
  const { anna, ben } = await meet(scene, 'Choir');
  for (const page of [anna, ben]) await page.getByText('Save your recovery key, so that').waitFor();
  await verifyEachOther(anna, ben);
  for (const page of [anna, ben]) {
    if (page === ben) await page.getByRole('button', { name: 'Members', exact: true }).click();
    await page.locator('.member').getByRole('img', { name: 'Verified: nobody is in between' }).waitFor();
  }
  await accessible(anna, 'the members, one verified');
  assert.equal(await message(ben, 'verif').count(), 0, 'nothing of it stands among the messages');

  /* Ben loses everything and starts over: whom Anna verified is no longer who she verified. */
  await ben.goto('/#/settings/devices');
  await startOver(scene, 'ben');
  await anna.locator('.member').getByRole('img', { name: 'Identity has changed' }).waitFor();
  await anna.getByRole('button', { name: 'Actions for ben' }).click();
  await anna.getByRole('menuitem', { name: 'Identity has changed' }).click();
  await heading(anna, 'ben has a new identity').waitFor();
  await accessible(anna, 'a changed identity');
  await press(anna, 'Accept it unverified');
  await anna.locator('.member').getByRole('img', { name: 'Identity has changed' }).waitFor({ state: 'detached' });
});
