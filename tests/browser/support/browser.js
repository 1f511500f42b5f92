/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Real Chromium, and what goes wrong in it: page errors and refused content fail the test. People are contexts of one
// browser, which know nothing of each other and cost a quarter less than browsers of their own; a device that is
// switched off and on again, or whose browser is started in a special way, has a browser with a profile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/* Of the crypto module's twelve thousand functions only those that are called are compiled: each person would compile them all. */
const flags = [
  '--no-sandbox', '--js-flags=--wasm-lazy-compilation', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--font-render-hinting=none',
];

export const newProfile = () => mkdtempSync(join(tmpdir(), 'parley-browser-'));
export const removeProfile = (folder) => rmSync(folder, { recursive: true, force: true });

let shared;

async function withProfile(folder, args, options) {
  return chromium.launchPersistentContext(folder, { executablePath, headless: true, args: [...flags, ...args], ...options });
}

async function withOthers(options) {
  shared ??= chromium.launch({ executablePath, headless: true, args: flags });
  return (await shared).newContext(options);
}

/** The browser that is shared goes with its last context: a process that has one does not end. */
async function closeContext(context) {
  const browser = context.browser();
  await context.close();
  if (!browser || browser !== (await shared) || browser.contexts().length > 0) return;
  shared = undefined;
  await browser.close();
}

/** `options` are Playwright's: locale, colorScheme, viewport … With `args` it is a browser of its own. */
export async function openBrowser(server, { args, ...others } = {}, folder = args ? newProfile() : undefined) {
  const options = {
    baseURL: server.url,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...others,
  };
  const context = folder ? await withProfile(folder, args ?? [], options) : await withOthers(options);
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
      await closeContext(context);
      if (folder) removeProfile(folder);
    },
  };
}
