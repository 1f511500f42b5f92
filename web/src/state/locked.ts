/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why an encrypted event can't be read here (yet). When its key comes the SDK decrypts it and says so. */
import { EventType, type MatrixEvent } from "matrix-js-sdk";
import type { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api";
import type { Locked } from "../model/timeline";
import { cryptoState } from "./crypto";

const reasons: Record<keyof typeof DecryptionFailureCode, Locked> = {
    MEGOLM_UNKNOWN_INBOUND_SESSION_ID: "waiting",
    OLM_UNKNOWN_MESSAGE_INDEX: "waiting",
    MEGOLM_KEY_WITHHELD: "withheld",
    MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE: "unverified",
    HISTORICAL_MESSAGE_NO_KEY_BACKUP: "beforeSignIn",
    HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED: "needsRecovery",
    HISTORICAL_MESSAGE_WORKING_BACKUP: "waiting",
    HISTORICAL_MESSAGE_USER_NOT_JOINED: "beforeJoining",
    SENDER_IDENTITY_PREVIOUSLY_VERIFIED: "identity",
    UNSIGNED_SENDER_DEVICE: "identity",
    UNKNOWN_SENDER_DEVICE: "identity",
    UNKNOWN_ERROR: "waiting",
};

/** Undefined: it can be read, or never was encrypted. */
export function lockedBy(event: MatrixEvent): Locked | undefined {
    if (event.getType() !== EventType.RoomMessageEncrypted && !event.isDecryptionFailure()) return undefined;
    if (cryptoState.value === "failed") return "off";
    const code = event.decryptionFailureReason;
    return code ? (reasons[code] ?? "waiting") : "waiting";
}
