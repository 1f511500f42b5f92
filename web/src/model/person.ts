/* SPDX-License-Identifier: AGPL-3.0-or-later */
export const hues = 8;

/** A person's colour: always the same for the same id. */
export function hueOf(id: string): number {
    let hash = 7;
    for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
    return hash % hues;
}

/** One letter, character or emoji that stands for a name. */
export function initialOf(name: string): string {
    const first = new Intl.Segmenter().segment(name.replace(/^[@#!\s]+/, ""))[Symbol.iterator]().next().value;
    return first ? first.segment.toUpperCase() : "?";
}
