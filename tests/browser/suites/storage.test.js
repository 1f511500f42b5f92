/* SPDX-License-Identifier: AGPL-3.0-or-later */
// What one's pictures and files take of what one may have, and what to do when little is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { attach, closePanel, createGroup, openRoom, password, signUp } from '../support/steps.js';

let anna, token;
const scene = useScene({
  set: { 'media.max_user_bytes': '100 KiB' },
  async begin(scene) {
    anna = await scene.visit();
    await signUp(scene.server, anna, 'anna');
    await createGroup(anna, 'Attic');
    await closePanel(anna);
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password };
    token = (await scene.server.request('POST', '/_matrix/client/v3/login', { body: login })).body.access_token;
  },
});

let fill = 0;
/** So many bytes more, from another device. */
async function upload(size) {
  const body = Buffer.alloc(size, String(++fill));
  const { status } = await scene.server.request('POST', '/_matrix/media/v3/upload', { token, body, type: 'application/octet-stream' });
  assert.equal(status, 200);
}

const bar = (page) => page.getByRole('meter', { name: 'Storage' });

async function look(share) {
  await anna.goto('/#/settings/appearance');
  await anna.goto('/#/settings/profile');
  await bar(anna).waitFor();
  assert.equal(await bar(anna).getAttribute('aria-valuenow'), String(share));
}

test('who has sent nothing is told how much there is room for', async () => {
  await look(0);
  await anna.getByText('No pictures or files yet. There is room for 102 kB.').waitFor();
  assert.equal(await anna.getByText('Deleting a message').count(), 0);
});

test('what is taken is said in a bar and in words', async () => {
  await upload(40_000);
  await look(39);
  await anna.getByText('40 kB of 102 kB used, by 1 picture or file.').waitFor();
  assert.equal(await anna.getByText('Deleting a message').count(), 0);
  await accessible(anna, 'storage');
});

test('when little is left, what can be done about it is said, too', async () => {
  await upload(45_000);
  await look(83);
  await anna.getByText('85 kB of 102 kB used, by 2 pictures and files.').waitFor();
  await anna.getByText('Your storage is getting full.').waitFor();
  await anna.getByText('Deleting a message doesn’t free its file.', { exact: false }).waitFor();
  await accessible(anna, 'storage that is getting full');
});

test('a file there is no room for says so at its place', async () => {
  await openRoom(anna, /Attic/);
  await attach(anna, { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(30_000, 'x') });
  await anna.locator('.upload').getByText('Your storage may be full', { exact: false }).waitFor();
});

test('a full one says what still goes', async () => {
  await upload(17_300);
  await look(100);
  await anna.getByText('Your storage is full: you can write', { exact: false }).waitFor();
  await accessible(anna, 'full storage');
});
