/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Checks the server's public log (RFC 6962; C2SP tlog-tiles, tlog-checkpoint): that the log of today begins with the one
 * of an earlier visit, and that entries of one's own are in it at their place. The server is believed in nothing but
 * what its signature is on.
 */

/** The log is not what it was signed to be. `what` is a fault to be shown, not a failure to be tried again. */
export class LogBroken extends Error {
    override name = "LogBroken";

    constructor(readonly what: "signature" | "key" | "shrunk" | "fork" | "entry" | "tree") {
        super(what);
    }
}

type Bytes = Uint8Array<ArrayBuffer>;

export interface Checkpoint {
    note: string;
    size: number;
    root: Bytes;
}

export interface OwnEntry {
    index: number;
    ts: number;
    /** The canonical JSON that was committed to. */
    entry: string;
    /** The key of the commitment, Base64. */
    nonce: string;
}

/** The hashes of a tile, 32 bytes each: `width` of them from `index` * 256 on, each the root of 256^level entries. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Bytes>;

const tileWidth = 256;
const hashSize = 32;

/** "tile/0/x001/067.p/8" */
export function tilePath(level: number, index: number, width: number): string {
    let number = String(index % 1000).padStart(3, "0");
    for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
        number = `x${String(rest % 1000).padStart(3, "0")}/${number}`;
    return `tile/${level}/${number}${width < tileWidth ? `.p/${width}` : ""}`;
}

/* ---- bytes and hashes ---- */

const encode = (text: string): Bytes => new TextEncoder().encode(text);
const decode = (base64: string): Bytes => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

function join(...parts: Uint8Array[]): Bytes {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const sha256 = async (...parts: Uint8Array[]): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const leafHash = (commitment: Uint8Array) => sha256(Uint8Array.of(0), commitment);
const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);

/* ---- the checkpoint ---- */

/** `key` is NAME+ID+KEY, as verifiers take it. */
export async function readCheckpoint(note: string, key: string): Promise<Checkpoint> {
    const [name = "", , encoded = ""] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key)?.slice(1) ?? [];
    const typeAndKey = decode(encoded);
    const end = note.indexOf("\n\n");
    const text = note.slice(0, end + 1);
    const [origin, size = "", root = ""] = text.split("\n");
    const id = (await sha256(encode(`${name}\n`), typeAndKey)).slice(0, 4);
    const signature = note
        .slice(end + 2)
        .split("\n")
        .filter((line) => line.startsWith(`\u2014 ${name} `))
        .map((line) => decode(line.slice(name.length + 3)))
        .find((bytes) => same(bytes.slice(0, 4), id));
    if (end < 0 || origin !== name || typeAndKey[0] !== 1 || !signature || !/^(0|[1-9][0-9]{0,14})$/.test(size)) throw new LogBroken("signature");
    const publicKey = await crypto.subtle.importKey("raw", typeAndKey.slice(1), "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", publicKey, signature.slice(4), encode(text)))) throw new LogBroken("signature");
    return { note, size: Number(size), root: decode(root) };
}

/* ---- the tree ---- */

/** The largest power of two below count: how many leaves the left subtree has. */
function leftPart(count: number): number {
    let part = 1;
    while (part * 2 < count) part *= 2;
    return part;
}

export class LogTree {
    readonly #tiles = new Map<string, Promise<Bytes>>();
    readonly #roots = new Map<string, Promise<Bytes>>();

    constructor(
        readonly size: number,
        private readonly read: ReadTile,
    ) {}

    #tile(level: number, index: number): Promise<Bytes> {
        const width = Math.min(tileWidth, Math.floor(this.size / tileWidth ** level) - index * tileWidth);
        const name = tilePath(level, index, width);
        let tile = this.#tiles.get(name);
        if (!tile) this.#tiles.set(name, (tile = this.read(level, index, width)));
        return tile;
    }

    async #stored(level: number, place: number): Promise<Bytes> {
        const tile = await this.#tile(level, Math.floor(place / tileWidth));
        const at = (place % tileWidth) * hashSize;
        if (tile.length < at + hashSize) throw new LogBroken("tree");
        return tile.slice(at, at + hashSize);
    }

    /** The root of `count` leaves from `from` on. */
    #subtree(from: number, count: number): Promise<Bytes> {
        const name = `${from} ${count}`;
        let root = this.#roots.get(name);
        if (!root) this.#roots.set(name, (root = this.#made(from, count)));
        return root;
    }

    async #made(from: number, count: number): Promise<Bytes> {
        let level = 0;
        let span = 1;
        while (span * tileWidth <= count) {
            span *= tileWidth;
            level++;
        }
        if (count === span) return this.#stored(level, from / span);
        const left = leftPart(count);
        return nodeHash(await this.#subtree(from, left), await this.#subtree(from + left, count - left));
    }

    /** The root the tree has if that leaf is at that place: the signed one, or the leaf is not. */
    async rootWith(index: number, leaf: Bytes, from = 0, count = this.size): Promise<Bytes> {
        if (count === 1) return leaf;
        const left = leftPart(count);
        return index < from + left
            ? nodeHash(await this.rootWith(index, leaf, from, left), await this.#subtree(from + left, count - left))
            : nodeHash(await this.#subtree(from, left), await this.rootWith(index, leaf, from + left, count - left));
    }

    /** The roots of the first `old` leaves and of all, made of the same hashes: a proof that one begins with the other. */
    async roots(old: number, from = 0, count = this.size): Promise<[Bytes, Bytes]> {
        if (old === count) {
            const root = await this.#subtree(from, count);
            return [root, root];
        }
        const left = leftPart(count);
        if (old <= left) {
            const [before, now] = await this.roots(old, from, left);
            return [before, await nodeHash(now, await this.#subtree(from + left, count - left))];
        }
        const whole = await this.#subtree(from, left);
        const [before, now] = await this.roots(old - left, from + left, count - left);
        return [await nodeHash(whole, before), await nodeHash(whole, now)];
    }
}

/* ---- what is asked of it ---- */

/** That nothing of what was signed for earlier was changed or taken out. */
export async function checkContinues(earlier: Checkpoint, now: Checkpoint, tree: LogTree): Promise<void> {
    if (earlier.size > now.size) throw new LogBroken("shrunk");
    if (earlier.size === 0) return;
    const [before, after] = await tree.roots(earlier.size);
    if (!same(after, now.root)) throw new LogBroken("tree");
    if (!same(before, earlier.root)) throw new LogBroken("fork");
}

/** That an entry is what the log committed to at its place. */
export async function checkIncluded(own: OwnEntry, now: Checkpoint, tree: LogTree): Promise<void> {
    const nonce = decode(own.nonce);
    const key = await crypto.subtle.importKey("raw", nonce, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const commitment = new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(own.entry)));
    const inside: unknown = JSON.parse(own.entry).index;
    const root = nonce.length === 32 && inside === own.index && own.index < now.size ? await tree.rootWith(own.index, await leafHash(commitment)) : undefined;
    if (!root || !same(root, now.root)) throw new LogBroken("entry");
}
