/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is looked for in messages this device holds, and how what was found is marked: pure. As the server does it: all words,
 * without case and accents, a run of characters as it stands, "phrases", beginnings with a star. */

/** Without case, accents of alphabets, and other forms of the same letters. */
export const fold = (text: string): string =>
    text
        .normalize("NFKD")
        .replace(/[\u0300-\u036f'’]/g, "")
        .normalize("NFC")
        .toLowerCase()
        .replaceAll("ß", "ss");

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const piece = /[\p{L}\p{N}\p{M}\p{Extended_Pictographic}][\p{L}\p{N}\p{M}\p{Extended_Pictographic}\u200d\ufe0f'’]*/gu;

export interface Part {
    /** Folded. */
    text: string;
    /** Of a script without blanks: may stand inside of a run. */
    inside: boolean;
    prefix: boolean;
    /** Several words in a row. */
    phrase?: boolean;
}

const line = (text: string) => fold(text).replace(/[\s\p{P}]+/gu, " ").trim();

export function parseQuery(query: string): Part[] {
    const parts: Part[] = [];
    for (const [, quoted = ""] of query.matchAll(/["“„「«]([^"“”„」«»]+)["“”」»]/g))
        if (line(quoted).includes(" ")) parts.push({ text: line(quoted), inside: true, prefix: false, phrase: true });
    for (const match of query.matchAll(piece)) {
        const end = match.index + match[0].length;
        /* "在Berlin" is a run and a word. */
        for (const run of match[0].match(new RegExp(`${unspaced.source}+|[^${unspaced.source.slice(1, -1)}]+`, "gu")) ?? []) {
            const inside = unspaced.test(run) || /\p{Extended_Pictographic}/u.test(run);
            parts.push({ text: fold(run), inside, prefix: !inside && query[end] === "*" });
        }
    }
    return parts;
}

interface Word {
    text: string;
    surface: string;
}

const wordsOf = (text: string): Word[] => [...text.matchAll(piece)].map(([surface]) => ({ surface, text: fold(surface) }));

function fits(part: Part, word: Word): boolean {
    if (part.inside) return word.text.includes(part.text);
    if (part.prefix) return word.text.startsWith(part.text);
    return word.text === part.text || (unspaced.test(word.surface) && word.text.includes(part.text));
}

/** The words to mark when the text has all that is looked for, as they are written there; else nothing. */
export function matchText(text: string, parts: readonly Part[]): string[] | undefined {
    if (parts.length === 0) return undefined;
    const words = wordsOf(text);
    const marks: string[] = [];
    for (const part of parts) {
        if (part.phrase) {
            if (!` ${line(text)} `.includes(` ${part.text} `)) return undefined;
            continue;
        }
        const found = words.filter((word) => fits(part, word));
        if (found.length === 0) return undefined;
        for (const word of found) marks.push(part.inside ? part.text : word.surface);
    }
    return marks;
}

export interface Mark {
    text: string;
    hit: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The text in pieces: those that are one of the words, whatever their case, are hits. */
export function markText(text: string, words: readonly string[]): Mark[] {
    const wanted = [...new Set(words)].filter(Boolean).sort((a, b) => b.length - a.length);
    if (wanted.length === 0) return [{ text, hit: false }];
    const alternatives = wanted.map((word) => (unspaced.test(word) ? escaped(word) : `(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`));
    const marks: Mark[] = [];
    let at = 0;
    for (const match of text.matchAll(new RegExp(alternatives.join("|"), "giu"))) {
        if (match.index > at) marks.push({ text: text.slice(at, match.index), hit: false });
        marks.push({ text: match[0], hit: true });
        at = match.index + match[0].length;
    }
    if (at < text.length) marks.push({ text: text.slice(at), hit: false });
    return marks;
}

/** A long text from a little before its first hit on. */
export function excerpt(text: string, words: readonly string[], length = 200): string {
    const line = text.replace(/\s+/g, " ").trim();
    const first = markText(line, words)[0];
    const from = first && !first.hit && first.text.length < line.length ? first.text.length : 0;
    const start = Math.max(0, from - 40);
    const cut = [...line.slice(start)].slice(0, length).join("");
    return `${start > 0 ? "…" : ""}${cut}${start + cut.length < line.length ? "…" : ""}`;
}
