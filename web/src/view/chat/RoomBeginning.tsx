/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { hrefTo } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { Avatar } from "../../ui/Avatar";
import { Icon } from "../../ui/Icon";

/** Where history begins: what this is, and for a new group, whom to ask in. */
export function RoomBeginning({ room }: { room: RoomSummary }) {
    const t = words();
    return (
        <div class="beginning">
            <Avatar id={room.direct ?? room.roomId} name={room.name} mxc={room.avatar} size="xl" group={!room.direct} />
            <h2>{room.name}</h2>
            <p class="quiet">{room.direct ? t.beginningDirect(room.name) : t.beginningGroup}</p>
            {!room.direct && room.members < 2 && (
                <a class="button plain" href={hrefTo({ at: "room", roomId: room.roomId, panel: "invite" })}>
                    <Icon name="userAdd" />
                    {t.invitePeople}
                </a>
            )}
        </div>
    );
}
