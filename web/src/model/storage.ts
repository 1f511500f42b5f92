/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How full the room is that an account has for its pictures and files. */
interface Room {
    bytes: number;
    max_bytes: number;
}

export type Fullness = "roomy" | "near" | "full";

/** Up from here it is worth a word. */
const near = 0.8;
/** With less left, hardly any picture fits. */
const leastRoom = 0.01;

export const shareOf = ({ bytes, max_bytes }: Room): number => (max_bytes > 0 ? Math.min(1, bytes / max_bytes) : 1);

export function fullnessOf(room: Room): Fullness {
    const share = shareOf(room);
    return share > 1 - leastRoom ? "full" : share >= near ? "near" : "roomy";
}
