/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { RoomSummary } from "../../state/rooms";
import { Avatar } from "../../ui/Avatar";

/** The room's picture, the other person's, or the bell of the server's notices. */
export function RoomAvatar({ room, size = "m" }: { room: RoomSummary; size?: "m" | "l" | "xl" }) {
    return (
        <Avatar
            id={room.direct ?? room.roomId}
            name={room.name}
            mxc={room.avatar}
            size={size}
            group={!room.direct}
            icon={room.notices ? "bell" : undefined}
        />
    );
}
