/* SPDX-License-Identifier: AGPL-3.0-or-later */
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { deleteKeyStore, deleteStrayKeyStores, keyStoreExists, keyStoreOf } from "../src/platform/keyStore";

const anna = { userId: "@anna:x", deviceId: "A" };
const ben = { userId: "@ben:x", deviceId: "B" };

/** As the crypto module makes them. */
async function make(store: string): Promise<void> {
    for (const name of [`${store}::matrix-sdk-crypto`, `${store}::matrix-sdk-crypto-meta`])
        await new Promise<void>((resolve) => {
            indexedDB.open(name).onsuccess = ({ target }) => {
                (target as IDBOpenDBRequest).result.close();
                resolve();
            };
        });
}

const names = async () => (await indexedDB.databases()).map(({ name }) => name).sort();

test("1.10 the keys of an account that leaves the device go, and only those", async () => {
    await make(keyStoreOf(anna));
    await make(keyStoreOf(ben));
    expect(await keyStoreExists(keyStoreOf(anna))).toBe(true);
    await deleteKeyStore(keyStoreOf(anna));
    expect(await keyStoreExists(keyStoreOf(anna))).toBe(false);
    expect(await names()).toEqual(["parley @ben:x B::matrix-sdk-crypto", "parley @ben:x B::matrix-sdk-crypto-meta"]);
});

test("1.10 keys that belong to no account on the list go; what isn't ours stays", async () => {
    await make(keyStoreOf(anna));
    await make(keyStoreOf({ ...ben, deviceId: "earlier" }));
    await make("another program");
    await deleteStrayKeyStores([anna, ben]);
    expect(await keyStoreExists(keyStoreOf(anna))).toBe(true);
    expect(await keyStoreExists(keyStoreOf(ben))).toBe(true);
    expect(await keyStoreExists(keyStoreOf({ ...ben, deviceId: "earlier" }))).toBe(false);
    expect(await keyStoreExists("another program")).toBe(true);
});
