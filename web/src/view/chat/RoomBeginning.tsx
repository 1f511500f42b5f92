/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { hrefTo } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { Icon } from "../../ui/Icon";
import { RoomAvatar } from "./RoomAvatar";

/** Where history begins: what this is, and for a new group, whom to ask in. */
export function RoomBeginning({ room }: { room: RoomSummary }) {
    const t = words();
    return (
        <div class="beginning">
            <RoomAvatar room={room} size="xl" />
            <h2>{room.name}</h2>
            <p class="quiet">{room.notices ? t.noticesBeginning : room.direct ? t.beginningDirect(room.name) : t.beginningGroup}</p>
            {room.encrypted && (
                <p class="quiet small encrypted-line">
                    <Icon name="lock" mini />
                    {t.encryptedText}
                </p>
            )}
            {!room.direct && !room.notices && room.members < 2 && (
                <a class="button plain" href={hrefTo({ at: "room", roomId: room.roomId, panel: "invite" })}>
                    <Icon name="userAdd" />
                    {t.invitePeople}
                </a>
            )}
        </div>
    );
}
