/* SPDX-License-Identifier: AGPL-3.0-or-later */
// A server with the built web app, and people with browsers, for the tests of one file.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Server } from '../../api/support/server.js';
import { newProfile, openBrowser, removeProfile } from './browser.js';

export const webRoot = process.env.PARLEY_WEB ?? fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** For whoever has to find out why a test failed: the people in it are made up. */
async function whatItShows(context) {
  const pages = context.pages().map(async (page) => {
    const said = page.evaluate(() => document.body.innerText).catch(() => 'is gone');
    const text = await Promise.race([said, new Promise((done) => setTimeout(done, 5_000, 'does not answer'))]);
    return `${page.url()}: ${text.replace(/\s+/g, ' ').slice(0, 1500)}`;
  });
  return `a browser shows ${(await Promise.all(pages)).join('\n')}`;
}

/** `begin` brings the scene to where the tests start from. */
export function useScene({ set = {}, begin } = {}) {
  const server = new Server({ name: 'parley.test', set: { 'web.root': webRoot, 'rooms.encryption': 'private', ...set } });
  const browsers = [];
  const profiles = [];
  before(async () => {
    assert.ok(existsSync(`${webRoot}/index.html`), 'the web app is not built: make web');
    await server.start();
    await begin?.(scene);
  });
  afterEach(async (test) => {
    if (test.passed === false) for (const browser of browsers) test.diagnostic(await whatItShows(browser.context));
    for (const browser of browsers) assert.deepEqual(browser.faults.splice(0), []);
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    for (const profile of profiles) removeProfile(profile);
    await server.destroy();
  });
  const scene = {
    server,
    /** A person at a device of their own. */
    async visit(address = '/', options = {}) {
      const browser = await openBrowser(server, options);
      browsers.push(browser);
      await browser.page.goto(address);
      return browser.page;
    },
    /** A device that is switched off and on again: what it keeps stays. `page` is what it shows while it is on. */
    async device(address = '/', options = {}) {
      const profile = newProfile();
      profiles.push(profile);
      let browser;
      const device = {
        page: undefined,
        async on(to = '/') {
          browser = await openBrowser(server, options, profile);
          browsers.push(browser);
          device.page = browser.page;
          await device.page.goto(to);
        },
        async off() {
          assert.deepEqual(browser.faults.splice(0), []);
          await browser.context.close();
          browsers.splice(browsers.indexOf(browser), 1);
        },
      };
      await device.on(address);
      return device;
    },
  };
  return scene;
}
