/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a person may ask for of their own data: a copy of it, and its end (docs/erasure.md). */
import { ApiError, get, post, type Fetch, type Json } from "./http";

/** One member for each kind of data, by its name in the catalogue. */
export interface Export extends Json {
    user_id: string;
    held: Record<string, unknown>;
}

/** Of what may be much there is a page at a time: a list under some name, and where the following page is. */
type Page = Record<string, unknown> & { next?: string };

function listOf(page: Page): unknown[] {
    const list = Object.values(page).find(Array.isArray);
    if (!list) throw new ApiError(200, "", "a page without a list");
    return list;
}

const isPage = (part: unknown): part is Page => part !== null && typeof part === "object" && Object.values(part).some(Array.isArray);

/** Many pages in a row may come too fast for the server; it says how long to wait. */
async function patient<T>(path: string, fetch: Fetch, signal: AbortSignal): Promise<T> {
    for (;;) {
        try {
            return await get<T>(path, { fetch, signal });
        } catch (reason) {
            signal.throwIfAborted();
            if (!(reason instanceof ApiError) || reason.errcode !== "M_LIMIT_EXCEEDED") throw reason;
            const wait = reason.retryAfterMs ?? 1_000;
            await new Promise((done) => setTimeout(done, wait));
            signal.throwIfAborted();
        }
    }
}

/** Everything in one piece. `onRows` is told how much has come of what comes in pages. */
export async function readExport(fetch: Fetch, signal: AbortSignal, onRows: (count: number) => void): Promise<Export> {
    const whole = await patient<Export>("/_parley/v1/export", fetch, signal);
    let before = 0;
    for (const part of Object.values(whole.held).filter(isPage)) {
        const rows = listOf(part);
        onRows(before + rows.length);
        /* Fields of one's own may be called the same. */
        while (part.next?.startsWith("/_parley/v1/export/")) {
            const page = await patient<Page>(part.next, fetch, signal);
            for (const row of listOf(page)) rows.push(row);
            if (page.next) part.next = page.next;
            else delete part.next;
            onRows(before + rows.length);
        }
        before += rows.length;
    }
    return whole;
}

/** Something that must be kept by law, and why (obligation 5.9). */
export interface Hold {
    since_ts: number;
    reason: string;
}

export const readCancelling = (fetch: Fetch) => get<{ interval_ms: number; holds: Hold[] }>("/_parley/v1/account/cancel", { fetch });

export interface Cancelled {
    /** With it alone one learns how the erasure stands. It is given once. */
    claim: string;
    due_ts: number;
    undoable: boolean;
}

export const postCancel = (auth: unknown, fetch: Fetch) => post<Cancelled>("/_parley/v1/account/cancel", auth ? { auth } : {}, { fetch });

export interface Erasure {
    state: "waiting" | "due" | "erasing" | "erased";
    asked_ts: number;
    due_ts?: number;
    undoable?: boolean;
    holds?: Hold[];
    certificate?: Json;
}

export const readErasure = (claim: string) => get<Erasure>(`/_parley/v1/erasure/${encodeURIComponent(claim)}`);

export interface PolicyVersion {
    version: string;
    effective: string;
    documents: Record<string, { says: string; url: string; sha256: string }>;
}

export interface Bound {
    /** What one has agreed to; nothing when there is none. */
    bound: { version: string } | null;
    in_force: PolicyVersion;
}

export const readBound = (fetch: Fetch) => get<Bound>("/_parley/v1/policy/bound", { fetch });

/** A word to the very text that was shown, for the record. */
export const answerPolicy = (to: PolicyVersion, language: string, agree: boolean, fetch: Fetch) =>
    post("/_parley/v1/policy/agree", { version: to.version, language, sha256: to.documents[language]?.sha256, agree }, { fetch });
