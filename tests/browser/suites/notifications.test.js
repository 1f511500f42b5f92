/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Being told that something is new: what the settings say, what a push message shows, and where a click leads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from '../support/axe.js';
import { useScene } from '../support/scene.js';
import { meet, message, sent, write } from '../support/steps.js';

let anna, ben, room, device, push;
const patience = Number(process.env.PARLEY_BROWSER_MS ?? 20_000);

const scene = useScene({
  async begin(scene) {
    ({ anna, ben } = await meet(scene, 'Night walk'));
    await anna.context().grantPermissions(['notifications']);
    room = decodeURIComponent(new URL(anna.url()).hash.split('/')[2]);
  },
});

/**
 * How many notifications a page or a worker has shown from now on. To ask the browser what it shows while it is about to
 * makes it forget that: whoever shows something is waited for first.
 */
async function countShows(place) {
  await place.evaluate(() => {
    const show = ServiceWorkerRegistration.prototype.showNotification;
    globalThis.shows = 0;
    ServiceWorkerRegistration.prototype.showNotification = function (...said) {
      return show.apply(this, said).then(() => void globalThis.shows++);
    };
  });
  return () => place.evaluate(() => globalThis.shows);
}

async function more(shows, before) {
  const deadline = Date.now() + patience;
  while ((await shows()) === before) assert.ok(Date.now() < deadline, 'nothing was shown');
}

/** Delivers a message as a push service does, once the worker is there. */
async function startPush(page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const client = await page.context().newCDPSession(page);
  const registered = new Promise((done) => {
    client.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const one = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${scene.server.url}/` && !isDeleted);
      if (one) done(one.registrationId);
    });
  });
  await client.send('ServiceWorker.enable');
  const registrationId = await registered;
  const shows = await countShows(page.context().serviceWorkers()[0]);
  return async (said) => {
    const before = await shows();
    await client.send('ServiceWorker.deliverPushMessage', { origin: scene.server.url, registrationId, data: JSON.stringify(said) });
    await more(shows, before);
  };
}

/** What is shown, as the worker sees it: there need be no page. */
const shown = (page) =>
  page.context().serviceWorkers()[0].evaluate(async () =>
    (await self.registration.getNotifications()).map(({ title, body, tag, silent, data }) => ({ title, body, tag, silent, data })),
  );

const settings = async (page) => {
  await page.goto('/#/settings/notifications');
  await page.locator('.state-row').waitFor();
};

/** As if it lay behind another: pages of a browser without a screen are never hidden. */
const hide = (page, hidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (value ? 'hidden' : 'visible') });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test('who has refused in the browser is told where that is changed, and is not asked again', async () => {
  await settings(ben);
  await ben.getByText('Your browser does not let Parley notify you.').waitFor();
  assert.equal(await ben.getByRole('button', { name: 'Notify me on this device' }).count(), 0);
  assert.equal(await ben.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  await accessible(ben, 'notifications refused');
});

test('nothing is on until it is switched on by a click', async () => {
  await settings(anna);
  await anna.getByText('This device stays silent.').waitFor();
  assert.equal(await anna.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  await anna.getByRole('button', { name: 'Notify me on this device' }).click();
  await anna.getByText(/^You are told/).waitFor();
  assert.ok((await anna.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one.active?.scriptURL ?? one.installing?.scriptURL))).endsWith('/worker.js'));
  await accessible(anna, 'notifications on');
  device = await anna.evaluate(() => localStorage.getItem('parley.notifications'));
  assert.match(device, /^\S+$/);
  push = await startPush(anna);
});

test('1.11 a push message is shown without content, in the language of the app', async () => {
  const said = { account: device, language: 'en', room_id: room, event_id: '$x', counts: { unread: 2 }, content: { body: 'secret' }, sender: '@ben:parley.test' };
  await closeApp(anna);
  await push(said);
  const [first] = await untilShown(({ length }) => length === 1);
  assert.deepEqual(first, { title: 'Parley', body: '2 unread messages', tag: `parley ${device}`, silent: false, data: { account: device, room } });
  await push({ ...said, language: 'zh-CN', counts: { unread: 3 }, sound: false });
  const [second, ...more] = await untilShown(([one]) => one?.body !== first.body);
  assert.deepEqual([second.body, second.silent, more], ['3 条未读消息', true, []]);
  await push({ ...said, account: 'another', counts: {} });
  assert.equal((await untilShown(({ length }) => length === 2)).find(({ tag }) => tag === 'parley another').body, 'There is something new');
});

/** To the worker as well: it may hear of that later than the page. */
async function closeApp(page) {
  await page.goto('about:blank');
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate(async () => {
    while ((await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).length > 0);
  });
}

async function untilShown(pick) {
  const deadline = Date.now() + patience;
  for (;;) {
    const list = await shown(anna);
    if (pick(list)) return list;
    assert.ok(Date.now() < deadline, `shown: ${JSON.stringify(list)}`);
  }
}

test('a click leads to the room', async () => {
  await anna.goto('/#/settings/profile');
  await anna.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  const [worker] = anna.context().serviceWorkers();
  // The worker's own part of it. That a window comes to the front is the browser's, which does so for a person's click only.
  await worker.evaluate(async (data) => {
    await self.registration.showNotification('Parley', { tag: 'clicked', data });
    const [notification] = await self.registration.getNotifications({ tag: 'clicked' });
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  }, { account: device, room });
  await anna.getByRole('heading', { name: 'Night walk', level: 1 }).waitFor();
  await untilShown((list) => list.every(({ tag }) => tag !== 'clicked'));
});

test('the address of a notification opens the account and the room', async () => {
  await closeApp(anna);
  await anna.goto(`/#/open/${encodeURIComponent(device)}/${encodeURIComponent(room)}`);
  await anna.getByRole('heading', { name: 'Night walk', level: 1 }).waitFor();
  assert.equal(new URL(anna.url()).hash, `#/room/${encodeURIComponent(room)}`);
});

test('while the page is open behind others, it tells itself who wrote, and not what', async () => {
  await hide(anna, true);
  const shows = await countShows(anna);
  await ben.goto(`/#/room/${encodeURIComponent(room)}`);
  await write(ben, 'the secret of the night');
  await sent(ben, 'the secret of the night');
  await more(shows, 0);
  const list = await untilShown((all) => all.some(({ tag }) => tag === `parley ${device}`));
  const told = list.find(({ tag }) => tag === `parley ${device}`);
  assert.ok(!JSON.stringify(list).includes('secret'));
  assert.deepEqual([told.title, told.body], ['Night walk', 'New message from ben']);
  assert.match(await anna.title(), /^\(\d+\) Parley$/);
  await hide(anna, false);
  await untilShown((all) => all.every(({ tag }) => tag !== `parley ${device}`));
  await message(anna, 'the secret of the night').waitFor();
});

test('switched off, it is silent and the server knows of no pusher', async () => {
  await settings(anna);
  await anna.getByRole('button', { name: 'Stop notifying me here' }).click();
  await anna.getByText('This device stays silent.').waitFor();
  assert.equal(await anna.evaluate(() => localStorage.getItem('parley.notifications')), null);
});
