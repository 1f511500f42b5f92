/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { EventType, type Room, type RoomMember } from "matrix-js-sdk";
import { previewsType } from "../model/linkPreview";
import { slowModeType } from "../model/slowMode";
import { retentionType } from "./lifetimes";
import { memberName, nameIn } from "./names";
import { session } from "./session";

export type Role = "owner" | "admin" | "moderator" | "member";

export interface Member {
    userId: string;
    name: string;
    avatar?: string;
    membership: string;
    role: Role;
    power: number;
    mine: boolean;
    canKick: boolean;
    canBan: boolean;
    canSetPower: boolean;
}

export interface Rights {
    invite: boolean;
    name: boolean;
    topic: boolean;
    avatar: boolean;
    slowMode: boolean;
    lifetime: boolean;
    previews: boolean;
    encryption: boolean;
    redact: boolean;
    send: boolean;
}

function roleOf(power: number): Role {
    if (power === Number.POSITIVE_INFINITY || power > 100) return "owner";
    if (power >= 100) return "admin";
    return power >= 50 ? "moderator" : "member";
}

export function rightsIn(room: Room, self: string): Rights {
    const state = room.currentState;
    return {
        invite: room.canInvite(self),
        name: state.maySendStateEvent(EventType.RoomName, self),
        topic: state.maySendStateEvent(EventType.RoomTopic, self),
        avatar: state.maySendStateEvent(EventType.RoomAvatar, self),
        slowMode: state.maySendStateEvent(slowModeType, self),
        lifetime: state.maySendStateEvent(retentionType, self),
        previews: state.maySendStateEvent(previewsType, self),
        encryption: state.maySendStateEvent(EventType.RoomEncryption, self),
        redact: state.hasSufficientPowerLevelFor("redact", room.getMember(self)?.powerLevel ?? 0),
        send: state.maySendEvent(EventType.RoomMessage, self),
    };
}

export function membersOf(room: Room, self: string): Member[] {
    const own = room.getMember(self)?.powerLevel ?? 0;
    const state = room.currentState;
    const may = (action: "kick" | "ban", member: RoomMember) =>
        member.userId !== self && member.powerLevel < own && state.hasSufficientPowerLevelFor(action, own);
    const mayPower = state.maySendStateEvent(EventType.RoomPowerLevels, self);
    const order = { join: 0, invite: 1, knock: 2, ban: 3 } as Record<string, number>;
    return room
        .getMembers()
        .filter((member) => member.membership !== undefined && member.membership in order)
        .map((member) => {
            const avatar = member.getMxcAvatarUrl();
            return {
                userId: member.userId,
                name: memberName(member),
                membership: member.membership ?? "leave",
                role: roleOf(member.powerLevel),
                power: member.powerLevel,
                mine: member.userId === self,
                canKick: may("kick", member),
                canBan: may("ban", member),
                canSetPower: mayPower && member.userId !== self && member.powerLevel < own,
                ...(avatar ? { avatar } : {}),
            };
        })
        .sort(
            (a, b) =>
                (order[a.membership] ?? 9) - (order[b.membership] ?? 9) || compare(b.power, a.power) || a.name.localeCompare(b.name),
        );
}

/* Infinity minus Infinity is no order. */
const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

/** An invite to a phone number whose owner has not taken it up (spec "Third-party invites"). */
export interface NumberInvited {
    token: string;
    /** The number's mask. */
    shown: string;
    inviter: string;
}

export function numbersInvited(room: Room): NumberInvited[] {
    const state = room.currentState;
    return state
        .getStateEvents(EventType.RoomThirdPartyInvite)
        .filter((event) => event.getContent()["public_key"] && !state.getInviteForThreePidToken(event.getStateKey() ?? ""))
        .map((event) => ({
            token: event.getStateKey() ?? "",
            shown: String(event.getContent()["display_name"] ?? "?"),
            inviter: nameIn(room, event.getSender() ?? ""),
        }));
}

export async function loadMembers(roomId: string): Promise<void> {
    await session.peek()?.client.getRoom(roomId)?.loadMembersIfNeeded();
}
