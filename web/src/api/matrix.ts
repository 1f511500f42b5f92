/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The only place that loads matrix-js-sdk: everything else names its types alone, so it stays out of the first load. */
import type { MatrixClient } from "matrix-js-sdk";
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api";
import type { Logger } from "matrix-js-sdk/lib/logger";
import type { Authorized } from "./authorized";
import { fetchWhileOnline } from "./whileOnline";

export type Sdk = typeof import("matrix-js-sdk");

let loading: Promise<Sdk> | undefined;

export const loadSdk = (): Promise<Sdk> => (loading ??= import("matrix-js-sdk"));

export interface Identity {
    userId: string;
    deviceId: string;
    accessToken: string;
}

/** The SDK tells its every step otherwise; only what went wrong is worth a line. */
const quiet: Logger = {
    trace() {},
    debug() {},
    info() {},
    warn() {},
    error: (...message) => console.error(...message),
    getChild: () => quiet,
};

/** A message that met no server is tried again four times within a quarter of a minute, in order, then marked. */
function retryAfter(sdk: Sdk) {
    return (_event: unknown, attempts: number, error: unknown): number => {
        if (error instanceof sdk.ConnectionError) return attempts > 4 ? -1 : 1000 * 2 ** (attempts - 1);
        return sdk.MatrixScheduler.RETRY_BACKOFF_RATELIMIT(null, attempts, error as never);
    };
}

export async function createMatrixClient(identity: Identity, session: Authorized, secrets: CryptoCallbacks): Promise<MatrixClient> {
    const sdk = await loadSdk();
    const { logger } = await import("matrix-js-sdk/lib/logger");
    (logger as unknown as { setLevel(level: string, persist: boolean): void }).setLevel("error", false);
    return sdk.createClient({
        baseUrl: location.origin,
        userId: identity.userId,
        deviceId: identity.deviceId,
        accessToken: identity.accessToken,
        fetchFn: (input, init) => fetchWhileOnline(session.fetch, String(input instanceof Request ? input.url : input), init),
        store: new sdk.MemoryStore(),
        scheduler: new sdk.MatrixScheduler(retryAfter(sdk)),
        timelineSupport: true,
        disableVoip: true,
        cryptoCallbacks: secrets,
        logger: quiet,
    });
}
