/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { words } from "../../i18n";
import { shortTime } from "../../i18n/format";
import { dialog } from "../../state/dialogs";
import { offers } from "../../state/offers";
import { go, hrefTo, route } from "../../state/route";
import { me, rooms, roomsReady, type RoomSummary } from "../../state/rooms";
import { narrow } from "../../state/screen";
import { accounts, localpart, session, switchAccount } from "../../state/session";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Menu, MenuItem } from "../../ui/Menu";
import { Spinner } from "../../ui/Spinner";
import { SecurityBanner } from "../security/SecurityBanner";
import { OfferRows } from "./Offered";
import { Lock } from "./Lock";
import { bodyPreview } from "./preview";
import { RoomAvatar } from "./RoomAvatar";

export function Sidebar() {
    const query = useSignal("");
    const t = words();
    const wanted = query.value.trim().toLowerCase();
    const shown = wanted ? rooms.value.filter((room) => room.name.toLowerCase().includes(wanted)) : rooms.value;
    return (
        <nav class="sidebar" aria-label={t.chats}>
            <header class="sidebar-head">
                <AccountButton />
                <span class="grow" />
                <NewButton />
            </header>
            <div class="sidebar-search">
                <Icon name="search" />
                <input
                    type="search"
                    class="input"
                    aria-label={t.searchChats}
                    placeholder={t.searchChats}
                    value={query.value}
                    onInput={(event) => (query.value = event.currentTarget.value)}
                />
            </div>
            <a class="sidebar-link" href={hrefTo({ at: "search" })} aria-current={route.value.at === "search" ? "page" : undefined}>
                <Icon name="search" mini /> {t.searchMessages}
            </a>
            {narrow.value && <SecurityBanner />}
            <InForce />
            <ul class="room-list">
                {!wanted && <OfferRows />}
                {shown.map((room) => (
                    <RoomRow key={room.roomId} room={room} />
                ))}
            </ul>
            {!roomsReady.value && rooms.value.length === 0 && (
                <div class="centered">
                    <Spinner large />
                </div>
            )}
            {roomsReady.value && shown.length === 0 && (wanted || offers.value.length === 0) && (
                <p class="sidebar-empty quiet">{wanted ? t.nothingFound : t.noChatsYet}</p>
            )}
        </nav>
    );
}

/** What the operator wants everybody to know as long as it holds. */
function InForce() {
    const room = rooms.value.find((candidate) => candidate.inForce !== undefined);
    if (!room) return null;
    return (
        <a class="in-force" href={hrefTo({ at: "room", roomId: room.roomId })}>
            <Icon name="bell" />
            <span class="clip">
                <span class="visually-hidden">{words().noticesInForce}: </span>
                {room.inForce}
            </span>
        </a>
    );
}

function RoomRow({ room }: { room: RoomSummary }) {
    const t = words();
    const place = route.value;
    const current = place.at === "room" && place.roomId === room.roomId;
    const typing = room.typing[0];
    const line =
        room.membership === "invite"
            ? room.notices
                ? t.noticesWait
                : t.invitedBy(room.inviter ?? "?")
            : typing
              ? t.typingShort(typing)
              : room.last
                ? `${room.last.mine ? `${t.you}: ` : room.direct || room.notices ? "" : `${room.last.sender}: `}${bodyPreview(room.last.body)}`
                : t.noMessagesYet;
    return (
        <li>
            <a
                class={`room-row${room.unread ? " unread" : ""}`}
                href={hrefTo({ at: "room", roomId: room.roomId })}
                aria-current={current ? "page" : undefined}
            >
                <RoomAvatar room={room} size="l" />
                <span class="grow">
                    <span class="room-line">
                        <span class="room-name clip">{room.name}</span>
                        {room.encrypted && <Lock />}
                        {room.ts > 0 && <span class="room-time">{shortTime(room.ts)}</span>}
                    </span>
                    <span class="room-line">
                        <span class={`room-last clip${typing ? " live" : ""}`}>{line}</span>
                        <UnreadBadge room={room} />
                    </span>
                </span>
            </a>
        </li>
    );
}

function UnreadBadge({ room }: { room: RoomSummary }) {
    const t = words();
    if (room.membership === "invite") return <span class="badge accent">{room.notices ? t.noticesBadge : t.inviteBadge}</span>;
    if (room.highlights > 0)
        return (
            <span class="badge accent">
                <span class="visually-hidden">{t.mentionsCount(room.highlights)}</span>
                <span aria-hidden="true">@{room.highlights > 1 ? room.highlights : ""}</span>
            </span>
        );
    if (room.unread === 0) return null;
    return (
        <span class="badge">
            <span class="visually-hidden">{t.unreadCount(room.unread)}</span>
            <span aria-hidden="true">{room.unread > 99 ? "99+" : room.unread}</span>
        </span>
    );
}

function NewButton() {
    const open = useSignal(false);
    const t = words();
    const choose = (kind: "newGroup" | "newDirect") => {
        open.value = false;
        dialog.value = { kind };
    };
    return (
        <div class="menu-anchor">
            <IconButton icon="add" label={t.newChat} expanded={open.value} onClick={() => (open.value = true)} />
            {open.value && (
                <Menu label={t.newChat} onClose={() => (open.value = false)}>
                    <MenuItem icon="group" onClick={() => choose("newGroup")}>
                        {t.newGroup}
                    </MenuItem>
                    <MenuItem icon="person" onClick={() => choose("newDirect")}>
                        {t.newDirect}
                    </MenuItem>
                </Menu>
            )}
        </div>
    );
}

/** Who is here now; the menu leads to the others on this device, and to the settings. */
function AccountButton() {
    const open = useSignal(false);
    const t = words();
    const others = accounts.value.filter((account) => account.userId !== session.value?.userId && !account.signedOut);
    const close = () => (open.value = false);
    return (
        <div class="menu-anchor">
            <button type="button" class="account-button" aria-expanded={open.value} aria-haspopup="menu" onClick={() => (open.value = true)}>
                <Avatar id={me.value.userId} name={me.value.name} mxc={me.value.avatar} />
                <span class="clip">
                    <span class="visually-hidden">{t.account}: </span>
                    {me.value.name}
                </span>
                <Icon name="down" mini />
            </button>
            {open.value && (
                <Menu label={t.account} align="start" onClose={close}>
                    {others.map((account) => (
                        <button
                            key={account.userId}
                            type="button"
                            role="menuitem"
                            class="menu-item"
                            onClick={() => {
                                close();
                                go({ at: "home" });
                                void switchAccount(account.userId);
                            }}
                        >
                            <Avatar id={account.userId} name={account.displayName} size="s" />
                            <span>
                                {account.displayName} <span class="quiet small">@{localpart(account.userId)}</span>
                            </span>
                        </button>
                    ))}
                    <MenuItem
                        icon="userAdd"
                        onClick={() => {
                            close();
                            go({ at: "accounts" });
                        }}
                    >
                        {t.accountsOnDevice}
                    </MenuItem>
                    <MenuItem
                        icon="settings"
                        onClick={() => {
                            close();
                            go({ at: "settings", page: "profile" });
                        }}
                    >
                        {t.settings}
                    </MenuItem>
                </Menu>
            )}
        </div>
    );
}
