/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Takes out of a film (MP4, MOV, 3GP: ISO/IEC 14496-12) what it says beside the film: place, device, names (obligation
 * 1.15). What goes becomes free space of the same size, so that the places of the pictures stay right. The server does
 * the same (src/media/strip_mp4.c), but not to what is encrypted before it comes there. Only the boxes' heads and what
 * describes the film are read, not the film.
 */
type Bytes = Uint8Array<ArrayBuffer>;

const headSize = 8;
const longHeadSize = 16;
/** What describes a film is small beside it; more is not taken apart. */
const describedMost = 64 << 20;
const depthMost = 4;

const goes = new Set(["udta", "meta", "uuid"]);
const holds = new Set(["moov", "trak", "moof"]);
/* Older QuickTime files begin without saying what they are. */
const first = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"]);

interface Box {
    type: string;
    /** With its head. */
    size: number;
    head: number;
}

const typeAt = (bytes: Bytes, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** By its first bytes. Pictures made of boxes are none: ask for those first. */
export const isFilm = (bytes: Bytes) => bytes.length >= headSize && first.has(typeAt(bytes, 4));

/** The box whose head is at `at` of the bytes; `room`: how far its container reaches from there. */
function readBox(bytes: Bytes, at: number, room: number): Box | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, Math.min(longHeadSize, bytes.length - at));
    if (room < headSize || view.byteLength < headSize) return undefined;
    const type = typeAt(bytes, at + 4);
    let size = view.getUint32(0);
    let head = headSize;
    if (size === 0) size = room;
    else if (size === 1) {
        if (view.byteLength < longHeadSize) return undefined;
        head = longHeadSize;
        size = Number(view.getBigUint64(8));
    }
    return size < head || size > room ? undefined : { type, size, head };
}

function freed(bytes: Bytes, at: number, box: Box): void {
    bytes.set([0x66, 0x72, 0x65, 0x65], at + 4); // "free"
    bytes.fill(0, at + box.head, at + box.size);
}

/** Within what is read whole. False: it does not follow its frame. */
function freeWithin(bytes: Bytes, begin: number, end: number, depth: number): boolean {
    for (let at = begin; at < end; ) {
        const box = readBox(bytes, at, end - at);
        if (!box) return false;
        if (goes.has(box.type)) freed(bytes, at, box);
        else if (holds.has(box.type) && depth < depthMost && !freeWithin(bytes, at + box.head, at + box.size, depth + 1)) return false;
        at += box.size;
    }
    return true;
}

/** Undefined: it does not follow its frame, and it cannot be known what else is in it. */
export async function withoutFilmMetadata(film: Blob): Promise<Blob | undefined> {
    const parts: Blob[] = [];
    for (let at = 0; at < film.size; ) {
        const head = new Uint8Array(await film.slice(at, at + longHeadSize).arrayBuffer());
        const box = readBox(head, 0, film.size - at);
        if (!box) return undefined;
        const whole = film.slice(at, at + box.size);
        if (goes.has(box.type) || holds.has(box.type)) {
            if (box.size > describedMost) return undefined;
            const bytes = new Uint8Array(await whole.arrayBuffer());
            if (!freeWithin(bytes, 0, bytes.length, 0)) return undefined;
            parts.push(new Blob([bytes]));
        } else {
            parts.push(whole);
        }
        at += box.size;
    }
    return new Blob(parts, { type: film.type });
}
