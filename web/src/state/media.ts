/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal, type Signal } from "@preact/signals";
import { fetchMedia, type ThumbnailSize } from "../api/media";
import type { MediaFile } from "../model/sealedFile";
import { unseal } from "../platform/seal";
import { session } from "./session";

export type Picture = { state: "loading" } | { state: "ready"; url: string } | { state: "failed" };

const cache = new Map<string, Signal<Picture>>();
const capacity = 300;

const keyOf = ({ mxc }: MediaFile, size: ThumbnailSize | undefined) =>
    size ? `${mxc} ${size.width}x${size.height} ${size.method}` : mxc;

/** What a sealed file may be shown as: anything else is only ever saved. */
const shownTypes = /^image\/(png|jpeg|gif|webp|avif)$/;

/** The file's bytes, opened if they are sealed. Throws SealBroken when they aren't what was sent. */
export async function loadFile(file: MediaFile, size?: ThumbnailSize): Promise<Blob> {
    const present = session.peek();
    if (!present) throw new Error("no session");
    /* The server can make nothing smaller of what it can't read. */
    const blob = await fetchMedia(present.authorized, file.mxc, file.secret ? undefined : size);
    return file.secret ? unseal(blob, file.secret, shownTypes.test(file.type) ? file.type : "application/octet-stream") : blob;
}

/** A blob address for a piece of media, fetched once; the cache keeps the pictures used last. */
export function picture(file: MediaFile, size?: ThumbnailSize): Signal<Picture> {
    const key = keyOf(file, size);
    const known = cache.get(key);
    if (known) {
        cache.delete(key);
        cache.set(key, known);
        return known;
    }
    const entry = signal<Picture>({ state: "loading" });
    cache.set(key, entry);
    trim();
    void load(entry, file, size);
    return entry;
}

async function load(entry: Signal<Picture>, file: MediaFile, size?: ThumbnailSize): Promise<void> {
    const present = session.peek();
    if (!present) return;
    try {
        const blob = await loadFile(file, size);
        /* What was decrypted for one account is not kept for the next. */
        if (session.peek() !== present) return;
        entry.value = { state: "ready", url: URL.createObjectURL(blob) };
    } catch {
        entry.value = { state: "failed" };
    }
}

/** Shows a picture that was just uploaded from the copy that is here already. */
export function primePicture(file: MediaFile, size: ThumbnailSize | undefined, blob: Blob): void {
    cache.set(keyOf(file, size), signal<Picture>({ state: "ready", url: URL.createObjectURL(blob) }));
}

export function retryPicture(file: MediaFile, size?: ThumbnailSize): void {
    const entry = picture(file, size);
    if (entry.peek().state !== "failed") return;
    entry.value = { state: "loading" };
    void load(entry, file, size);
}

function release(entry: Signal<Picture>): void {
    const value = entry.peek();
    if (value.state === "ready") URL.revokeObjectURL(value.url);
}

function trim(): void {
    for (const [key, entry] of cache) {
        if (cache.size <= capacity) return;
        cache.delete(key);
        release(entry);
    }
}

export function forgetBlobs(): void {
    for (const entry of cache.values()) release(entry);
    cache.clear();
}
