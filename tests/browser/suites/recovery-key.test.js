/* SPDX-License-Identifier: AGPL-3.0-or-later */
// The recovery key: set up in two steps, and what it is good for when every device is gone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { answerWho, askedWho, beginStartingOver, emojiOn, heading, keysBackedUp, meetDevice, press, saveRecoveryKey, signInAnew, trustIs } from '../support/security.js';
import { createGroup, message, openRoom, sent, signUp, write } from '../support/steps.js';

const scene = useScene();
const seconds = { timeout: 180_000 };
const reminder = (page) => page.getByText('Save your recovery key, so that');
const field = (page) => page.getByRole('dialog').getByRole('textbox');

/** Somebody with an encrypted group and a message in it whose key is in the backup. */
async function writer(name, text) {
  const page = await scene.visit();
  await signUp(scene.server, page, name);
  await reminder(page).waitFor();
  await createGroup(page, 'Attic');
  await write(page, text);
  await sent(page, text);
  await keysBackedUp(page);
  return page;
}

async function askToSignOut(page) {
  await page.goto('/#/settings/profile');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
}

const signedOut = (page) => page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();

async function signOutHere(page) {
  await askToSignOut(page);
  await signedOut(page);
}

/** The account on a new device, brought back by its key. */
async function comeBack(name, key) {
  const page = await signInAnew(scene, name);
  await page.getByRole('button', { name: /^Enter the recovery key/ }).click();
  await field(page).fill(key);
  await press(page, 'Bring my messages back');
  await page.getByText('This device is confirmed').waitFor();
  return page;
}

test('the key is set up in two steps, and counts only when it was shown to be saved', seconds, async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'anna');
  await press(page, 'Save it');
  const shown = page.getByRole('group', { name: 'Recovery key' });
  await shown.locator('code').first().waitFor();
  await accessible(page, 'the recovery key');
  const key = (await shown.locator('code').allInnerTexts()).join(' ');

  await press(page, 'Copy');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  const download = page.waitForEvent('download');
  await press(page, 'Download');
  const file = await readFile(await (await download).path(), 'utf8');
  assert.ok(file.includes(key) && file.includes('@anna:parley.test'), file);
  await press(page, 'As a code');
  await page.getByRole('img', { name: 'The recovery key as a code to scan' }).waitFor();

  await press(page, 'I have saved it');
  await accessible(page, 'the second step');
  assert.equal(await shown.count(), 0, 'the key is not on the screen while it is asked for');
  await page.getByLabel('Last four letters').fill('1111');
  await press(page, 'Finish');
  await page.getByText('These aren’t the last four.').waitFor();
  await press(page, 'Back');
  await heading(page, 'Save your recovery key').waitFor();
  await page.keyboard.press('Escape');
  await reminder(page).waitFor();

  await saveRecoveryKey(page);
  await reminder(page).waitFor({ state: 'detached' });
  await page.goto('/#/settings/devices');
  await page.getByText('A recovery key is set up.').waitFor();
});

test('the reminder can be put off, and stays off over a reload', seconds, async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'bruno');
  await reminder(page).waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Not now' }).click();
  await reminder(page).waitFor({ state: 'detached' });
  await page.goto('/#/settings/devices');
  await page.reload();
  await page.getByText('There is no recovery key yet.').waitFor();
  assert.equal(await reminder(page).count(), 0);
});

test('the key brings the messages back on a new device when all others are gone', seconds, async () => {
  const old = await writer('clara', 'The deed is in the blue box');
  const key = await saveRecoveryKey(old);
  await signOutHere(old);

  const page = await signInAnew(scene, 'clara');
  assert.equal(await page.getByRole('button', { name: /^Use another device/ }).count(), 0, 'there is no other device');
  await page.getByRole('button', { name: /^Enter the recovery key/ }).click();
  await accessible(page, 'entering the key');
  const groups = key.split(' ');
  const typed = [
    [`${groups.slice(0, 2).join(' ')} 0${groups[2].slice(1)}`, 'Group 3: no key contains “0”.'],
    [groups.map((group, i) => (i === 4 ? group.slice(1) : group)).join(' '), 'Group 5 has 3 letters'],
    [groups.slice(0, 11).join(' '), '4 letters are missing.'],
    [[...groups.slice(1), groups[0]].join(' '), 'There is a slip in it'],
    ['EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d', 'not the one of this account'],
  ];
  for (const [text, told] of typed) {
    await field(page).fill(text);
    await press(page, 'Bring my messages back');
    await page.getByRole('dialog').getByText(told).waitFor();
  }
  await field(page).fill(`  ${groups.join('\n')}  `);
  await press(page, 'Bring my messages back');
  await page.getByText('This device is confirmed').waitFor();
  await page.getByText('Confirm it’s you to read').waitFor({ state: 'detached' });
  await openRoom(page, /Attic/);
  await message(page, 'The deed is in the blue box').waitFor();
  await trustIs(page, ['Confirmed']);
});

test('a passphrase does what a key does', seconds, async () => {
  const old = await writer('dora', 'The spare key is with the baker');
  await press(old, 'Save it');
  await press(old, 'Choose a passphrase instead');
  const phrase = 'seven lamps over the quiet Harbour';
  await field(old).fill('short one');
  await press(old, 'Continue');
  await old.getByText('Please take a longer one').waitFor();
  await field(old).fill(phrase);
  await accessible(old, 'the passphrase');
  await press(old, 'Continue');
  await field(old).fill('something else');
  await press(old, 'Finish');
  await old.getByText('This isn’t the same.').waitFor();
  await field(old).fill(phrase);
  await press(old, 'Finish');
  await old.getByText('Your recovery key is set up').waitFor();
  await signOutHere(old);

  const page = await signInAnew(scene, 'dora');
  await page.getByRole('button', { name: /^Enter the recovery key or passphrase/ }).click();
  await field(page).fill(`${phrase}s`);
  await press(page, 'Bring my messages back');
  await page.getByText('This is neither the recovery key nor the passphrase.').waitFor();
  await field(page).fill(phrase);
  await press(page, 'Bring my messages back');
  await page.getByText('This device is confirmed').waitFor();
  await openRoom(page, /Attic/);
  await message(page, 'The spare key is with the baker').waitFor();
});

test('a device that another confirms reads what was written before', seconds, async () => {
  const old = await writer('emil', 'The boat is behind the mill');
  const fresh = await signInAnew(scene, 'emil');
  await meetDevice(old, fresh);
  await press(fresh, 'Compare emoji');
  await Promise.all([old, fresh].map(emojiOn));
  await press(old, 'They match');
  await press(fresh, 'They match');
  await heading(fresh, 'Confirmed').waitFor();
  await press(fresh, 'Done');
  await openRoom(fresh, /Attic/);
  await message(fresh, 'The boat is behind the mill').waitFor();
});

test('who has lost everything starts over, told before what is lost', seconds, async () => {
  const old = await writer('fritz', 'Nobody will read this again');
  await old.goto('/#/settings/profile');
  await old.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await old.getByRole('dialog').getByText('You have no recovery key.').waitFor();
  await old.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await old.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();

  const page = await signInAnew(scene, 'fritz');
  await page.getByText('no recovery key was saved').waitFor();
  await press(page, 'Start over');
  await heading(page, 'Start over').waitFor();
  await accessible(page, 'starting over');
  const begin = page.getByRole('dialog').getByRole('button', { name: 'Start over' });
  assert.ok(await begin.isDisabled());
  await page.getByLabel('I understand what is lost').check();
  await begin.click();
  await answerWho(page, 'not the password');
  await page.getByText('The password is wrong.').waitFor();
  await answerWho(page);
  await heading(page, 'Save your recovery key').waitFor();
  await page.keyboard.press('Escape');
  await trustIs(page, ['Confirmed']);
});

test('who thinks better of starting over, or does not know the password, has lost nothing', seconds, async () => {
  const old = await writer('gerda', 'The well is behind the chapel');
  const key = await saveRecoveryKey(old);
  await signOutHere(old);

  const page = await signInAnew(scene, 'gerda');
  /* Whatever would throw the old away, or put another in its place. */
  const lost = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const keys = pathname.endsWith('/keys/device_signing/upload') && request.postDataJSON()?.master_key;
    if ((pathname.includes('/room_keys/version') && request.method() !== 'GET') || (pathname.includes('/account_data/m.') && request.method() === 'PUT') || keys)
      lost.push(`${request.method()} ${pathname}`);
  });
  await beginStartingOver(page, 'I have none of these');
  await answerWho(page, 'not the password');
  await page.getByText('The password is wrong.').waitFor();
  await askedWho(page).getByRole('button', { name: 'Cancel' }).click();
  await askedWho(page).waitFor({ state: 'detached' });
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(lost, []);

  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByRole('button', { name: /^Enter the recovery key/ }).click();
  await field(page).fill(key);
  await press(page, 'Bring my messages back');
  await page.getByText('This device is confirmed').waitFor();
  await openRoom(page, /Attic/);
  await message(page, 'The well is behind the chapel').waitFor();
});

test('who writes and signs out at once finds it again: its key is in the backup by then', seconds, async () => {
  const old = await writer('helga', 'The ladder leans at the back');
  const key = await saveRecoveryKey(old);
  /* In a chat of its own, whose key nobody has yet. */
  await createGroup(old, 'Cellar');
  await write(old, 'The wine is under the third step');
  await signOutHere(old);

  const page = await comeBack('helga', key);
  await openRoom(page, /Cellar/);
  await message(page, 'The wine is under the third step').waitFor();
});

test('what can’t be handed over before signing out is said, and asked about', seconds, async () => {
  const page = await writer('ines', 'The oars are in the shed');
  const key = await saveRecoveryKey(page);
  await page.route('**/room_keys/keys*', (route) => route.abort());
  await createGroup(page, 'Jetty');
  await write(page, 'The boat leaves at four');
  await sent(page, 'The boat leaves at four');
  await askToSignOut(page);
  const progress = page.getByRole('dialog', { name: 'Signing out' });
  await progress.getByText(/Saving the keys of your messages: \d+ keys? left/).waitFor();
  await accessible(page, 'the wait before signing out');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await progress.waitFor({ state: 'detached' });

  await askToSignOut(page);
  const question = page.getByRole('dialog', { name: 'Sign out all the same?' });
  await question.waitFor({ timeout: 40_000 });
  await question.getByText('The keys of your newest messages couldn’t be put into your backup').waitFor();
  await accessible(page, 'the question before signing out');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await openRoom(page, /Jetty/);
  await message(page, 'The boat leaves at four').waitFor();

  await page.unroute('**/room_keys/keys*');
  await signOutHere(page);
  const again = await comeBack('ines', key);
  await openRoom(again, /Jetty/);
  await message(again, 'The boat leaves at four').waitFor();
});

test('a message on its way is waited for before signing out', seconds, async () => {
  const old = await writer('jonna', 'The rope is in the boat');
  const key = await saveRecoveryKey(old);
  const held = [];
  await old.route('**/send/m.room.encrypted/**', (route) => new Promise((go) => held.push(() => go(route.continue()))));
  const leaving = old.waitForRequest('**/send/m.room.encrypted/**');
  await write(old, 'The anchor is under the bow');
  await leaving;
  await askToSignOut(old);
  await old.getByRole('dialog', { name: 'Signing out' }).getByText('Sending 1 message first').waitFor();
  for (const release of held) release();
  await signedOut(old);

  const page = await comeBack('jonna', key);
  await openRoom(page, /Attic/);
  await message(page, 'The anchor is under the bow').waitFor();
});
