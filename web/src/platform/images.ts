/* SPDX-License-Identifier: AGPL-3.0-or-later */
export interface Dimensions {
    w: number;
    h: number;
}

/** The size of a picture, or nothing when the browser can't show it. */
export async function measureImage(file: Blob): Promise<Dimensions | undefined> {
    try {
        const bitmap = await createImageBitmap(file);
        const size = { w: bitmap.width, h: bitmap.height };
        bitmap.close();
        return size;
    } catch {
        return undefined;
    }
}

const drawn = (canvas: HTMLCanvasElement, type: string, quality: number) =>
    new Promise<Blob>((resolve, reject) =>
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), type, quality),
    );

/** The picture upright and scaled to fit, with nothing but what is seen. Undefined: the browser can't show it. */
export async function redrawn(file: Blob, side = Infinity, quality = 0.9): Promise<Blob | undefined> {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!bitmap) return undefined;
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    /* JPEG has no transparency. */
    return drawn(canvas, /png|webp|gif/.test(file.type) ? "image/webp" : "image/jpeg", quality);
}

/** A square, at most `side` pixels, cut from the middle: what an avatar needs, without the picture's metadata. */
export async function squareImage(file: Blob, side = 512): Promise<Blob> {
    const bitmap = await createImageBitmap(file);
    const cut = Math.min(bitmap.width, bitmap.height);
    const size = Math.min(side, cut);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const left = (bitmap.width - cut) / 2;
    const top = (bitmap.height - cut) / 2;
    canvas.getContext("2d")?.drawImage(bitmap, left, top, cut, cut, 0, 0, size, size);
    bitmap.close();
    return drawn(canvas, "image/jpeg", 0.9);
}

/** Lets the person choose files; resolves with none when they think better of it. */
export function chooseFiles(accept: string, multiple = false): Promise<File[]> {
    return new Promise((resolve) => {
        const input = document.createElement("input");
        input.type = "file";
        input.accept = accept;
        input.multiple = multiple;
        input.className = "visually-hidden";
        const done = (files: File[]) => {
            input.remove();
            resolve(files);
        };
        input.addEventListener("change", () => done([...(input.files ?? [])]));
        input.addEventListener("cancel", () => done([]));
        document.body.append(input);
        input.click();
    });
}

export function saveBlob(blob: Blob, name: string): void {
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
