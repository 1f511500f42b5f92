/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The accounts of this device. They are kept here and nowhere else (obligation 1.10). */
import { openDB, type DBSchema } from "idb";

export interface StoredAccount {
    userId: string;
    deviceId: string;
    accessToken: string;
    refreshToken?: string;
    /** When the access token stops working, in milliseconds since 1970. */
    expiresAt?: number;
    displayName: string;
    lastUsed: number;
    /** The device's keys have been made: where they are gone later on, the browser has lost them. */
    keysMade?: boolean;
    /** The server no longer knows the session; the account has to sign in again. */
    signedOut?: boolean;
}

interface Draft {
    key: string;
    text: string;
}

interface Schema extends DBSchema {
    accounts: { key: string; value: StoredAccount };
    drafts: { key: string; value: Draft };
}

const open = () =>
    openDB<Schema>("parley", 1, {
        upgrade(db) {
            db.createObjectStore("accounts", { keyPath: "userId" });
            db.createObjectStore("drafts", { keyPath: "key" });
        },
    });

let opened: ReturnType<typeof open> | undefined;
const database = () => (opened ??= open());

export async function listAccounts(): Promise<StoredAccount[]> {
    const all = await (await database()).getAll("accounts");
    return all.sort((a, b) => b.lastUsed - a.lastUsed);
}

export async function readAccount(userId: string): Promise<StoredAccount | undefined> {
    return (await database()).get("accounts", userId);
}

export async function saveAccount(account: StoredAccount): Promise<void> {
    await (await database()).put("accounts", account);
}

export async function updateAccount(userId: string, change: Partial<StoredAccount>): Promise<void> {
    const transaction = (await database()).transaction("accounts", "readwrite");
    const account = await transaction.store.get(userId);
    if (account) await transaction.store.put({ ...account, ...change });
    await transaction.done;
}

/** Takes the account and all its drafts off this device. */
export async function removeAccount(userId: string): Promise<void> {
    const db = await database();
    await db.delete("accounts", userId);
    const range = IDBKeyRange.bound(`${userId} `, `${userId}!`);
    for (const key of await db.getAllKeys("drafts", range)) await db.delete("drafts", key);
}

const draftKey = (userId: string, roomId: string) => `${userId} ${roomId}`;

export async function readDraft(userId: string, roomId: string): Promise<string> {
    return (await (await database()).get("drafts", draftKey(userId, roomId)))?.text ?? "";
}

export async function saveDraft(userId: string, roomId: string, text: string): Promise<void> {
    const key = draftKey(userId, roomId);
    const db = await database();
    if (text) await db.put("drafts", { key, text });
    else await db.delete("drafts", key);
}
