/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The recovery key as people copy it: groups of four from an alphabet without look-alikes (spec, appendix 3.11). */

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const groupLength = 4;
const letters = 48;
const prefix = [0x8b, 0x01];
const keyLength = 32;

export type KeyCheck =
    | { is: "empty" }
    | { is: "good"; key: Uint8Array<ArrayBuffer> }
    /** A letter that no key has, in which group and as it was typed. */
    | { is: "stranger"; group: number; letter: string }
    /** A group typed apart that has too few or too many letters. */
    | { is: "uneven"; group: number; count: number }
    | { is: "short"; missing: number }
    | { is: "long"; over: number }
    /** Every letter could be right, and together they are no key. */
    | { is: "mistyped" };

export const groupsOf = (key: string): string[] => squeezed(key).match(/.{1,4}/gsu) ?? [];

/** White space, and dashes people put between groups, mean nothing; full-width letters are the ones they look like. */
const squeezed = (text: string) => text.normalize("NFKC").replace(/[\s\u200b\ufeff\-‐-―]/gu, "");

/** As far as it tells, where the mistake is: a key has a check of its whole, none of its parts. */
export function checkRecoveryKey(text: string): KeyCheck {
    const all = [...squeezed(text)];
    if (all.length === 0) return { is: "empty" };
    const strange = all.findIndex((letter) => !alphabet.includes(letter));
    if (strange >= 0) return { is: "stranger", group: Math.floor(strange / groupLength) + 1, letter: all[strange] ?? "" };
    if (all.length !== letters) return unequal(text, all.length);
    const bytes = fromBase58(all);
    const sound =
        bytes.length === prefix.length + keyLength + 1 &&
        prefix.every((byte, at) => bytes[at] === byte) &&
        bytes.reduce((parity, byte) => parity ^ byte, 0) === 0;
    return sound ? { is: "good", key: Uint8Array.from(bytes.slice(prefix.length, -1)) } : { is: "mistyped" };
}

function unequal(text: string, count: number): KeyCheck {
    const groups = text.normalize("NFKC").trim().split(/[\s\-‐-―]+/u);
    const uneven = groups.findIndex((group) => group.length !== groupLength);
    if (groups.length === letters / groupLength && uneven >= 0)
        return { is: "uneven", group: uneven + 1, count: groups[uneven]?.length ?? 0 };
    return count < letters ? { is: "short", missing: letters - count } : { is: "long", over: count - letters };
}

function fromBase58(text: string[]): number[] {
    let number = text.reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n);
    const bytes: number[] = [];
    for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 0xffn));
    return bytes;
}
