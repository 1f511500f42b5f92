/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checks the record of the use of one's data against the public log, and the log against the last visit (4.8, 5.1). */
import { readCatalogue, readLog, readRecord, type RecordPage } from "../api/record";
import type { Fetch } from "../api/http";
import { checkContinues, checkIncluded, LogBroken, LogTree, readCheckpoint, tilePath, type Checkpoint, type OwnEntry } from "../model/log";
import { readPreference, writePreference } from "../platform/preferences";

export type Verdict =
    | { is: "good"; first: boolean; size: number }
    | { is: "unable" }
    | { is: "broken"; what: LogBroken["what"]; proof: string[] };

const patience = 5 * 60_000;

/** What the person saw last: to be believed until shown otherwise. */
interface Seen {
    key: string;
    note: string;
}

function readSeen(): Seen | undefined {
    try {
        const seen = JSON.parse(readPreference("log") ?? "null");
        return typeof seen?.key === "string" && typeof seen?.note === "string" ? seen : undefined;
    } catch {
        return undefined;
    }
}

const note = async () => new TextDecoder().decode(await readLog("checkpoint"));
const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The newest checkpoint. What was written a moment ago is in the log within a second or so, if the server is not busy. */
async function checkpointOver(entries: readonly OwnEntry[], key: string): Promise<Checkpoint> {
    const wanted = Math.max(-1, ...entries.map((one) => one.index)) + 1;
    for (let tries = 0; ; tries++) {
        const now = await readCheckpoint(await note(), key);
        if (now.size >= wanted || tries === 10) return now;
        await later(500);
    }
}

/** Those that have to be in by now. */
const due = (entries: readonly OwnEntry[], size: number) => entries.filter((one) => one.index < size || one.ts < Date.now() - patience);

async function check(record: RecordPage, seen: Seen | undefined): Promise<Verdict> {
    if (seen && seen.key !== record.log_key) throw new LogBroken("key");
    const now = await checkpointOver(record.entries, record.log_key);
    const tree = new LogTree(now.size, (level, index, width) => readLog(tilePath(level, index, width)));
    if (seen) await checkContinues(await readCheckpoint(seen.note, seen.key), now, tree);
    for (const one of due(record.entries, now.size)) await checkIncluded(one, now, tree);
    writePreference("log", JSON.stringify({ key: record.log_key, note: now.note }));
    return { is: "good", first: !seen, size: now.size };
}

export const loadRecord = (fetch: Fetch) => readRecord(fetch);

export async function judgeRecord(record: RecordPage): Promise<Verdict> {
    const seen = readSeen();
    try {
        return await check(record, seen);
    } catch (reason) {
        if (reason instanceof LogBroken) return { is: "broken", what: reason.what, proof: seen ? [seen.key, seen.note, await note()] : [record.log_key, await note()] };
        /* No crypto.subtle outside secure contexts; no Ed25519 in older browsers. */
        if (reason instanceof TypeError || (reason instanceof DOMException && reason.name === "NotSupportedError")) return { is: "unable" };
        throw reason;
    }
}

/** What fields and purposes are called, by their names in the record. */
export async function loadTitles(language: string): Promise<(name: string) => string> {
    const { fields, purposes } = await readCatalogue();
    const titles = new Map([...fields, ...purposes].map(({ name, title }) => [name, title[language]]));
    return (name) => titles.get(name) ?? name;
}
