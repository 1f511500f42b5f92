/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whom the account's owner has made sure of, and whose identity is another than it was. */
import { signal } from "@preact/signals";
import { CryptoEvent, type UserVerificationStatus } from "matrix-js-sdk/lib/crypto-api";
import { session, type Session } from "./session";

export type Trust =
    | "none"
    | "verified"
    /** Other keys than before: a new start of theirs, or somebody in between. */
    | "changed";

export const trusts = signal<ReadonlyMap<string, Trust>>(new Map());

const read = (status: UserVerificationStatus): Trust =>
    status.isCrossSigningVerified() ? "verified" : status.needsUserApproval || status.wasCrossSigningVerified() ? "changed" : "none";

function note(userId: string, trust: Trust): void {
    if (trusts.peek().get(userId) !== trust) trusts.value = new Map(trusts.peek()).set(userId, trust);
}

/** Looks the person up in what this device knows; asks no server. */
export async function lookUpTrust(userId: string): Promise<void> {
    const crypto = session.peek()?.client.getCrypto();
    if (crypto) note(userId, read(await crypto.getUserVerificationStatus(userId)));
}

export function watchTrust({ client }: Session): () => void {
    const changed = (userId: string, status: UserVerificationStatus) => note(userId, read(status));
    client.on(CryptoEvent.UserTrustStatusChanged, changed);
    return () => {
        client.off(CryptoEvent.UserTrustStatusChanged, changed);
        trusts.value = new Map();
    };
}

/** The new identity is taken as theirs without comparing; a comparison of before holds no more. */
export async function acceptIdentity(userId: string): Promise<void> {
    const crypto = session.peek()?.client.getCrypto();
    if (!crypto) return;
    const status = await crypto.getUserVerificationStatus(userId);
    if (status.wasCrossSigningVerified()) await crypto.withdrawVerificationRequirement(userId);
    else await crypto.pinCurrentUserIdentity(userId);
    await lookUpTrust(userId);
}
