/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { hrefTo } from "../../state/route";
import { LinkRow } from "./LinkRow";

/** "Account and security", as the policy calls it (obligations 5.3, 5.5): what secures the account, and its end. */
export function Account() {
    const t = words();
    return (
        <ul class="device-list">
            <LinkRow icon="mail" title={t.contacts} text={t.accountContactsText} href={hrefTo({ at: "settings", page: "contacts" })} />
            <LinkRow icon="lock" title={t.password} text={t.accountPasswordText} href={hrefTo({ at: "settings", page: "password" })} />
            <LinkRow icon="device" title={t.devices} text={t.accountDevicesText} href={hrefTo({ at: "settings", page: "devices" })} />
            <LinkRow icon="trash" title={t.cancelAccount} text={t.accountCancelText} href={hrefTo({ at: "settings", page: "cancel" })} danger />
        </ul>
    );
}
