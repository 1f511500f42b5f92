/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The key of the account's secret storage (spec "Secrets"), while somebody has just typed or made it. It is never kept:
 * whoever uses this device later has not got it. */
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api";

export interface SecretsKey {
    keyId: string;
    key: Uint8Array<ArrayBuffer>;
}

let open = false;
let held: SecretsKey | undefined;

/** For the client: what asks for the key gets it while `withSecrets` runs, and is refused otherwise. */
export const secretsCallbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => (held && held.keyId in keys ? [held.keyId, held.key] : null),
    cacheSecretStorageKey: (keyId, _info, key) => {
        if (open) held = { keyId, key };
    },
};

/** The secret storage is open for as long as the work takes: with the given key, or the one made meanwhile. */
export async function withSecrets<T>(key: SecretsKey | undefined, work: () => Promise<T>): Promise<T> {
    open = true;
    held = key;
    try {
        return await work();
    } finally {
        open = false;
        held = undefined;
    }
}
