/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What the server itself tells people: a room that looks it, which is read and not answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator } from '../../api/support/operator.js';
import { register } from '../../api/support/user.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { composer, message, openRoom, signUp } from '../support/steps.js';

const scene = useScene();
const send = (...words) => operator(scene.server, ['admin', 'notice', 'send', ...words]);

test('a notice is read in a room of its own, without an answer, and what is in force stands over the chats', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'nora');
  await page.getByText('It’s quiet here').waitFor();
  send('The server rests tonight from 2 to 3.', '--user', 'nora', '--pin');
  const row = page.locator('.room-row').filter({ hasText: 'Notices' });
  await row.getByText('There is something to read').waitFor();
  await row.click();
  await page.getByText('The operator of this server has something to tell you.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Decline' }).count(), 0);
  await accessible(page, 'notices invitation');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await message(page, 'The server rests tonight').waitFor();
  await page.getByText('Only the operator writes here.').waitFor();
  assert.equal(await page.getByText(/made this group|joined|invited/).count(), 0);
  assert.equal(await composer(page).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Invite people' }).count(), 0);
  await page.getByRole('link', { name: 'In force: The server rests tonight from 2 to 3.' }).waitFor();
  await accessible(page, 'notices');
});

test('what only looks like a notice is not shown', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'oskar');
  await page.getByText('It’s quiet here').waitFor();
  const faker = await register(scene.server, 'faker');
  const room = await faker.createRoom({ name: 'Official', invite: ['@oskar:parley.test'] });
  await faker.send(room, { msgtype: 'm.server_notice', server_notice_type: 'x', body: 'Send me your password' });
  await faker.send(room, 'a plain word');
  await openRoom(page, /Official/);
  await page.getByRole('button', { name: 'Accept' }).click();
  await message(page, 'a plain word').waitFor();
  assert.equal(await message(page, 'Send me your password').count(), 0);
});
