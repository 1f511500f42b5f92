/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Takes out of a picture what it says beside the picture: place, camera, time, previews, text (obligation 1.15). The
 * server does the same, but not to what it cannot read. Nothing is decoded; what does not follow its format's frame is
 * not passed on, for it cannot be known what else is in it.
 */
type Bytes = Uint8Array<ArrayBuffer>;

export type PictureType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/heif";

/** `cleaned`: without its metadata. `redraw`: only drawing it anew gets rid of them. */
export type Cleaned = { cleaned: Blob } | "redraw";

const ascii = (bytes: Bytes, at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
const u16 = (bytes: Bytes, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
const u32 = (bytes: Bytes, at: number) => u16(bytes, at) * 0x10000 + u16(bytes, at + 2);
const u32le = (bytes: Bytes, at: number) =>
    (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 0x100 + (bytes[at + 2] ?? 0) * 0x10000 + (bytes[at + 3] ?? 0) * 0x1000000;

/** By its first bytes, whatever it is called; the newer formats made of boxes are one kind. */
export function pictureType(bytes: Bytes): PictureType | undefined {
    if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
    if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
    if (ascii(bytes, 0, 4) === "GIF8") return "image/gif";
    if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return "image/webp";
    if (ascii(bytes, 4, 4) === "ftyp" && /^(hei|hev|mif|msf|avi)/.test(ascii(bytes, 8, 4))) return "image/heif";
    return undefined;
}

const EOI = 0xd9;
const SOS = 0xda;

/** Of a JPEG's application segments decoding needs JFIF, the colour profile and Adobe's colour transform only. */
function segmentStays(bytes: Bytes, marker: number, at: number): boolean {
    if (marker === 0xfe) return false;
    if (marker < 0xe0 || marker > 0xef) return true;
    return marker === 0xe0 || marker === 0xee || (marker === 0xe2 && ascii(bytes, at + 4, 11) === "ICC_PROFILE");
}

/** Where the coded data that begin at `at` end: at the next marker that is not part of them. */
function codedEnd(bytes: Bytes, at: number): number {
    for (let i = bytes.indexOf(0xff, at); i >= 0 && i + 1 < bytes.length; i = bytes.indexOf(0xff, i + 1)) {
        const next = bytes[i + 1] ?? 0;
        if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return i;
    }
    return bytes.length;
}

function cleanJpeg(bytes: Bytes): Cleaned {
    const parts: Bytes[] = [bytes.subarray(0, 2)];
    let at = 2;
    while (at + 2 <= bytes.length) {
        const marker = bytes[at + 1] ?? 0;
        if (bytes[at] !== 0xff) return "redraw";
        if (marker === 0xff) {
            at++;
            continue;
        }
        /* What stands behind the picture is not the picture. */
        if (marker === EOI) break;
        const length = u16(bytes, at + 2);
        if (at + 4 > bytes.length || length < 2 || at + 2 + length > bytes.length) return "redraw";
        /* A photo that lies on its side says so among what goes. */
        if (marker === 0xe1 && ascii(bytes, at + 4, 4) === "Exif" && turned(bytes.subarray(at + 10, at + 2 + length))) return "redraw";
        if (segmentStays(bytes, marker, at)) parts.push(bytes.subarray(at, at + 2 + length));
        at += 2 + length;
        if (marker === SOS) {
            const end = codedEnd(bytes, at);
            parts.push(bytes.subarray(at, end));
            at = end;
        }
    }
    parts.push(new Uint8Array([0xff, EOI]));
    return { cleaned: new Blob(parts, { type: "image/jpeg" }) };
}

/** Does a TIFF block say that the picture is to be turned or mirrored (Exif, tag 0x112)? */
function turned(tiff: Bytes): boolean {
    const little = ascii(tiff, 0, 2) === "II";
    const short = (at: number) => (little ? (tiff[at] ?? 0) | ((tiff[at + 1] ?? 0) << 8) : u16(tiff, at));
    const long = (at: number) => (little ? u32le(tiff, at) : u32(tiff, at));
    const start = long(4);
    if (start + 2 > tiff.length) return false;
    const count = Math.min(short(start), 512);
    for (let i = 0; i < count; i++) {
        const at = start + 2 + 12 * i;
        if (at + 12 > tiff.length) return false;
        if (short(at) === 0x112) return short(at + 8) > 1;
    }
    return false;
}

const goingChunks = new Set(["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "caBX", "dSIG", "zxIf"]);

function cleanPng(bytes: Bytes): Cleaned {
    const parts: Bytes[] = [bytes.subarray(0, 8)];
    for (let at = 8; at + 12 <= bytes.length; ) {
        const length = u32(bytes, at);
        const type = ascii(bytes, at + 4, 4);
        const end = at + 12 + length;
        if (end > bytes.length) return "redraw";
        if (type === "eXIf" && turned(bytes.subarray(at + 8, at + 8 + length))) return "redraw";
        if (!goingChunks.has(type)) parts.push(bytes.subarray(at, end));
        if (type === "IEND") return { cleaned: new Blob(parts, { type: "image/png" }) };
        at = end;
    }
    return "redraw";
}

const xmpAndExif = 0x04 | 0x08;

function cleanWebp(bytes: Bytes): Cleaned {
    const end = 8 + u32le(bytes, 4);
    if (end < 20 || end > bytes.length) return "redraw";
    const parts: Bytes[] = [];
    let size = 4;
    for (let at = 12; at + 8 <= end; ) {
        const type = ascii(bytes, at, 4);
        const length = u32le(bytes, at + 4);
        if (length > end - at - 8) return "redraw";
        const whole = Math.min(8 + length + (length & 1), end - at);
        const chunk = bytes.slice(at, at + whole);
        if (type === "EXIF" && turned(chunk.subarray(ascii(chunk, 8, 4) === "Exif" ? 14 : 8))) return "redraw";
        if (type === "VP8X" && length >= 10) chunk[8] = (chunk[8] ?? 0) & ~xmpAndExif;
        if (type !== "EXIF" && type !== "XMP ") {
            parts.push(chunk);
            size += chunk.length;
        }
        at += whole;
    }
    const head = new Uint8Array(12);
    head.set(bytes.subarray(0, 12));
    new DataView(head.buffer).setUint32(4, size, true);
    return { cleaned: new Blob([head, ...parts], { type: "image/webp" }) };
}

export function withoutMetadata(bytes: Bytes, type: PictureType): Cleaned {
    switch (type) {
        case "image/jpeg":
            return cleanJpeg(bytes);
        case "image/png":
            return cleanPng(bytes);
        case "image/webp":
            return cleanWebp(bytes);
        case "image/gif":
            /* It has no place for a place; drawing it anew would stop its moving. */
            return { cleaned: new Blob([bytes], { type }) };
        case "image/heif":
            return "redraw";
    }
}
