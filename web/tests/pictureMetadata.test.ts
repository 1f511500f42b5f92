/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { pictureType, withoutMetadata, type PictureType } from "../src/model/pictureMetadata";

const place = "GPS 52.5200N 13.4050E";
const text = (words: string) => Uint8Array.from(words, (char) => char.charCodeAt(0));
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const u16 = (value: number) => [value >> 8, value & 255];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const u32le = (value: number) => u32(value).reverse();

/** A TIFF block whose one entry is the orientation. */
const tiff = (orientation: number) =>
    join(text("II*\0"), u32le(8), [1, 0], [0x12, 0x01, 3, 0], u32le(1), [orientation, 0, 0, 0], u32le(0), text(place));

const segment = (marker: number, data: Uint8Array) => join([0xff, marker], u16(data.length + 2), data);
const jpeg = (...segments: Uint8Array[]) =>
    join([0xff, 0xd8], ...segments, segment(0xda, text("scan")), text("coded"), [0xff, 0, 0xff, 0xd3], text("data"), [0xff, 0xd9]);
const exif = (orientation: number) => segment(0xe1, join(text("Exif\0\0"), tiff(orientation)));

const chunk = (type: string, data: Uint8Array) => join(u32(data.length), text(type), data, u32(0));
const png = (...chunks: Uint8Array[]) =>
    join(text("\x89PNG\r\n\x1a\n"), chunk("IHDR", text("head")), ...chunks, chunk("IDAT", text("pixels")), chunk("IEND", text("")));

const part = (type: string, data: Uint8Array) => join(text(type), u32le(data.length), data, data.length & 1 ? [0] : []);
const webp = (...parts: Uint8Array[]) => {
    const body = join(text("WEBP"), ...parts);
    return join(text("RIFF"), u32le(body.length), body);
};
const vp8x = (flags: number) => part("VP8X", join([flags], u32le(0), u32le(0), [0]));

async function cleaned(bytes: Uint8Array): Promise<string> {
    const result = withoutMetadata(bytes.slice(), pictureType(bytes.slice()) as PictureType);
    if (result === "redraw") return result;
    return String.fromCharCode(...new Uint8Array(await result.cleaned.arrayBuffer()));
}
const told = (bytes: Uint8Array) => String.fromCharCode(...bytes);

test("1.15 a JPEG loses place, text and what stands behind it, and keeps what shows it", async () => {
    const kept = segment(0xe2, text("ICC_PROFILE\0colours"));
    const full = jpeg(segment(0xe0, text("JFIF\0")), exif(1), kept, segment(0xfe, text(place)), segment(0xed, text(place)));
    expect(await cleaned(join(full, text(place)))).toBe(told(jpeg(segment(0xe0, text("JFIF\0")), kept)));
});

test("1.15 a PNG loses its text and its Exif", async () => {
    const full = png(chunk("tEXt", text(place)), chunk("iTXt", text(place)), chunk("gAMA", text("g")), chunk("eXIf", tiff(1)));
    expect(await cleaned(join(full, text(place)))).toBe(told(png(chunk("gAMA", text("g")))));
});

test("1.15 a WebP loses Exif and XMP, and no longer says that it has them", async () => {
    const full = webp(vp8x(0x1c), part("VP8L", text("pixels")), part("EXIF", tiff(1)), part("XMP ", text(place)));
    expect(await cleaned(full)).toBe(told(webp(vp8x(0x10), part("VP8L", text("pixels")))));
});

test.each([
    ["a photo on its side", jpeg(exif(6))],
    ["a PNG on its side", png(chunk("eXIf", tiff(8)))],
    ["a WebP on its side", webp(vp8x(8), part("EXIF", tiff(3)))],
    ["a JPEG that breaks off within a segment", jpeg(exif(1)).slice(0, 20)],
    ["a PNG without an end", png().slice(0, -8)],
    ["a WebP that is shorter than it says", webp(part("VP8L", text("pixels"))).slice(0, -2)],
    ["a format made of boxes", join(u32(16), text("ftypheic"), u32(0))],
])("1.15 %s is drawn anew", async (_, bytes) => {
    expect(await cleaned(bytes)).toBe("redraw");
});

test("what a file is its bytes say", () => {
    expect(pictureType(text("GIF89a..........").slice())).toBe("image/gif");
    expect(pictureType(text("<gpx/>").slice())).toBeUndefined();
    expect(pictureType(new Uint8Array())).toBeUndefined();
});
