/* SPDX-License-Identifier: AGPL-3.0-or-later */
export interface Emoji {
    emoji: string;
    annotation: string;
    tags?: string[];
    group: number;
    version: number;
}

/* Newer ones are boxes on many devices. */
const newest = 15;
/* Skin tones and hair, which are no emoji by themselves. */
const components = 2;

const usable = (emoji: Emoji) => emoji.version <= newest && emoji.group !== components;

export function emojiGroups(all: readonly Emoji[]): { group: number; list: Emoji[] }[] {
    const groups = new Map<number, Emoji[]>();
    for (const emoji of all.filter(usable)) groups.set(emoji.group, [...(groups.get(emoji.group) ?? []), emoji]);
    return [...groups].map(([group, list]) => ({ group, list }));
}

/** Those whose name or tags hold every word looked for; names that begin with it first. */
export function searchEmoji(all: readonly Emoji[], query: string, limit = 90): Emoji[] {
    const wanted = query.trim().toLowerCase().split(/\s+/);
    const first = wanted[0] ?? "";
    const rank = (emoji: Emoji) => {
        const name = emoji.annotation.toLowerCase();
        return name === first ? 0 : name.startsWith(first) ? 1 : name.includes(first) ? 2 : 3;
    };
    return all
        .filter(usable)
        .filter((emoji) => {
            const text = `${emoji.annotation} ${(emoji.tags ?? []).join(" ")}`.toLowerCase();
            return wanted.every((word) => text.includes(word));
        })
        .sort((a, b) => rank(a) - rank(b))
        .slice(0, limit);
}
