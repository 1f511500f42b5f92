/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Making rooms, and what can be done to one and its members. */
import { EventType, JoinRule, Preset, Visibility, type ICreateRoomOpts, type MatrixClient } from "matrix-js-sdk";
import { request } from "../api/http";
import { uploadMedia } from "../api/media";
import { squareImage } from "../platform/images";
import { retentionType } from "./lifetimes";
import { directRooms } from "./rooms";
import { session, type Session } from "./session";

function present(): Session {
    const value = session.peek();
    if (!value) throw new Error("no session");
    return value;
}

/** Groups and direct chats are encrypted from their beginning (obligation 4.4). */
const algorithm = "m.megolm.v1.aes-sha2" as const;
const encrypted = { type: EventType.RoomEncryption, state_key: "", content: { algorithm } };

export async function uploadAvatar(file: File): Promise<string> {
    const blob = await squareImage(file);
    return uploadMedia(present().authorized, blob, "avatar.jpg").done;
}

export async function createGroup(name: string, topic: string, avatar: File | undefined, invite: string[]): Promise<string> {
    const url = avatar ? await uploadAvatar(avatar) : undefined;
    const options: ICreateRoomOpts = {
        name,
        preset: Preset.PrivateChat,
        visibility: Visibility.Private,
        invite,
        initial_state: [encrypted, ...(url ? [{ type: EventType.RoomAvatar, state_key: "", content: { url } }] : [])],
        ...(topic ? { topic } : {}),
    };
    return (await present().client.createRoom(options)).room_id;
}

/** The direct chat with a person: the one there is, or a new one. */
export async function openDirect(userId: string): Promise<string> {
    const { client } = present();
    for (const [roomId, other] of directRooms(client))
        if (other === userId && client.getRoom(roomId)?.getMyMembership() === "join") return roomId;
    const { room_id } = await client.createRoom({
        preset: Preset.TrustedPrivateChat,
        visibility: Visibility.Private,
        is_direct: true,
        invite: [userId],
        initial_state: [encrypted],
    });
    await markDirect(client, room_id, userId);
    return room_id;
}

async function markDirect(client: MatrixClient, roomId: string, userId: string): Promise<void> {
    const content = { ...(client.getAccountData(EventType.Direct)?.getContent<Record<string, string[]>>() ?? {}) };
    content[userId] = [...new Set([...(content[userId] ?? []), roomId])];
    await client.setAccountData(EventType.Direct, content);
}

export async function acceptInvite(roomId: string): Promise<void> {
    const { client } = present();
    const member = client.getRoom(roomId)?.getMember(client.getSafeUserId());
    const event = member?.events.member;
    await client.joinRoom(roomId);
    const inviter = event?.getSender();
    if (event?.getContent()["is_direct"] === true && inviter) await markDirect(client, roomId, inviter);
}

export const declineInvite = (roomId: string) => present().client.leave(roomId);

export async function leaveRoom(roomId: string, forget: boolean): Promise<void> {
    const { client } = present();
    await client.leave(roomId);
    if (forget) await client.forget(roomId, true);
}

export const invite = (roomId: string, userId: string) => present().client.invite(roomId, userId);
/** Takes the invite of a phone number back. */
export const withdrawNumber = (roomId: string, token: string) =>
    present().client.sendStateEvent(roomId, EventType.RoomThirdPartyInvite, {}, token);
export const kick = (roomId: string, userId: string) => present().client.kick(roomId, userId);
export const ban = (roomId: string, userId: string) => present().client.ban(roomId, userId);
export const unban = (roomId: string, userId: string) => present().client.unban(roomId, userId);

export const setPower = (roomId: string, userId: string, level: number) =>
    present().client.setPowerLevel(roomId, userId, level);

export const setRoomName = (roomId: string, name: string) => present().client.setRoomName(roomId, name);
export const setRoomTopic = (roomId: string, topic: string) => present().client.setRoomTopic(roomId, topic);

/** For what is written from now on, and for good. */
export const turnOnEncryption = (roomId: string) =>
    present().client.sendStateEvent(roomId, EventType.RoomEncryption, { algorithm }, "");

/** How long messages stay in the room, in milliseconds; 0: for good. */
export async function setLifetime(roomId: string, lifetime: number): Promise<void> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${retentionType}/`;
    await request("PUT", path, { body: lifetime ? { max_lifetime: lifetime } : {}, fetch: present().authorized.fetch });
}

export async function setRoomAvatar(roomId: string, file: File): Promise<void> {
    const url = await uploadAvatar(file);
    await present().client.sendStateEvent(roomId, EventType.RoomAvatar, { url }, "");
}

export interface Found {
    userId: string;
    name: string;
    avatar?: string;
}

export async function searchPeople(term: string): Promise<Found[]> {
    const { results } = await present().client.searchUserDirectory({ term, limit: 12 });
    return results.map((found) => ({
        userId: found.user_id,
        name: found.display_name ?? found.user_id,
        ...(found.avatar_url ? { avatar: found.avatar_url } : {}),
    }));
}

export const isOpen = (roomId: string) => present().client.getRoom(roomId)?.getJoinRule() === JoinRule.Public;
