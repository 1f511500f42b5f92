/* SPDX-License-Identifier: AGPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { png } from '../../api/support/image.js';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import {
  attach, closePanel, composer, createGroup, drafted, inAccountMenu, inviteLink, message, openRoom, sent, signIn, signUp, tools, write,
} from '../support/steps.js';

const picture = (name, width = 320, height = 240) => ({ name, mimeType: 'image/png', buffer: png(width, height) });
let anna, ben, link;

const scene = useScene({
  async begin(scene) {
    anna = await scene.visit();
    await signUp(scene.server, anna, 'anna');
    await createGroup(anna, 'Sunday hikers', { picture: picture('group.png') });
    link = await inviteLink(anna);
  },
});

test('a group is made with name and picture, and invites by link and code', async () => {
  await anna.getByRole('img', { name: 'QR code of the invite link' }).waitFor();
  await anna.locator('.room-head .avatar img').waitFor();
  await accessible(anna, 'invite panel');
  await anna.getByRole('button', { name: 'Copy link' }).click();
  assert.equal(await anna.evaluate(() => navigator.clipboard.readText()), link);
  await closePanel(anna);
});

test('an invite link leads a newcomer through sign-up into the group', async () => {
  ben = await scene.visit(link);
  await ben.getByRole('heading', { name: 'Sunday hikers' }).waitFor();
  await accessible(ben, 'invitation');
  await ben.getByRole('button', { name: 'Create an account and join' }).click();
  await signUp(scene.server, ben, 'ben');
  await ben.getByRole('button', { name: 'Join', exact: true }).click();
  await composer(ben).waitFor();
  await anna.getByText('ben joined').waitFor();
});

test('text arrives, typing shows, what was read is told', async () => {
  await composer(anna).pressSequentially('Hello');
  await ben.getByText('anna is typing', { exact: true }).waitFor();
  await write(anna, 'Hello Ben');
  await sent(anna, 'Hello Ben');
  await message(ben, 'Hello Ben').waitFor();
  await message(anna, 'Hello Ben').getByText('Read by ben').waitFor({ state: 'attached' });
  await accessible(anna, 'chat');
});

test('a message is answered, edited, reacted to and deleted', async () => {
  await (await tools(ben, 'Hello Ben')).getByRole('button', { name: 'Reply' }).click();
  await write(ben, 'Hello yourself');
  await message(anna, 'Hello yourself').locator('.quoted').getByText('Hello Ben').waitFor();

  await (await tools(anna, 'Hello yourself')).getByRole('button', { name: 'React' }).click();
  await anna.getByRole('menuitem', { name: '👍' }).click();
  await message(ben, 'Hello yourself').getByRole('button', { name: '👍, 1' }).waitFor();
  await message(ben, 'Hello yourself').getByRole('button', { name: '👍, 1' }).click();
  await message(anna, 'Hello yourself').getByRole('button', { name: '👍, 2' }).waitFor();

  await (await tools(ben, 'Hello yourself')).getByRole('button', { name: 'More' }).click();
  await ben.getByRole('menuitem', { name: 'Edit' }).click();
  await drafted(ben, 'Hello yourself');
  await write(ben, 'Hello dear Anna');
  await message(anna, 'Hello dear Anna').getByText('edited').waitFor();

  await write(ben, 'Not for long');
  await message(anna, 'Not for long').waitFor();
  await sent(ben, 'Not for long');
  await (await tools(ben, 'Not for long')).getByRole('button', { name: 'More' }).click();
  await ben.getByRole('menuitem', { name: 'Delete' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await message(anna, 'Not for long').waitFor({ state: 'detached' });
  await message(anna, 'Message deleted').waitFor();
});

test('an emoji is found by its name', async () => {
  await anna.getByRole('button', { name: 'Emoji' }).click();
  await anna.getByRole('searchbox', { name: 'Search emoji' }).fill('party popper');
  await anna.getByRole('button', { name: 'party popper' }).click();
  await anna.keyboard.press('Escape');
  await drafted(anna, '🎉');
  await write(anna, '🎉');
  await ben.locator('.message.jumbo').filter({ hasText: '🎉' }).waitFor();
});

test('a picture has a thumbnail and opens in full, a file is saved', async () => {
  await attach(anna, picture('summit.png', 1200, 800));
  await ben.getByRole('button', { name: 'Open the picture summit.png' }).locator('img').waitFor();
  await ben.getByRole('button', { name: 'Open the picture summit.png' }).click();
  const full = ben.getByRole('dialog').locator('img');
  await full.waitFor();
  assert.equal(await full.evaluate((img) => img.naturalWidth), 1200);
  await accessible(ben, 'picture');
  await ben.keyboard.press('Escape');

  await attach(anna, { name: 'route.gpx', mimeType: 'application/gpx+xml', buffer: Buffer.from('<gpx/>') });
  const download = ben.waitForEvent('download');
  await ben.getByRole('button', { name: 'Save the file route.gpx' }).click();
  assert.equal((await download).suggestedFilename(), 'route.gpx');
});

test('a message the server did not take is marked, and sent when tried again', async () => {
  await anna.route('**/send/m.room.encrypted/**', (route) => route.fulfill({ status: 400, json: { errcode: 'M_UNKNOWN', error: 'no' } }));
  await write(anna, 'Against the wind');
  const row = message(anna, 'Against the wind');
  await row.getByText('Not sent').first().waitFor();
  await accessible(anna, 'failed message');
  await anna.unroute('**/send/m.room.encrypted/**');
  await row.getByRole('button', { name: 'Try again' }).click();
  await sent(anna, 'Against the wind');
  await message(ben, 'Against the wind').waitFor();
});

test('slow mode holds up members, not moderators, and counts down', async () => {
  await anna.locator('.room-title').click();
  await anna.getByLabel('Slow mode').selectOption('One message every 1 hour');
  await ben.getByText('anna turned on slow mode: one message every 1 hour').waitFor();
  await closePanel(anna);
  await write(anna, 'No hurry');
  await write(anna, 'Really');
  await write(ben, 'My turn');
  await sent(ben, 'My turn');
  await ben.getByText(/Slow mode: you can write again in (1:00:00|59:\d\d)/).waitFor();
  await composer(ben).fill('And another');
  await composer(ben).press('Enter');
  await drafted(ben, 'And another');
  assert.ok(await ben.getByRole('button', { name: 'Send', exact: true }).isDisabled());
  await accessible(ben, 'slow mode');
  await anna.locator('.room-title').click();
  await accessible(anna, 'room info');
  await anna.getByLabel('Slow mode').selectOption('Off');
  await closePanel(anna);
  await ben.getByText('anna turned off slow mode').waitFor();
  await composer(ben).press('Enter');
  await sent(ben, 'And another');
  await message(anna, 'And another').waitFor();
});

test('formatted text is shown without what could do harm', async () => {
  await anna.evaluate(async () => {
    const accounts = await new Promise((done) => {
      const open = indexedDB.open('parley');
      open.onsuccess = () => (open.result.transaction('accounts').objectStore('accounts').getAll().onsuccess = (e) => done(e.target.result));
    });
    const room = decodeURIComponent(location.hash.split('/')[2]);
    await fetch(`/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/formatted`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${accounts[0].accessToken}` },
      body: JSON.stringify({
        msgtype: 'm.text',
        body: 'plain words',
        format: 'org.matrix.custom.html',
        formatted_body: '<b>bold words</b><a href="javascript:alert(1)">!</a><img src="https://elsewhere.example/x.png"><script>alert(2)</script>',
      }),
    });
  });
  const text = message(ben, 'bold words').locator('.formatted');
  await text.waitFor();
  assert.equal(await text.innerHTML(), '<b>bold words</b><a>!</a>');
});

test('in the dark the chat is accessible too', async () => {
  await ben.emulateMedia({ colorScheme: 'dark' });
  await accessible(ben, 'dark chat');
  await ben.emulateMedia({ colorScheme: 'light' });
});

test('0.4 a link is shown, not fetched, and leads out only after a question', async () => {
  const asked = [];
  ben.on('request', (request) => asked.push(request.url()));
  await write(anna, 'See https://elsewhere.example/hut');
  await message(ben, 'elsewhere.example').getByRole('link').click();
  const dialog = ben.getByRole('dialog', { name: 'You are leaving Parley' });
  await dialog.getByText('elsewhere.example', { exact: true }).waitFor();
  await accessible(ben, 'leaving');
  assert.equal(await dialog.getByRole('link').getAttribute('rel'), 'noopener noreferrer');
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  assert.deepEqual(asked.filter((url) => url.includes('elsewhere.example')), []);
});

test('what comes while one looks elsewhere is counted, mentions stand out, and a divider marks it', async () => {
  await inAccountMenu(ben, 'ben', 'Settings');
  await write(anna, 'First unread');
  await write(anna, 'Second unread');
  const row = ben.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name: /Sunday hikers/ });
  await row.getByText('2 unread messages').waitFor({ state: 'attached' });
  await write(anna, '@ben are you there?');
  await row.getByText('1 mention').waitFor({ state: 'attached' });
  await row.click();
  await ben.locator('.unread-divider').waitFor();
  assert.ok(await ben.evaluate(() => document.querySelector('.unread-divider').nextElementSibling.textContent.includes('First unread')));
  await ben.locator('.mentions-me').filter({ hasText: 'are you there' }).waitFor();
  await row.getByText('1 mention').waitFor({ state: 'detached' });
});

test('a draft waits in its room', async () => {
  await composer(anna).fill('half a thou');
  await createGroup(anna, 'Book club');
  await closePanel(anna);
  await openRoom(anna, /Sunday hikers/);
  await drafted(anna, 'half a thou');
  await anna.reload();
  await drafted(anna, 'half a thou');
  await composer(anna).fill('');
});

test('somebody is invited by account name, and accepts or declines', async () => {
  await openRoom(anna, /Book club/);
  await anna.getByRole('button', { name: 'Invite people' }).click();
  await anna.getByLabel('Add people').fill('ben');
  await anna.getByRole('button', { name: /@ben:/ }).click();
  await anna.getByRole('button', { name: 'Invite 1 person' }).click();
  await openRoom(ben, /Book club/);
  await ben.getByText('anna invites you.').waitFor();
  await accessible(ben, 'invited');
  await ben.getByRole('button', { name: 'Accept' }).click();
  await composer(ben).waitFor();
  await closePanel(anna);
  await anna.getByText('ben joined').waitFor();
});

test('members have roles; one with the power makes moderators and removes people', async () => {
  await anna.getByRole('button', { name: 'Members', exact: true }).click();
  const member = anna.locator('.member').filter({ hasText: '@ben' });
  await anna.locator('.member').filter({ hasText: '@anna' }).getByText('Owner').waitFor();
  await accessible(anna, 'members');
  await member.getByRole('button', { name: 'Actions for ben' }).click();
  await anna.getByRole('menuitem', { name: 'Make moderator' }).click();
  await member.getByText('Moderator').waitFor();
  await member.getByRole('button', { name: 'Actions for ben' }).click();
  await anna.getByRole('menuitem', { name: 'Remove' }).click();
  await anna.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await member.waitFor({ state: 'detached' });
  await ben.getByText('This chat isn’t here').waitFor();
});

test('a group gets another name and a topic, and is left', async () => {
  await anna.locator('.panel').getByRole('link', { name: 'Info' }).click();
  await anna.getByRole('button', { name: 'Edit name and topic' }).click();
  await anna.getByLabel('Name', { exact: true }).fill('Reading circle');
  await anna.getByLabel('Topic').fill('One book a month');
  await anna.getByRole('button', { name: 'Save', exact: true }).click();
  await anna.getByRole('heading', { name: 'Reading circle', level: 1 }).waitFor();
  await anna.locator('.topic').getByText('One book a month').waitFor();
  await accessible(anna, 'room info');
  await anna.getByRole('button', { name: 'Leave this chat' }).click();
  await anna.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await anna.getByRole('link', { name: /Reading circle/ }).waitFor({ state: 'detached' });
});

test('two people have a direct chat', async () => {
  await anna.getByRole('button', { name: 'New chat' }).click();
  await anna.getByRole('menuitem', { name: 'New direct chat' }).click();
  await anna.getByLabel('Add people').fill('ben');
  await anna.getByRole('button', { name: /@ben:/ }).click();
  await anna.getByRole('heading', { name: 'ben', level: 1 }).waitFor();
  await write(anna, 'Just us');
  await openRoom(ben, /^anna/);
  await ben.getByRole('button', { name: 'Accept' }).click();
  await message(ben, 'Just us').waitFor();
});

test('another device of the same account sees all of it, back to the beginning', async () => {
  await openRoom(anna, /Sunday hikers/);
  /* There before the lines are: it has their keys, and reads them from the beginning after a restart. */
  const second = await scene.visit('/#/login');
  await signIn(second, 'anna');
  await openRoom(second, /Sunday hikers/);
  await second.locator('li.message.gone').filter({ hasText: 'Sent before you signed in here' }).first().waitFor();
  /* In tens: typing is faster than sending, and a slow machine may be far behind. */
  for (let n = 1; n <= 120; n++) {
    await write(anna, `Line number ${n}.`);
    if (n % 10 === 0) await sent(anna, `Line number ${n}.`);
  }
  await message(second, 'Line number 120.').waitFor();
  await second.reload();
  await message(second, 'Line number 120.').waitFor();
  const box = second.locator('.timeline');
  await second.waitForFunction(() => {
    const scroller = document.querySelector('.timeline');
    scroller.scrollTop = -scroller.scrollHeight;
    return document.querySelector('.beginning') !== null;
  });
  await message(second, 'Line number 1.').waitFor();
  const lines = await second.locator('.message').evaluateAll((rows) =>
    rows.flatMap((row) => /Line number (\d+)\./.exec(row.textContent)?.slice(1).map(Number) ?? []));
  assert.deepEqual(lines, Array.from({ length: 120 }, (_, at) => at + 1));

  const at = () => message(second, 'Line number 2.').boundingBox();
  await message(second, 'Line number 2.').scrollIntoViewIfNeeded();
  const before = await at();
  await write(ben, 'in another room').catch(() => {});
  await write(anna, 'And one more');
  await second.locator('.to-bottom .badge').or(second.locator('.to-bottom')).first().waitFor();
  await second.waitForFunction(() => [...document.querySelectorAll('.message')].some((row) => row.textContent.includes('And one more')));
  const now = await at();
  assert.ok(Math.abs(before.y - now.y) < 3, `what is being read moved from ${before.y} to ${now.y}`);
  await second.getByRole('button', { name: 'To the newest messages' }).click();
  await message(second, 'And one more').waitFor();
  await box.waitFor();
});
