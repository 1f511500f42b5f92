/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal, type Signal } from "@preact/signals";
import { fetchMedia, type ThumbnailSize } from "../api/media";
import { session } from "./session";

export type Picture = { state: "loading" } | { state: "ready"; url: string } | { state: "failed" };

const cache = new Map<string, Signal<Picture>>();
const capacity = 300;

/** A blob address for a piece of media, fetched once; the cache keeps the pictures used last. */
export function picture(mxc: string, size?: ThumbnailSize): Signal<Picture> {
    const key = size ? `${mxc} ${size.width}x${size.height} ${size.method}` : mxc;
    const known = cache.get(key);
    if (known) {
        cache.delete(key);
        cache.set(key, known);
        return known;
    }
    const entry = signal<Picture>({ state: "loading" });
    cache.set(key, entry);
    trim();
    void load(entry, mxc, size);
    return entry;
}

async function load(entry: Signal<Picture>, mxc: string, size?: ThumbnailSize): Promise<void> {
    const present = session.peek();
    if (!present) return;
    try {
        const blob = await fetchMedia(present.authorized, mxc, size);
        entry.value = { state: "ready", url: URL.createObjectURL(blob) };
    } catch {
        entry.value = { state: "failed" };
    }
}

/** Shows a picture that was just uploaded from the copy that is here already. */
export function primePicture(mxc: string, size: ThumbnailSize | undefined, blob: Blob): void {
    const key = size ? `${mxc} ${size.width}x${size.height} ${size.method}` : mxc;
    cache.set(key, signal<Picture>({ state: "ready", url: URL.createObjectURL(blob) }));
}

export function retryPicture(mxc: string, size?: ThumbnailSize): void {
    const entry = picture(mxc, size);
    if (entry.peek().state !== "failed") return;
    entry.value = { state: "loading" };
    void load(entry, mxc, size);
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
