/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../i18n";
import type { SettingsPage } from "../../model/route";
import { go, hrefTo } from "../../state/route";
import { Icon, type IconName } from "../../ui/Icon";
import { Account } from "./Account";
import { Appearance } from "./Appearance";
import { CancelAccount } from "./CancelAccount";
import { Contacts } from "./Contacts";
import { Devices } from "./Devices";
import { Notifications } from "./Notifications";
import { OwnData } from "./OwnData";
import { Password } from "./Password";
import { Permissions } from "./Permissions";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";
import { Record } from "./Record";

export function Settings({ page }: { page: SettingsPage }) {
    const t = words();
    const tabs = useRef<HTMLElement>(null);
    useEffect(() => tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }), [page]);
    const pages: { page: SettingsPage; text: string; icon: IconName }[] = [
        { page: "profile", text: t.profile, icon: "person" },
        { page: "account", text: t.accountAndSecurity, icon: "key" },
        { page: "contacts", text: t.contacts, icon: "mail" },
        { page: "devices", text: t.devices, icon: "device" },
        { page: "password", text: t.password, icon: "lock" },
        { page: "notifications", text: t.notifications, icon: "bell" },
        { page: "appearance", text: t.appearance, icon: "palette" },
        { page: "permissions", text: t.permissions, icon: "settings" },
        { page: "privacy", text: t.privacy, icon: "privacy" },
        { page: "data", text: t.ownData, icon: "file" },
        { page: "record", text: t.record, icon: "eye" },
    ];
    return (
        <div class="settings">
            <header class="room-head">
                <a class="icon-button" href={hrefTo({ at: "home" })} aria-label={t.back}>
                    <Icon name="back" />
                </a>
                <h1 class="grow">{t.settings}</h1>
            </header>
            <nav ref={tabs} class="tabs settings-tabs" aria-label={t.settings}>
                {pages.map((entry) => (
                    <a key={entry.page} href={hrefTo({ at: "settings", page: entry.page })} aria-current={entry.page === (page === "cancel" ? "account" : page) ? "page" : undefined}>
                        <Icon name={entry.icon} />
                        {entry.text}
                    </a>
                ))}
            </nav>
            <div class="settings-body">
                <div class="settings-column">
                    {page === "profile" && <Profile />}
                    {page === "account" && <Account />}
                    {page === "cancel" && (
                        <>
                            <h2 class="panel-heading">{t.cancelAccount}</h2>
                            <CancelAccount copyHref={hrefTo({ at: "settings", page: "data" })} onBack={() => go({ at: "settings", page: "account" })} />
                        </>
                    )}
                    {page === "contacts" && <Contacts />}
                    {page === "devices" && <Devices />}
                    {page === "password" && <Password />}
                    {page === "notifications" && <Notifications />}
                    {page === "appearance" && <Appearance />}
                    {page === "permissions" && <Permissions />}
                    {page === "privacy" && <Privacy />}
                    {page === "data" && <OwnData />}
                    {page === "record" && <Record />}
                </div>
            </div>
        </div>
    );
}
