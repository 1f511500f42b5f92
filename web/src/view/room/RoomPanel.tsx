/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import type { RoomPanel } from "../../model/route";
import { hrefTo, replace } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { IconButton } from "../../ui/Button";
import { Search } from "../search/Search";
import { InvitePanel } from "./InvitePanel";
import { MembersPanel } from "./MembersPanel";
import { RoomInfoPanel } from "./RoomInfoPanel";

interface RoomPanelProps {
    room: RoomSummary;
    panel: RoomPanel;
}

/** What is known about a room, beside it on wide screens and over it on narrow ones. */
export function RoomPanelView({ room, panel }: RoomPanelProps) {
    const t = words();
    const tabs = [
        { panel: "info", text: t.roomInfo },
        { panel: "members", text: t.members },
        { panel: "invite", text: t.invite },
    ] as const;
    const close = () => replace({ at: "room", roomId: room.roomId });
    return (
        <aside
            class="panel"
            aria-label={t.roomInfo}
            onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && close()}
        >
            <header class="panel-head">
                {panel === "search" ? (
                    <h2 class="panel-title grow clip">{t.searchInChat}</h2>
                ) : (
                <nav class="tabs" aria-label={t.roomInfo}>
                    {tabs.filter((tab) => !room.notices || tab.panel === "info").map((tab) => (
                        <a
                            key={tab.panel}
                            href={hrefTo({ at: "room", roomId: room.roomId, panel: tab.panel })}
                            aria-current={tab.panel === panel ? "page" : undefined}
                            onClick={(event) => {
                                event.preventDefault();
                                replace({ at: "room", roomId: room.roomId, panel: tab.panel });
                            }}
                        >
                            {tab.text}
                        </a>
                    ))}
                </nav>
                )}
                <IconButton icon="close" label={t.close} onClick={close} />
            </header>
            <div class="panel-body">
                {panel === "info" && <RoomInfoPanel room={room} />}
                {panel === "members" && <MembersPanel room={room} />}
                {panel === "search" && <Search roomId={room.roomId} />}
                {panel === "invite" && <InvitePanel room={room} />}
            </div>
        </aside>
    );
}
