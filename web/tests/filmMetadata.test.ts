/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { isFilm, withoutFilmMetadata } from "../src/model/filmMetadata";

const place = "+52.5200+013.4050/";
const text = (words: string) => Uint8Array.from(words, (char) => char.charCodeAt(0));
const join = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

const box = (type: string, ...inside: Uint8Array[]) => {
    const data = join(...inside);
    return join(u32(8 + data.length), text(type), data);
};
/** With a size of 64 bits. */
const longBox = (type: string, data: Uint8Array) => join(u32(1), text(type), u32(0), u32(16 + data.length), data);
const free = (size: number) => join(u32(size), text("free"), new Uint8Array(size - 8));

const type = box("ftyp", text("qt  "), join(u32(0)));
const header = box("mvhd", text("length and scale"));
const track = box("trak", box("tkhd", text("size")), box("mdia", text("where the pictures are")));
const media = box("mdat", text("pictures and udta, which is no box here"));

async function cleaned(film: Uint8Array): Promise<string | undefined> {
    const result = await withoutFilmMetadata(new Blob([film.slice()], { type: "video/quicktime" }));
    return result && String.fromCharCode(...new Uint8Array(await result.arrayBuffer()));
}
const told = (bytes: Uint8Array) => String.fromCharCode(...bytes);

test("1.15 a film loses the place QuickTime and MP4 keep, and nothing moves", async () => {
    const userData = box("udta", box("\xa9xyz", join(u32(0x001215c7)), text(place)));
    const keys = box("meta", box("keys", text(`com.apple.quicktime.location.ISO6709 ${place}`)));
    const trackData = box("udta", text(place));
    const film = join(type, box("moov", header, userData, track, box("trak", header, trackData), keys), media);
    const wanted = join(type, box("moov", header, free(userData.length), track, box("trak", header, free(trackData.length)), free(keys.length)), media);
    expect(await cleaned(film)).toBe(told(wanted));
});

test("1.15 what stands beside the description goes as well, and a description at the end is found", async () => {
    const film = join(type, longBox("mdat", text("pictures")), box("uuid", text(place)), box("meta", text(place)), box("moov", box("udta", text(place))));
    const clean = (await cleaned(film)) ?? place;
    expect(clean).not.toContain(place);
    expect(clean.length).toBe(film.length);
    expect(clean).toContain("pictures");
});

test("a film without metadata is the same afterwards", async () => {
    const film = join(type, box("moov", header, track), media);
    expect(await cleaned(film)).toBe(told(film));
    const toTheEnd = join(type, box("moov", header), u32(0), text("mdat"), text("pictures"));
    expect(await cleaned(toTheEnd)).toBe(told(toTheEnd));
});

test.each([
    ["breaks off", join(type, box("moov", box("udta", text(place)))).slice(0, -3)],
    ["has a box within that is larger than its container", join(type, box("moov", join(u32(99), text("udta"), text(place))))],
    ["ends in bytes that are no box", join(type, media, text(place.slice(0, 5)))],
    ["has a box smaller than its head", join(type, u32(4), text("moov"), text(place))],
])("1.15 a film that %s is not passed on", async (_, film) => {
    expect(await cleaned(film)).toBeUndefined();
});

test("a film is told by its first box", () => {
    expect(isFilm(type.slice())).toBe(true);
    expect(isFilm(box("moov").slice())).toBe(true);
    expect(isFilm(text("GIF89a..").slice())).toBe(false);
    expect(isFilm(new Uint8Array())).toBe(false);
});
