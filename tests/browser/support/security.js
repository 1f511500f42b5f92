/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What people do about their devices and keys, found by role and name.
import assert from 'node:assert/strict';
import { enterPassword, password } from './steps.js';

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
export const heading = (page, name) => page.getByRole('dialog').getByRole('heading', { name, exact: true });

/** The account on a device of its own, which is asked whether it is its owner's. */
export async function signInAnew(scene, name, options) {
  const page = await scene.visit('/#/login', options);
  await enterPassword(page, name);
  await heading(page, 'Confirm it’s you').waitFor();
  return page;
}

/** From the new device to the moment both show by what to compare. */
export async function meetDevice(old, fresh) {
  /* What is asked of a device that hasn't heard of the new one is lost: the banner shows that it has. */
  await old.getByText('New sign-in:').waitFor();
  await fresh.getByRole('button', { name: /^Use another device/ }).click();
  await press(old, 'Yes, it’s me');
  for (const page of [old, fresh]) await heading(page, 'Compare the two').waitFor();
}

export const emojiOn = async (page) => {
  const list = page.getByRole('dialog').getByRole('listitem');
  await list.first().waitFor();
  return list.allInnerTexts();
};

/** Both steps; returns the key as it was shown. */
export async function saveRecoveryKey(page) {
  await press(page, 'Save it');
  const groups = page.getByRole('group', { name: 'Recovery key' }).locator('code');
  await groups.first().waitFor();
  const key = (await groups.allInnerTexts()).join(' ');
  assert.match(key, /^(\w{4} ){11}\w{4}$/);
  await press(page, 'I have saved it');
  await page.getByLabel('Last four letters').fill(key.slice(-4));
  await press(page, 'Finish');
  await page.getByText('Your recovery key is set up').waitFor();
  return key;
}

export const askedWho = (page) => page.getByRole('dialog', { name: 'Is it you?' });

/** From the first dialog to the question who it is. */
export async function beginStartingOver(page, opener) {
  await press(page, opener);
  await page.getByLabel('I understand what is lost').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Start over' }).click();
  await askedWho(page).waitFor();
}

export async function answerWho(page, text = password) {
  await askedWho(page).getByLabel('Password', { exact: true }).fill(text);
  await askedWho(page).getByRole('button', { name: 'Continue' }).click();
}

/** Somebody who has lost everything: a device of theirs with a new identity. */
export async function startOver(scene, name) {
  const page = await signInAnew(scene, name);
  await beginStartingOver(page, 'I have none of these');
  await answerWho(page);
  await heading(page, 'Save your recovery key').waitFor();
  return page;
}

/** Two people in the same room make sure of each other by emoji; both see so when this returns. */
export async function verifyEachOther(anna, ben) {
  await anna.getByRole('button', { name: 'Members', exact: true }).click();
  await anna.getByRole('button', { name: 'Actions for ben' }).click();
  await anna.getByRole('menuitem', { name: 'Verify', exact: true }).click();
  await heading(anna, 'Waiting for ben').waitFor();
  await heading(ben, 'anna wants to verify').waitFor();
  await ben.getByRole('dialog').getByRole('button', { name: 'Continue' }).click();
  for (const page of [anna, ben]) await heading(page, 'Compare the two').waitFor();
  await press(ben, 'Compare emoji');
  const [here, there] = await Promise.all([anna, ben].map(emojiOn));
  assert.deepEqual(here, there);
  await anna.getByText('Does ben see the same emoji').waitFor();
  await press(anna, 'They match');
  await press(ben, 'They match');
  await heading(anna, 'ben is verified').waitFor();
  await heading(ben, 'anna is verified').waitFor();
  for (const page of [anna, ben]) await press(page, 'Done');
}

/** Until that is what the page of settings says of the devices, in its order: what one was told of another arrives. */
export async function trustIs(page, expected) {
  await page.goto('/#/settings/devices');
  await page.waitForFunction(
    (texts) => JSON.stringify([...document.querySelectorAll('li.device .trust')].map((one) => one.innerText)) === JSON.stringify(texts),
    expected,
  );
}

const accessToken = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('parley');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction('accounts').objectStore('accounts').getAll();
          all.onsuccess = () => resolve(all.result[0].accessToken);
        };
      }),
  );

/** Asks the server until the backup holds a key: the app hands them over when it has a moment. */
export async function keysBackedUp(page) {
  const token = await accessToken(page);
  const count = () =>
    page.evaluate(async (bearer) => {
      const answer = await fetch('/_matrix/client/v3/room_keys/version', { headers: { Authorization: `Bearer ${bearer}` } });
      return answer.ok ? (await answer.json()).count : 0;
    }, token);
  const deadline = Date.now() + 60_000;
  while ((await count()) === 0) {
    assert.ok(Date.now() < deadline, 'no key was backed up within a minute');
    await new Promise((done) => setTimeout(done, 100));
  }
}
