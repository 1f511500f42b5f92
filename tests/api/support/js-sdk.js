/* SPDX-License-Identifier: AGPL-3.0-or-later */
// matrix-js-sdk: a client written by others, who read the same specification.
import './with-resolvers.js';
import { once } from 'node:events';
import * as sdk from 'matrix-js-sdk';
import { logger } from 'matrix-js-sdk/lib/logger.js';

logger.setLevel?.('silent');
for (const level of ['debug', 'info', 'log', 'warn', 'error', 'trace']) console[level] = () => {};

export { sdk };

/** The SDK's cryptography leaves timers running when it is stopped: from here on they do not keep this process from ending. */
export function letTimersGo() {
  const setTimer = globalThis.setTimeout;
  globalThis.setTimeout = (fn, ms, ...values) => {
    const timer = setTimer(fn, ms, ...values);
    return ms > 15_000 && /matrix-(js-sdk|sdk-crypto)/.test(new Error().stack) ? timer.unref() : timer;
  };
}

export function sdkClient(user, options = {}) {
  return sdk.createClient({ baseUrl: user.server.url, userId: user.id, accessToken: user.token, deviceId: user.device, ...options });
}

/** Starts syncing and resolves when the first sync is in. */
export async function startSync(client, options = { initialSyncLimit: 20, lazyLoadMembers: true }) {
  const prepared = until(client, sdk.ClientEvent.Sync, (state) => state === 'PREPARED');
  await client.startClient(options);
  await prepared;
  return client;
}

/** Resolves with the event's arguments once they please `accept`. */
export async function until(emitter, name, accept = () => true, seconds = 15) {
  const signal = AbortSignal.timeout(seconds * 1000);
  return new Promise((done, fail) => {
    const listener = (...values) => {
      if (!accept(...values)) return;
      emitter.off(name, listener);
      done(values);
    };
    emitter.on(name, listener);
    once(signal, 'abort').then(() => {
      emitter.off(name, listener);
      fail(new Error(`${name} did not come within ${seconds} s`));
    });
  });
}
