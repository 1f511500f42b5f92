/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Previews of links: shown where a room's admins allow them, and nothing asked of the server where they don't.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { png } from '../../api/support/image.js';
import { WebPeer } from '../../api/support/web-peer.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { closePanel, composer, createGroup, message, openRoom, password, sent, signUp, tools, write } from '../support/steps.js';

const site = await new WebPeer().listen();
after(() => site.close());

/** A page of the site, with a picture if it is to have one. */
function page(path, title, { description, picture } = {}) {
  if (picture) site.at(`${path}.png`, picture, { 'content-type': 'image/png' });
  const tag = (name, value) => (value ? `<meta property="og:${name}" content="${value}">` : '');
  return site.at(path, `<head>${tag('title', title)}${tag('site_name', 'Leaves')}${tag('description', description)}${tag('image', picture && `${path}.png`)}</head>`);
}

let anna, ben;
const asked = { anna: [], ben: [] };
const field = 'Open field', hut = 'Mountain hut';

const scene = useScene({
  set: { 'previews.internal': site.host },
  async begin(scene) {
    [anna, ben] = [await scene.visit(), await scene.visit()];
    await signUp(scene.server, anna, 'anna');
    await signUp(scene.server, ben, 'ben');
    for (const at of [anna, ben]) await at.locator('.account-button').waitFor();
    for (const [name, at] of [['anna', anna], ['ben', ben]])
      at.on('request', (request) => request.url().includes('preview_url') && asked[name].push(new URL(request.url()).searchParams.get('url')));
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'anna' }, password };
    const { body } = await scene.server.request('POST', '/_matrix/client/v3/login', { body: login });
    const room = { preset: 'public_chat', name: field, invite: ['@ben:parley.test'] };
    await scene.server.request('POST', '/_matrix/client/v3/createRoom', { token: body.access_token, body: room });
    await openRoom(ben, new RegExp(field));
    await ben.getByRole('button', { name: 'Accept' }).click();
    await composer(ben).waitFor();
    await openRoom(anna, new RegExp(field));
    await anna.getByText('ben joined').waitFor();
  },
});

const panel = (at) => at.locator('.room-title').click();
const cards = (at) => at.locator('.link-card');
const card = (at, title) => at.getByRole('link', { name: `${title}, ${site.host} · Leaves` });

async function says(writer, reader, text) {
  await write(writer, text);
  await sent(writer, text);
  await message(reader, text).waitFor();
}

test('nothing is asked of the server while nobody has allowed it', async () => {
  await says(anna, ben, `Before: ${page('/before', 'Before')}`);
  await panel(ben);
  await ben.getByText('Links are shown without a preview.').waitFor();
  assert.equal(await ben.getByRole('switch').count(), 0, 'who may not change it has no switch');
  await closePanel(ben);
  assert.deepEqual([await cards(anna).count(), asked.anna, asked.ben, site.visits('/before').length], [0, [], [], 0]);
});

test('who may turns them on, the others read so, and links show what their pages are about, with their picture', async () => {
  await panel(anna);
  const toggle = anna.getByRole('switch', { name: 'Show previews of links' });
  assert.equal(await toggle.isChecked(), false);
  await anna.getByText('Our server fetches the page', { exact: false }).waitFor();
  await toggle.check();
  await panel(ben);
  await ben.getByText('Links are shown with a preview. Our server fetches the page, not your device.').waitFor();
  await closePanel(ben);
  await accessible(anna, 'the switch of previews');
  await closePanel(anna);

  const url = page('/tea', 'Tea &amp; cake', { description: 'All about leaves', picture: png(64, 48) });
  await says(anna, ben, `Look: ${url}`);
  for (const at of [anna, ben]) {
    await card(at, 'Tea & cake').getByText('All about leaves').waitFor();
    const picture = message(at, 'Look:').locator('.link-card img');
    await picture.waitFor();
    assert.equal(await picture.evaluate((img) => img.decode().then(() => img.naturalWidth > 0)), true);
    assert.match(await picture.getAttribute('src'), /^blob:/, 'by the way of all pictures, never from the site');
  }
  await card(ben, 'Before').waitFor();
  await accessible(ben, 'a preview of a link');
  await card(ben, 'Tea & cake').click();
  await ben.getByRole('dialog', { name: 'You are leaving Parley' }).getByText(url).waitFor();
  await ben.keyboard.press('Escape');
});

test('a link is asked for once, however often it is said', async () => {
  const url = page('/twice', 'Twice');
  await says(anna, ben, `First ${url}`);
  await card(ben, 'Twice').waitFor();
  await says(anna, ben, `Again ${url}`);
  await message(ben, 'Again').locator('.link-card a').waitFor();
  assert.deepEqual(asked.ben.filter((one) => one === url), [url]);
});

test('a page that says nothing has no card, and the place for it goes', async () => {
  await says(anna, ben, `Empty ${site.at('/empty', 'no head')} or ${page('/second', 'Second')}`);
  await message(ben, 'Empty').locator('.link-card').waitFor({ state: 'detached' });
  assert.ok(site.visits('/empty').length > 0);
  assert.equal(site.visits('/second').length, 0, 'a message has one card at most, of its first link');
});

test('the card comes into the place that was kept for it: nothing moves', async () => {
  let answer;
  const url = page('/slow', 'Slow', { description: 'It takes its time' });
  await ben.route('**/preview_url*', (route) => new Promise((go) => (answer = () => go(route.continue()))));
  await says(anna, ben, `Slow ${url}`);
  await message(ben, 'Slow').locator('.link-card.waiting').waitFor();
  const top = () => message(ben, 'Slow').evaluate((row) => Math.round(row.getBoundingClientRect().top));
  const before = await top();
  while (!answer) await ben.evaluate(() => new Promise(requestAnimationFrame));
  answer();
  await card(ben, 'Slow').waitFor();
  assert.equal(await top(), before);
  await ben.unroute('**/preview_url*');
});

test('what is off the screen is not asked for', async () => {
  const url = page('/far', 'Far away');
  await says(ben, anna, `Far ${url}`);
  await card(anna, 'Far away').waitFor();
  /* The time stands behind the text: "line 2" at 4:10 would have "line 24" in it. */
  for (let i = 0; i < 25; i++) await write(ben, i < 24 ? `line ${i}` : 'the last line');
  await sent(ben, 'the last line');
  const before = asked.anna.length;
  await anna.reload();
  await message(anna, 'the last line').waitFor();
  await message(anna, 'Far').waitFor({ state: 'attached' });
  await message(anna, 'Far').locator('.link-card.waiting').waitFor({ state: 'attached' });
  assert.equal(asked.anna.length, before);
  await message(anna, 'Far').scrollIntoViewIfNeeded();
  await card(anna, 'Far away').waitFor();
  assert.ok(asked.anna.length > before);
});

test('what one has hidden stays hidden, for oneself, until one wants it back', async () => {
  const url = page('/hide', 'Hide me');
  await says(anna, ben, `Hide ${url}`);
  await card(anna, 'Hide me').waitFor();
  await card(ben, 'Hide me').waitFor();
  const hide = message(ben, 'Hide http').getByRole('button', { name: 'Hide the preview' });
  await hide.focus();
  await ben.keyboard.press('Enter');
  await card(ben, 'Hide me').waitFor({ state: 'detached' });
  assert.ok(await ben.evaluate(() => document.activeElement.matches('li.message')), 'the keyboard stays at the message');
  const before = asked.ben.length;
  await ben.reload();
  await message(ben, 'Hide http').waitFor();
  await says(anna, ben, `Later ${page('/later', 'Later')}`);
  await card(ben, 'Later').waitFor();
  assert.equal(await message(ben, 'Hide http').locator('.link-card').count(), 0);
  assert.equal(asked.ben.slice(before).filter((one) => one === url).length, 0);
  await card(anna, 'Hide me').waitFor();
  await (await tools(ben, 'Hide http')).getByRole('button', { name: 'More' }).click();
  await ben.getByRole('menuitem', { name: 'Show the preview' }).click();
  await card(ben, 'Hide me').waitFor();
});

test('sites the operator does not list have no card, and no place for it the next time', async () => {
  const stranger = await new WebPeer().listen();
  const refused = ben.waitForResponse((response) => response.url().includes('preview_url') && response.status() === 403);
  await says(anna, ben, `Stranger ${stranger.at('/', '<title>x</title>')}`);
  await refused;
  await message(ben, 'Stranger').locator('.link-card').waitFor({ state: 'detached' });
  const before = asked.ben.length;
  await says(anna, ben, `Once more ${stranger.at('/other', '<title>x</title>')}`);
  await says(anna, ben, `And ${page('/and', 'And this')}`);
  await card(ben, 'And this').waitFor();
  assert.equal(asked.ben.length, before + 1);
  assert.equal(stranger.asked.length, 0);
  stranger.close();
});

test('an edit shows what the new link is about', async () => {
  await says(anna, ben, `Edit ${page('/old', 'Old page')}`);
  await card(ben, 'Old page').waitFor();
  await (await tools(anna, 'Edit http')).getByRole('button', { name: 'More' }).click();
  await anna.getByRole('menuitem', { name: 'Edit' }).click();
  await anna.waitForFunction(() => document.querySelector('.composer-field')?.value.startsWith('Edit http'));
  await write(anna, `Edit ${page('/new', 'New page')}`);
  await card(ben, 'New page').waitFor();
  assert.equal(await card(ben, 'Old page').count(), 0);
});

test('turned off, which everybody is told, the cards go and nothing more is asked', async () => {
  await panel(anna);
  const toggle = anna.getByRole('switch', { name: 'Show previews of links' });
  await toggle.uncheck();
  await ben.getByText('anna turned off previews of links').waitFor();
  await toggle.check();
  /* The first time, while the room was being made, needed no line of its own. */
  await ben.getByText('anna turned on previews of links').first().waitFor();
  await cards(ben).first().waitFor({ state: 'attached' });
  await toggle.uncheck();
  await anna.getByText('turned off previews of links').nth(1).waitFor();
  await cards(ben).first().waitFor({ state: 'detached' });
  const before = [asked.anna.length, asked.ben.length];
  await closePanel(anna);
  await says(anna, ben, `After: ${page('/after', 'After')}`);
  assert.deepEqual([asked.anna.length, asked.ben.length], before);
  assert.equal(site.visits('/after').length, 0);
});

test('in an encrypted chat there are none, and the panel says why', async () => {
  await createGroup(anna, hut);
  await anna.locator('.panel .tabs a').first().click();
  await anna.getByText('Links have no previews here', { exact: false }).waitFor();
  assert.equal(await anna.getByRole('switch').count(), 0);
  await closePanel(anna);
  const before = asked.anna.length;
  const url = page('/secret', 'Secret');
  await write(anna, `Secret ${url}`);
  await sent(anna, 'Secret');
  assert.equal(await cards(anna).count(), 0);
  assert.equal(asked.anna.length, before);
  assert.equal(site.visits('/secret').length, 0);
});
