/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* People of the open room whose identity isn't the one known before: a new start of theirs, or somebody in between. */
import { computed, signal } from "@preact/signals";
import { EventType, RoomMemberEvent, type MatrixClient, type Room, type RoomMember } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { nameIn } from "./names";
import { session } from "./session";
import { acceptIdentity } from "./trust";

export interface ChangedIdentity {
    userId: string;
    name: string;
    /** The one before had been verified: nothing goes out until this is settled. */
    wasVerified: boolean;
}

export const changedIdentities = signal<ChangedIdentity[]>([]);

/** Somebody here was made sure of, and now is another: nothing is written to them unawares. */
export const sendingHeld = computed(() => changedIdentities.value.some(({ wasVerified }) => wasVerified));

async function look(client: MatrixClient, room: Room, userId: string): Promise<void> {
    const crypto = client.getCrypto();
    if (!crypto || userId === room.myUserId || !room.hasEncryptionStateEvent()) return;
    const status = await crypto.getUserVerificationStatus(userId);
    const wasVerified = status.wasCrossSigningVerified() && !status.isCrossSigningVerified();
    const others = changedIdentities.peek().filter((one) => one.userId !== userId);
    const membership = room.getMember(userId)?.membership;
    const here = membership === "join" || membership === "invite";
    if (here && (status.needsUserApproval || wasVerified))
        changedIdentities.value = [...others, { userId, name: nameIn(room, userId), wasVerified }];
    else if (others.length !== changedIdentities.peek().length) changedIdentities.value = others;
}

/** Looks at everybody in the room once, and again at whoever changes. */
export function watchIdentities(roomId: string): () => void {
    const client = session.peek()?.client;
    const room = client?.getRoom(roomId);
    changedIdentities.value = [];
    if (!client || !room) return () => {};
    let open = true;
    const see = (userId: string) => {
        if (open) void look(client, room, userId).catch(() => undefined);
    };
    const moved = (_event: unknown, member: RoomMember) => {
        if (member.roomId === roomId) see(member.userId);
    };
    client.on(CryptoEvent.UserTrustStatusChanged, see);
    client.on(RoomMemberEvent.Membership, moved);
    void (async () => {
        await room.loadMembersIfNeeded().catch(() => undefined);
        for (const event of room.currentState.getStateEvents(EventType.RoomMember)) {
            if (!open) return;
            await look(client, room, event.getStateKey() ?? "").catch(() => undefined);
        }
    })();
    return () => {
        open = false;
        client.off(CryptoEvent.UserTrustStatusChanged, see);
        client.off(RoomMemberEvent.Membership, moved);
        changedIdentities.value = [];
    };
}

export async function acceptChange({ userId }: ChangedIdentity): Promise<void> {
    await acceptIdentity(userId);
    changedIdentities.value = changedIdentities.peek().filter((one) => one.userId !== userId);
}
