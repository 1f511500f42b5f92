/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Codes are read here, on the person's device: no picture of one goes anywhere (supplement on the camera, 2). */
import { decodeQR } from "qr/decode.js";

/** More pixels cost time and tell no more of a code somebody holds before a camera. */
const side = 1024;

/* What a code of this kind holds is bytes, not text: each becomes the character of its number, and a byte again. */
const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const toBytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The bytes of the code in the picture; nothing when there is none to be read. */
function read(source: CanvasImageSource, width: number, height: number, patience: number): Uint8Array | undefined {
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    try {
        return toBytes(decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), { textDecoder: latin1, timeLimit: patience }));
    } catch {
        return undefined;
    }
}

export async function codeInPicture(file: Blob): Promise<Uint8Array | undefined> {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!bitmap) return undefined;
    try {
        return read(bitmap, bitmap.width, bitmap.height, 2_000);
    } finally {
        bitmap.close();
    }
}

/** Looks for codes in what `video` shows, until the function it returns is called. */
export function watchForCodes(video: HTMLVideoElement, onCode: (bytes: Uint8Array) => void): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
        const found = video.videoWidth > 0 ? read(video, video.videoWidth, video.videoHeight, 30) : undefined;
        timer = setTimeout(look, 120);
        if (found) onCode(found);
    };
    look();
    return () => clearTimeout(timer);
}

/** A code by which devices and people verify each other begins with these letters (spec "QR code format"). */
export const isMeetingCode = (bytes: Uint8Array): boolean => latin1(bytes.subarray(0, 6)) === "MATRIX";
