/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sealing files for encrypted chats and opening them (spec "Sending encrypted attachments"): AES-256 in counter mode,
 * each file with a key of its own, and a hash over the sealed bytes, which is compared before anything is opened. In
 * pieces, so that a large file is not in memory several times over.
 */
const piece = 4 * 1024 * 1024;
const blockSize = 16;

export interface Secret {
    key: string;
    iv: string;
    sha256: string;
}

/** Not what was sealed: it was damaged, or exchanged, on its way. */
export class SealBroken extends Error {
    override readonly name = "SealBroken";
}

type Bytes = Uint8Array<ArrayBuffer>;

function toBase64(bytes: Bytes): string {
    return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}

function fromBase64(text: string): Bytes {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
}

/** The counter `blocks` further on; only its lower half counts. */
function counterAt(iv: Bytes, blocks: number): Bytes {
    const counter = iv.slice();
    const view = new DataView(counter.buffer);
    view.setBigUint64(8, BigInt.asUintN(64, view.getBigUint64(8) + BigInt(blocks)));
    return counter;
}

async function run(blob: Blob, way: "encrypt" | "decrypt", key: CryptoKey, iv: Bytes): Promise<ArrayBuffer[]> {
    const parts: ArrayBuffer[] = [];
    for (let at = 0; at < blob.size; at += piece) {
        const algorithm = { name: "AES-CTR", counter: counterAt(iv, at / blockSize), length: 64 };
        parts.push(await crypto.subtle[way](algorithm, key, await blob.slice(at, at + piece).arrayBuffer()));
    }
    return parts;
}

const hashOf = async (blob: Blob) => toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())));

export async function seal(plain: Blob): Promise<{ sealed: Blob; secret: Secret }> {
    const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
    const { k = "" } = await crypto.subtle.exportKey("jwk", key);
    /* The lower half begins at nought, so that no file is long enough to use a counter twice. */
    const iv = new Uint8Array(blockSize);
    crypto.getRandomValues(iv.subarray(0, 8));
    const sealed = new Blob(await run(plain, "encrypt", key, iv), { type: "application/octet-stream" });
    return { sealed, secret: { key: k, iv: toBase64(iv), sha256: await hashOf(sealed) } };
}

/** Throws SealBroken unless it is, bit for bit, what was sealed. */
export async function unseal(sealed: Blob, secret: Secret, type: string): Promise<Blob> {
    try {
        const iv = fromBase64(secret.iv);
        const jwk = { kty: "oct", alg: "A256CTR", k: secret.key, ext: true };
        const key = await crypto.subtle.importKey("jwk", jwk, "AES-CTR", false, ["decrypt"]);
        if (iv.length !== blockSize || (await hashOf(sealed)) !== secret.sha256.replace(/=+$/, "")) throw new SealBroken("hash");
        return new Blob(await run(sealed, "decrypt", key, iv), { type });
    } catch (error) {
        throw error instanceof SealBroken ? error : new SealBroken(String(error));
    }
}
