/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Room, RoomMember } from "matrix-js-sdk";
import { localpart } from "./session";

/** What people call somebody: the display name, or the account name when there is none. */
export const memberName = (member: RoomMember): string =>
    member.rawDisplayName === member.userId ? localpart(member.userId) : member.name;

export function nameIn(room: Room, userId: string): string {
    const member = room.getMember(userId);
    return member ? memberName(member) : localpart(userId);
}
