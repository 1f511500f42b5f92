/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { createDecipheriv, createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readSealedFile, writeSealedFile } from "../src/model/sealedFile";
import { seal, SealBroken, unseal } from "../src/platform/seal";

const piece = 4 * 1024 * 1024;
const noise = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255);
const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer());

test.each([0, 1, 15, 16, piece - 1, piece, piece + 17])("a file of %i bytes comes back whole", async (size) => {
    const { sealed, secret } = await seal(new Blob([noise(size)]));
    expect(sealed.size).toBe(size);
    expect((await bytesOf(await unseal(sealed, secret, "image/png"))).equals(noise(size))).toBe(true);
});

test("what is sealed in pieces any other program opens", async () => {
    const { sealed, secret } = await seal(new Blob([noise(piece + 100)]));
    const ciphertext = await bytesOf(sealed);
    const opening = createDecipheriv("aes-256-ctr", Buffer.from(secret.key, "base64url"), Buffer.from(secret.iv, "base64"));
    expect(Buffer.concat([opening.update(ciphertext), opening.final()]).equals(noise(piece + 100))).toBe(true);
    expect(createHash("sha256").update(ciphertext).digest("base64").replace(/=+$/, "")).toBe(secret.sha256);
});

test("two files never have the same key", async () => {
    const one = await seal(new Blob(["same"]));
    const other = await seal(new Blob(["same"]));
    expect(one.secret.key).not.toBe(other.secret.key);
    expect(one.secret.sha256).not.toBe(other.secret.sha256);
});

test.each([
    ["a bit of the file", async ({ sealed, secret }: Awaited<ReturnType<typeof seal>>) => {
        const bytes = await bytesOf(sealed);
        bytes[3] = (bytes[3] ?? 0) ^ 1;
        return { sealed: new Blob([bytes]), secret };
    }],
    ["the hash", async ({ sealed, secret }: Awaited<ReturnType<typeof seal>>) => ({ sealed, secret: { ...secret, sha256: secret.iv } })],
    ["the counter", async ({ sealed, secret }: Awaited<ReturnType<typeof seal>>) => ({ sealed, secret: { ...secret, iv: "AAAA" } })],
    ["the key's shape", async ({ sealed, secret }: Awaited<ReturnType<typeof seal>>) => ({ sealed, secret: { ...secret, key: "*" } })],
])("nothing is opened when %s was changed", async (_, change) => {
    const { sealed, secret } = await change(await seal(new Blob(["meet me at the mill"])));
    await expect(unseal(sealed, secret, "text/plain")).rejects.toThrow(SealBroken);
});

test("what a message says of a sealed file is read back, and nothing that is not whole", () => {
    const file = { mxc: "mxc://parley.test/abc", key: "k", iv: "i", sha256: "h" };
    const written = writeSealedFile(file);
    expect(readSealedFile(written)).toEqual(file);
    for (const broken of [
        undefined,
        null,
        "file",
        { ...written, v: "v1" },
        { ...written, url: "https://elsewhere.example/x" },
        { ...written, key: undefined },
        { ...written, key: { ...written.key, alg: "A128CTR" } },
        { ...written, hashes: {} },
        { ...written, iv: 7 },
    ])
        expect(readSealedFile(broken)).toBeUndefined();
});
