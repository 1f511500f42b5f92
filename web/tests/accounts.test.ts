/* SPDX-License-Identifier: AGPL-3.0-or-later */
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { listAccounts, readDraft, removeAccount, saveAccount, saveDraft, updateAccount } from "../src/platform/accounts";

const account = (userId: string, lastUsed: number) => ({
    userId,
    deviceId: "D",
    accessToken: "t",
    displayName: userId,
    lastUsed,
});

test("accounts are listed with the one used last first, and removed with their drafts", async () => {
    await saveAccount(account("@a:x", 1));
    await saveAccount(account("@b:x", 2));
    await updateAccount("@a:x", { lastUsed: 3 });
    expect((await listAccounts()).map((a) => a.userId)).toEqual(["@a:x", "@b:x"]);

    await saveDraft("@a:x", "!r", "hello");
    await saveDraft("@b:x", "!r", "there");
    await removeAccount("@a:x");
    expect((await listAccounts()).map((a) => a.userId)).toEqual(["@b:x"]);
    expect(await readDraft("@a:x", "!r")).toBe("");
    expect(await readDraft("@b:x", "!r")).toBe("there");
});
