/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Real Chromium, one profile per person, and what goes wrong in it: page errors and refused content fail the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--font-render-hinting=none',
];

export const newProfile = () => mkdtempSync(join(tmpdir(), 'parley-browser-'));
export const removeProfile = (folder) => rmSync(folder, { recursive: true, force: true });

/** A browser with a profile of its own. `options` are Playwright's: locale, colorScheme, viewport … */
export async function openBrowser(server, { args = [], ...options } = {}, folder = newProfile()) {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: [...flags, ...args],
    baseURL: server.url,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(Number(process.env.PARLEY_BROWSER_MS ?? 20_000));
  const page = context.pages()[0] ?? (await context.newPage());
  const faults = [];
  page.on('pageerror', (error) => faults.push(`page error: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
  });
  return {
    context,
    page,
    faults,
    async close() {
      await context.close();
      removeProfile(folder);
    },
  };
}
