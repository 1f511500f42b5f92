/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * The six digits in what was typed, pasted or filled in: a bare code, one with spaces, or a whole message whose last
 * line is the origin-bound form `@host #123456`. Full-width digits count too.
 */
export function parseCode(text: string): string {
    const ascii = text.replace(/[\uff10-\uff19]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0));
    const bound = /@\S+ #(\d{6})\b/.exec(ascii);
    if (bound?.[1]) return bound[1];
    const whole = /(?<!\d)(\d{6})(?!\d)/.exec(ascii);
    if (whole?.[1]) return whole[1];
    return ascii.replace(/\D/g, "").slice(0, 6);
}
