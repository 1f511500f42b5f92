/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import type { StoredAccount } from "../../platform/accounts";
import { confirm } from "../../state/dialogs";
import { go, hrefTo, replace } from "../../state/route";
import { accounts, localpart, session, signedOutUser, signOut, switchAccount } from "../../state/session";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { CardPage } from "./Page";

/** The accounts of this device, to choose from (obligation 1.10). */
export function Accounts() {
    const t = words();
    async function choose(account: StoredAccount): Promise<void> {
        if (account.signedOut) {
            signedOutUser.value = account.userId;
            return go({ at: "login" });
        }
        replace({ at: "home" });
        if (session.peek()?.userId !== account.userId) await switchAccount(account.userId);
    }
    async function remove(account: StoredAccount): Promise<void> {
        if (!(await confirm(t.accountRemoveTitle(account.displayName), t.accountRemoveText, t.accountRemove, true))) return;
        /* It knows the SDK, which nobody needs who is not signed in. */
        if (session.peek()?.userId === account.userId) await (await import("../../state/signOut")).signOutWithCare(account.userId);
        else await signOut(account.userId);
    }
    return (
        <CardPage title={t.accountsTitle} lead={t.accountsText}>
            <ul class="account-list">
                {accounts.value.map((account) => (
                    <li key={account.userId}>
                        <button type="button" class="account" onClick={() => void choose(account)}>
                            <Avatar id={account.userId} name={account.displayName} size="l" />
                            <span class="grow">
                                <strong class="clip">{account.displayName}</strong>
                                <span class="quiet small clip">@{localpart(account.userId)}</span>
                            </span>
                            {account.signedOut ? (
                                <span class="small quiet">{t.accountSignedOut}</span>
                            ) : (
                                session.value?.userId === account.userId && <Icon name="check" />
                            )}
                        </button>
                        <IconButton icon="trash" label={t.accountRemoveLabel(account.displayName)} onClick={() => void remove(account)} />
                    </li>
                ))}
            </ul>
            <div class="stack">
                <a class="button plain wide" href={hrefTo({ at: "login" })}>
                    <Icon name="userAdd" />
                    {t.accountAdd}
                </a>
                <a class="button subtle wide" href={hrefTo({ at: "welcome" })}>
                    {t.createAccount}
                </a>
            </div>
        </CardPage>
    );
}
