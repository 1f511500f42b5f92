/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Who used one's data: read and checked in the browser, against the log and against the last visit.
import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkpoint, logged } from '../../api/support/log.js';
import { operator } from '../../api/support/operator.js';
import { register } from '../../api/support/user.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { signUp } from '../support/steps.js';

const scene = useScene();
const record = (page) => page.goto('/#/settings/record');
const again = (page) => page.reload();

test('5.1 a person reads who used their data, and the browser finds each entry in the public log', async () => {
  const page = await scene.visit();
  await signUp(scene.server, page, 'rita');
  await page.getByText('It’s quiet here').waitFor();
  operator(scene.server, ['admin', 'user', 'lock', 'rita']);
  operator(scene.server, ['admin', 'user', 'lock', 'rita', '--undo']);
  await record(page);
  await page.getByText(/^ ?Checked: \d+ entries are in the public log/).waitFor();
  assert.equal(await page.getByText('Operator’s command').count(), 2);
  await page.getByText('for: Operations').first().waitFor();
  for (const said of ['account locked', 'account unlocked', 'agreed: 18 or older', 'agreed: Privacy policy']) await page.getByText(said).waitFor();
  await accessible(page, 'access record');
  await again(page);
  await page.getByText(/nothing in it was changed since your last visit/).waitFor();
});

test('4.8 a log that went back is told to whoever saw it before', async () => {
  const { server } = scene;
  const page = await scene.visit();
  await signUp(server, page, 'vera');
  await page.getByText('It’s quiet here').waitFor();
  const data = join(server.folder, 'data');
  const earlier = join(server.folder, 'earlier');
  await page.goto('about:blank');
  await server.stop();
  cpSync(data, earlier, { recursive: true });
  await server.relaunch();
  await register(server, 'another');
  await logged(server, (await checkpoint(server)).size + 1);
  await page.goto('/#/settings/record');
  await page.getByText(/^ ?Checked: /).waitFor();
  await page.goto('about:blank');
  await server.stop();
  rmSync(data, { recursive: true });
  cpSync(earlier, data, { recursive: true });
  await server.relaunch();
  await page.goto('/#/settings/record');
  await page.getByText(/This record was tampered with. The log is shorter than on your last visit/).waitFor();
  assert.match(await page.locator('.record-proof').textContent(), /parley\.test\/_parley\/log\+/);
  await accessible(page, 'access record, tampered with');
});
