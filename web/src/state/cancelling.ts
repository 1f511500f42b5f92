/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Cancelling the account (obligation 5.5): what this device does once the server has. */
import { postCancel, type Cancelled } from "../api/rights";
import { readAccount, removeAccount } from "../platform/accounts";
import { forgetKeys } from "./crypto";
import { forgetReminders } from "./reminders";
import { replace } from "./route";
import { withPassword } from "./security";
import { leaveSession, loadAccounts, session, signedOutUser } from "./session";

/** Asks for the password, and leads to the page that tells how it stands. False: thought better of. */
export async function cancelAccount(ask: () => Promise<string | undefined>): Promise<boolean> {
    const present = session.peek();
    if (!present) return false;
    let cancelled: Cancelled | undefined;
    const done = await withPassword(ask, async (auth) => {
        cancelled = await postCancel(auth, present.authorized.fetch);
    });
    if (!done || !cancelled) return false;
    const account = await readAccount(present.userId);
    replace({ at: "erasure", claim: cancelled.claim });
    if (session.peek()?.userId === present.userId) leaveSession();
    signedOutUser.value = undefined;
    await removeAccount(present.userId);
    forgetReminders(present.userId);
    if (account) await forgetKeys(account);
    await loadAccounts();
    return true;
}
