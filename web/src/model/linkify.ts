/* SPDX-License-Identifier: AGPL-3.0-or-later */
export type Span = { text: string } | { text: string; href: string };

const link = /\b(?:https?:\/\/|www\.)[^\s<>"'“”‘’，。；：！？、（）《》]+/giu;

/** Trailing punctuation belongs to the sentence; a closing bracket only when the address didn't open it. */
function trim(address: string): string {
    for (;;) {
        const last = address.at(-1) ?? "";
        const open = { ")": "(", "]": "[", "}": "{" }[last];
        const unbalanced = open !== undefined && address.split(last).length > address.split(open).length;
        if (!/[.,;:!?*_~]/.test(last) && !unbalanced) return address;
        address = address.slice(0, -1);
    }
}

/** The text as plain stretches and links, in order; put together again they are the text. */
export function linkify(text: string): Span[] {
    const spans: Span[] = [];
    let end = 0;
    for (const match of text.matchAll(link)) {
        const address = trim(match[0]);
        const href = safeAddress(address.startsWith("www.") ? `https://${address}` : address);
        if (!href) continue;
        if (match.index > end) spans.push({ text: text.slice(end, match.index) });
        spans.push({ text: address, href });
        end = match.index + address.length;
    }
    if (end < text.length) spans.push({ text: text.slice(end) });
    return spans;
}

/** The address in its normal form when it is a web or mail address, otherwise nothing. */
export function safeAddress(address: string): string | undefined {
    try {
        const url = new URL(address);
        return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : undefined;
    } catch {
        return undefined;
    }
}
