/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Where a device's keys are kept: databases of the browser, made and filled by the SDK's crypto module, two for each
 * account of this device (obligation 1.10). They hold the keys of this device, those of the messages it may read, and
 * what it knows of other people's devices.
 */
const endings = ["::matrix-sdk-crypto", "::matrix-sdk-crypto-meta"];

export const keyStoreOf = (account: { userId: string; deviceId: string }) => `parley ${account.userId} ${account.deviceId}`;

/** Undefined: this browser doesn't tell. */
export async function keyStoreExists(store: string): Promise<boolean | undefined> {
    const all = await indexedDB.databases?.().catch(() => undefined);
    return all?.some(({ name }) => name === `${store}${endings[0]}`);
}

/** What another tab still uses goes as soon as that lets go of it. */
export async function deleteKeyStore(store: string): Promise<void> {
    for (const ending of endings)
        await new Promise<void>((resolve) => {
            const request = indexedDB.deleteDatabase(`${store}${ending}`);
            request.onsuccess = request.onerror = request.onblocked = () => resolve();
        });
}

/** Those that belong to no account on this device's list go. */
export async function deleteStrayKeyStores(accounts: readonly { userId: string; deviceId: string }[]): Promise<void> {
    const kept = accounts.map(keyStoreOf);
    for (const { name } of (await indexedDB.databases?.().catch(() => undefined)) ?? []) {
        const ending = endings.find((one) => name?.endsWith(one));
        const store = ending && name?.slice(0, -ending.length);
        if (store?.startsWith("parley ") && !kept.includes(store)) await deleteKeyStore(store);
    }
}

export interface Hold {
    release(): void;
}

/**
 * Two tabs that used the same keys at once would use some of them twice. So one tab at a time holds an account;
 * resolves when this one does, at once with `take`, which ends another's hold. `onTaken`: somebody did that to ours.
 */
export function holdKeys(userId: string, take: boolean, signal: AbortSignal, onTaken: () => void): Promise<Hold> {
    if (!navigator.locks) return Promise.resolve({ release() {} });
    return new Promise((resolve, reject) => {
        let held = false;
        const work = () =>
            new Promise<void>((release) => {
                held = true;
                resolve({ release });
            });
        const options: LockOptions = take ? { steal: true } : { signal };
        navigator.locks.request(`parley.keys.${userId}`, options, work).catch((error: unknown) => {
            if (held) onTaken();
            else reject(error);
        });
    });
}
