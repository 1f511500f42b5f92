/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an encrypted message says of a file that lies sealed on the server (spec "Sending encrypted attachments"). */

export interface SealedFile {
    mxc: string;
    /** Base64url, 32 bytes. */
    key: string;
    /** Base64, 16 bytes: the first block's counter. */
    iv: string;
    /** Base64 of the SHA-256 of what lies on the server. */
    sha256: string;
}

/** A file on the server, and what opens it when it is sealed. */
export interface MediaFile {
    mxc: string;
    /** What the sender says it is. */
    type: string;
    secret?: SealedFile;
}

type Content = Record<string, unknown>;

const object = (value: unknown): Content => (value !== null && typeof value === "object" ? (value as Content) : {});

/** Content comes from strangers: what is not whole is none. */
export function readSealedFile(value: unknown): SealedFile | undefined {
    const file = object(value);
    const key = object(file["key"]);
    const hashes = object(file["hashes"]);
    const { url, iv } = file;
    const { k, alg, kty } = key;
    const { sha256 } = hashes;
    if (file["v"] !== "v2" || alg !== "A256CTR" || kty !== "oct") return undefined;
    if (typeof url !== "string" || !url.startsWith("mxc://")) return undefined;
    if (typeof k !== "string" || typeof iv !== "string" || typeof sha256 !== "string") return undefined;
    return { mxc: url, key: k, iv, sha256 };
}

export const writeSealedFile = ({ mxc, key, iv, sha256 }: SealedFile) => ({
    v: "v2",
    url: mxc,
    key: { kty: "oct", alg: "A256CTR", ext: true, k: key, key_ops: ["encrypt", "decrypt"] },
    iv,
    hashes: { sha256 },
});
