/* SPDX-License-Identifier: AGPL-3.0-or-later */
export const minimumPasswordLength = 8;

/** 0 too short, 1 weak, 2 fair, 3 good, 4 strong. A hint, not a rule: only the length is asked for. */
export function passwordStrength(password: string, accountName = ""): 0 | 1 | 2 | 3 | 4 {
    const length = [...password].length;
    if (length < minimumPasswordLength) return 0;
    const name = accountName.toLowerCase();
    if (name.length > 2 && password.toLowerCase().includes(name)) return 1;
    if (/^(.)\1+$/u.test(password) || /^(?:0?123456789?0?|password|qwertyui?o?p?)\d*!?$/i.test(password)) return 1;
    const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u, /\p{Lo}/u].filter((k) => k.test(password)).length;
    const distinct = new Set(password).size;
    const bits = distinct < 5 ? 20 : length * (2 + kinds);
    if (bits < 32) return 1;
    if (bits < 50) return 2;
    return bits < 64 ? 3 : 4;
}

/** Account names as Matrix has them: lower-case letters, digits and . _ = - / */
export function validAccountName(name: string): boolean {
    return /^[a-z0-9._=/-]{1,64}$/.test(name) && !name.startsWith("_");
}
