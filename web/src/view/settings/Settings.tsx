/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../i18n";
import type { SettingsPage } from "../../model/route";
import { hrefTo } from "../../state/route";
import { Icon, type IconName } from "../../ui/Icon";
import { Appearance } from "./Appearance";
import { Contacts } from "./Contacts";
import { Devices } from "./Devices";
import { Notifications } from "./Notifications";
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
        { page: "contacts", text: t.contacts, icon: "mail" },
        { page: "devices", text: t.devices, icon: "device" },
        { page: "password", text: t.password, icon: "lock" },
        { page: "notifications", text: t.notifications, icon: "bell" },
        { page: "appearance", text: t.appearance, icon: "palette" },
        { page: "permissions", text: t.permissions, icon: "settings" },
        { page: "privacy", text: t.privacy, icon: "privacy" },
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
                    <a key={entry.page} href={hrefTo({ at: "settings", page: entry.page })} aria-current={entry.page === page ? "page" : undefined}>
                        <Icon name={entry.icon} />
                        {entry.text}
                    </a>
                ))}
            </nav>
            <div class="settings-body">
                <div class="settings-column">
                    {page === "profile" && <Profile />}
                    {page === "contacts" && <Contacts />}
                    {page === "devices" && <Devices />}
                    {page === "password" && <Password />}
                    {page === "notifications" && <Notifications />}
                    {page === "appearance" && <Appearance />}
                    {page === "permissions" && <Permissions />}
                    {page === "privacy" && <Privacy />}
                    {page === "record" && <Record />}
                </div>
            </div>
        </div>
    );
}
