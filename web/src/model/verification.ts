/* SPDX-License-Identifier: AGPL-3.0-or-later */
/** How a meeting of two devices can end without either sure of the other. */
export type Ending =
    /** What was compared differs: somebody may be in between. */
    | "mismatch"
    | "timeout"
    /** Another device of ours answered. */
    | "elsewhere"
    /** One side thought better of it. */
    | "cancelled"
    | "failed";

/** From the codes of m.key.verification.cancel; what isn't known is a failure, never a success. */
export function whyCancelled(code: string | null): Ending {
    switch (code) {
        case "m.mismatched_sas":
        case "m.mismatched_commitment":
        case "m.key_mismatch":
        case "m.user_mismatch":
            return "mismatch";
        case "m.timeout":
            return "timeout";
        case "m.accepted":
            return "elsewhere";
        case "m.user":
            return "cancelled";
        default:
            return "failed";
    }
}
