/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The log's checks against logs made here from the plain definition of RFC 6962 (obligations 4.8, 5.1). */
import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkContinues, checkIncluded, LogTree, readCheckpoint, tilePath, type OwnEntry } from "../src/model/log";

const origin = "example.org/_parley/log";
const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

function mth(entries: readonly Buffer[]): Buffer {
    if (entries.length === 0) return sha256();
    if (entries.length === 1) return sha256(Buffer.of(0), entries[0] ?? Buffer.of());
    let left = 1;
    while (2 * left < entries.length) left *= 2;
    return sha256(Buffer.of(1), mth(entries.slice(0, left)), mth(entries.slice(left)));
}

interface Keys {
    privateKey: KeyObject;
    publicKey: KeyObject;
}
const keys: Keys = generateKeyPairSync("ed25519");

function keyText({ publicKey }: Keys): { id: Buffer; text: string } {
    const bytes = Buffer.concat([Buffer.of(1), Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")]);
    const id = sha256(Buffer.from(`${origin}\n`), bytes).subarray(0, 4);
    return { id, text: `${origin}+${id.toString("hex")}+${bytes.toString("base64")}` };
}

function note(size: number, root: Buffer, by = keys): string {
    const text = `${origin}\n${size}\n${root.toString("base64")}\n`;
    const signature = Buffer.concat([keyText(by).id, sign(null, Buffer.from(text), by.privateKey)]);
    return `${text}\n\u2014 ${origin} ${signature.toString("base64")}\n`;
}

const own = (index: number, words = "read"): OwnEntry => ({
    index,
    ts: 1,
    entry: JSON.stringify({ at: 1, index, kind: words }),
    nonce: sha256(Buffer.from(`nonce ${index}`)).toString("base64"),
});
const commitment = ({ entry, nonce }: OwnEntry) => createHmac("sha256", Buffer.from(nonce, "base64")).update(entry).digest();
const history = (size: number, from = 0) => Array.from({ length: size - from }, (_, i) => commitment(own(from + i)));

/** Of 256 hashes the one above. */
function above(hashes: readonly Buffer[]): Buffer {
    let row = [...hashes];
    while (row.length > 1) row = row.flatMap((hash, i) => (i % 2 ? [sha256(Buffer.of(1), row[i - 1] ?? hash, hash)] : []));
    return row[0] ?? Buffer.of();
}

/** A log as a server serves it that has these entries. */
function served(entries: readonly Buffer[]) {
    const rows: Buffer[][] = [entries.map((entry) => sha256(Buffer.of(0), entry))];
    for (let row: Buffer[] = rows[0] ?? []; row.length >= 256; rows.push(row))
        row = Array.from({ length: Math.floor(row.length / 256) }, (_, i) => above(row.slice(256 * i, 256 * (i + 1))));
    return new LogTree(entries.length, async (level, index, width) => {
        return new Uint8Array(Buffer.concat((rows[level] ?? []).slice(256 * index, 256 * index + width)));
    });
}

const head = (entries: readonly Buffer[]) => readCheckpoint(note(entries.length, mth(entries)), keyText(keys).text);

test("tiles are named as C2SP tlog-tiles names them", () => {
    expect(tilePath(0, 0, 7)).toBe("tile/0/000.p/7");
    expect(tilePath(1, 1234067, 256)).toBe("tile/1/x001/x234/067");
});

describe("4.8 what was signed for earlier", () => {
    test.each([
        [1, 1],
        [1, 2],
        [3, 7],
        [4, 7],
        [6, 8],
        [200, 300],
        [256, 257],
        [255, 700],
        [512, 513],
    ])("is the beginning of what there is: %i of %i", async (old, size) => {
        const entries = history(size);
        await checkContinues(await head(entries.slice(0, old)), await head(entries), served(entries));
    });

    test("shows when it was rewritten, though the log of today is whole", async () => {
        const before = history(200);
        const now = [...history(100), commitment(own(100, "hidden")), ...history(300, 101)];
        await expect(checkContinues(await head(before), await head(now), served(now))).rejects.toMatchObject({ what: "fork" });
    });

    test("shows when it was cut short", async () => {
        const entries = history(50);
        await expect(checkContinues(await head(entries), await head(entries.slice(0, 40)), served(entries.slice(0, 40)))).rejects.toMatchObject({ what: "shrunk" });
    });

    test("is not proven by tiles of another tree", async () => {
        const entries = history(300);
        const others = [...history(299), commitment(own(299, "other"))];
        await expect(checkContinues(await head(entries.slice(0, 200)), await head(entries), served(others))).rejects.toMatchObject({ what: "tree" });
    });
});

describe("5.1 one’s own entries", () => {
    test.each([1, 2, 5, 256, 300, 66000])("are found in a log of %i", { timeout: 60_000 }, async (size) => {
        const entries = history(size);
        const now = await head(entries);
        const tree = served(entries);
        for (const index of [...new Set([0, size >> 1, size - 1])]) await checkIncluded(own(index), now, tree);
    });

    test("are not taken for others", async () => {
        const entries = history(300);
        const now = await head(entries);
        const tree = served(entries);
        await expect(checkIncluded(own(7, "nothing happened"), now, tree)).rejects.toMatchObject({ what: "entry" });
        await expect(checkIncluded(own(300), now, tree)).rejects.toMatchObject({ what: "entry" });
        await expect(checkIncluded({ ...own(7), index: 8 }, now, tree)).rejects.toMatchObject({ what: "entry" });
        await expect(checkIncluded({ ...own(7), nonce: own(8).nonce }, now, tree)).rejects.toMatchObject({ what: "entry" });
    });
});

test("4.8 a checkpoint counts only with the signature of the log’s own key", async () => {
    const root = mth(history(5));
    const good = note(5, root);
    const key = keyText(keys).text;
    expect(await readCheckpoint(good, key)).toMatchObject({ size: 5 });
    await expect(readCheckpoint(note(5, root, generateKeyPairSync("ed25519")), key)).rejects.toMatchObject({ what: "signature" });
    await expect(readCheckpoint(good.replace("\n5\n", "\n4\n"), key)).rejects.toMatchObject({ what: "signature" });
    await expect(readCheckpoint("nothing", key)).rejects.toMatchObject({ what: "signature" });
});
