/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What people do in the app, in its own words: found by role and name, as they and their screen readers find it.
import assert from 'node:assert/strict';
import { codeFor, freshNumber } from '../../api/support/phone.js';

export const password = 'correct horse battery staple';

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** From the first visit to the question for an account name. */
export async function agree(page) {
  await page.getByRole('heading', { name: 'Before anything else: our word' }).waitFor();
  await press(page, 'Continue');
  await press(page, 'I am 18 or older');
  await press(page, 'I agree');
}

export async function chooseName(page, name) {
  await page.getByLabel('Account name').fill(name);
  await page.getByText('This name is free.').waitFor();
  await press(page, 'Continue');
}

async function fillPhone(page, number, country) {
  await page.getByRole('button', { name: /Country or region/ }).click();
  await page.getByRole('combobox', { name: 'Search by name or code' }).fill(country);
  await page.keyboard.press('Enter');
  await page.getByLabel('Mobile number').fill(number);
}

export async function choosePhone(page, number, country = 'Germany') {
  await fillPhone(page, number, country);
  await press(page, 'Send the code');
}

/** In the open room's panel. */
export async function inviteNumber(page, number, country = 'Germany') {
  await fillPhone(page, number, country);
  await press(page, 'Invite this number');
}

/** Until the server has taken the number: the field is empty then. The words that say so stay up for a while and may be those of an invite before. */
export async function numberTaken(page) {
  const field = await page.getByLabel('Mobile number').elementHandle();
  await page.waitForFunction((input) => input.value === '', field);
}

export const enterCode = (page, code) => page.getByLabel('Six-digit code').fill(code);

export async function choosePassword(page, text = password) {
  await page.getByLabel('Password', { exact: true }).fill(text);
  await press(page, 'Create account');
}

/** The whole of it; returns the number that was proven. */
export async function signUp(server, page, name, number = freshNumber()) {
  await agree(page);
  await chooseName(page, name);
  await choosePhone(page, number);
  await enterCode(page, (await codeFor(server, number)).code);
  await choosePassword(page);
  return number;
}

/** Whoever signs in has better things to do than to confirm the device, and puts it off. Should the question go by itself, with
    the session it is about, there is nothing to press; should it stay, it is met again. */
export async function signIn(page, name, text = password) {
  await page.addLocatorHandler(page.getByRole('dialog', { name: 'Confirm it’s you' }), () =>
    page.getByRole('button', { name: 'Later', exact: true }).click({ timeout: 3_000 }).catch(() => {}),
  );
  await enterPassword(page, name, text);
}

/** In an account’s menu. When the question whether it is you comes first and is put off, the menu has closed, and is opened again. */
export async function inAccountMenu(page, account, name) {
  const item = page.getByRole('menuitem', { name });
  const button = page.getByRole('button', { name: new RegExp(`^Account: ${account}`) });
  for (let tries = 0; tries < 4; tries++) {
    await button.click();
    try {
      return await item.click({ timeout: 5_000 });
    } catch (error) {
      if (await item.isVisible()) throw error;
    }
  }
  await button.click();
  await item.click();
}

export async function enterPassword(page, name, text = password) {
  await page.getByLabel('Account name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(text);
  await press(page, 'Sign in');
}

export const composer = (page) => page.getByRole('textbox', { name: /^Message to/ });

/** Waits until the field holds the text. */
export const drafted = (page, text) =>
  page.waitForFunction((wanted) => document.querySelector('.composer-field')?.value === wanted, text);

/** Types and sends; returns once the field has let go of the text. */
export async function write(page, text) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
  await page.waitForFunction((written) => document.querySelector('.composer-field')?.value !== written, text);
}

/** Chooses files to send from what the paperclip offers. */
export async function attach(page, file) {
  const chooser = page.waitForEvent('filechooser');
  await press(page, 'Attach');
  await page.getByRole('menuitem', { name: 'Pictures or files' }).click();
  await (await chooser).setFiles(file);
}

/** The message that says so, on the screen. */
export const message = (page, text) => page.locator('li.message').filter({ hasText: text });

export const sent = (page, text) => message(page, text).and(page.locator('.sent')).waitFor();

export async function createGroup(page, name, { picture, invite = [] } = {}) {
  await page.getByRole('button', { name: 'New chat' }).click();
  await page.getByRole('menuitem', { name: 'New group' }).click();
  const dialog = page.getByRole('dialog', { name: 'New group' });
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  if (picture) {
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a picture' }).click();
    await (await chooser).setFiles(picture);
  }
  for (const person of invite) {
    await dialog.getByLabel('Add people').fill(person);
    await dialog.getByRole('button', { name: new RegExp(`@${person}:`) }).click();
  }
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Creates an invite link in the open room's panel and returns its address. */
export async function inviteLink(page) {
  const create = page.getByRole('button', { name: 'Create invite link' });
  const field = page.getByRole('textbox', { name: 'Invite link' });
  await create.or(field).first().waitFor();
  if (await create.isVisible()) await create.click();
  const address = await field.inputValue();
  assert.match(address, /\/#\/invite\/./);
  return address;
}

export async function closePanel(page) {
  await page.locator('.panel').getByRole('button', { name: 'Close' }).click();
}

export const openRoom = (page, name) => page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name }).click();

/** Takes an invite into a group. */
export async function accept(page, name) {
  await openRoom(page, name);
  await press(page, 'Accept');
  await composer(page).waitFor();
}

/** The tools of a message, shown as the pointer comes over it. */
export async function tools(page, text) {
  const row = message(page, text);
  await row.locator('.bubble').hover();
  return row.getByRole('toolbar');
}

/** Anna makes a group and Ben comes into it by her link: a page each. */
export async function meet(scene, group) {
  const anna = await scene.visit();
  await signUp(scene.server, anna, 'anna');
  await createGroup(anna, group);
  const link = await inviteLink(anna);
  await closePanel(anna);
  const ben = await scene.visit(link);
  await press(ben, 'Create an account and join');
  await signUp(scene.server, ben, 'ben');
  await press(ben, 'Join');
  await composer(ben).waitFor();
  /* Until she sees him, what she writes is not encrypted for him. */
  await anna.getByText('ben joined').waitFor();
  return { anna, ben };
}
