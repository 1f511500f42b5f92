/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The keys of the account in use: made or opened before its client starts, let go of when it stops. The module that
 * handles them is the largest part of the app, and is loaded here, with the first account.
 */
import { signal } from "@preact/signals";
import type { MatrixClient } from "matrix-js-sdk";
import { updateAccount, type StoredAccount } from "../platform/accounts";
import { deleteKeyStore, keyStoreExists, keyStoreOf } from "../platform/keyStore";

/** `failed`: this browser can't, or the module didn't come. Chats that aren't encrypted work all the same. */
export type CryptoState = "off" | "starting" | "ready" | "failed";

export const cryptoState = signal<CryptoState>("off");

/** The browser no longer has the keys this device made: others would go on encrypting for keys nobody holds. */
export class KeysLost extends Error {
    override readonly name = "KeysLost";
}

let current: MatrixClient | undefined;

/** Before the client is started. Throws KeysLost. What is stopped meanwhile says nothing any more. */
export async function startCrypto(client: MatrixClient, account: StoredAccount): Promise<void> {
    const say = (state: CryptoState) => {
        if (current === client) cryptoState.value = state;
    };
    current = client;
    say("starting");
    const store = keyStoreOf(account);
    if (account.keysMade && (await keyStoreExists(store)) === false) {
        say("off");
        throw new KeysLost();
    }
    try {
        await client.initRustCrypto({ cryptoDatabasePrefix: store });
    } catch (error) {
        console.error(error);
        return say("failed");
    }
    if (!account.keysMade) await updateAccount(account.userId, { keysMade: true });
    /* Sync begins anew with each start, and then doesn't tell whose devices changed in between. */
    await (client.getCrypto() as { markAllTrackedUsersAsDirty?: () => Promise<void> } | undefined)?.markAllTrackedUsersAsDirty?.();
    say("ready");
}

/* The SDK looks for a backup of keys by itself, without heeding that it was stopped meanwhile, and nobody waits for what comes of
   it (matrix-js-sdk 43, rust-crypto/backup.js). By then the machine is closed, as it should be: no fault to report. */
function ofClosedMachine(event: PromiseRejectionEvent): void {
    if (event.reason instanceof Error && event.reason.message === "null pointer passed to rust") event.preventDefault();
}

/** After the client was stopped. */
export function stopCrypto(): void {
    window.addEventListener("unhandledrejection", ofClosedMachine);
    current = undefined;
    cryptoState.value = "off";
}

/** Takes the device's keys off this browser: what was encrypted for it can't be read here any more. */
export const forgetKeys = (account: StoredAccount) => deleteKeyStore(keyStoreOf(account));
