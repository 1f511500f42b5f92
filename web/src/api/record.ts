/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is on record of the use of one's data, the public log that vouches for it, and what its words mean. */
import { ApiError, get, toError, type Fetch } from "./http";

export interface RecordPage {
    entries: { index: number; ts: number; entry: string; nonce: string }[];
    /** NAME+ID+KEY */
    log_key: string;
    next?: string;
}

/** All pages. */
export async function readRecord(fetch: Fetch): Promise<RecordPage> {
    const all = await get<RecordPage>("/_parley/v1/audit", { fetch });
    while (all.next) {
        const page = await get<RecordPage>(all.next, { fetch });
        all.entries.push(...page.entries);
        if (page.next) all.next = page.next;
        else delete all.next;
    }
    return all;
}

/** A part of the public log: "checkpoint", or a tile. */
export async function readLog(path: string): Promise<Uint8Array<ArrayBuffer>> {
    let response: Response;
    try {
        response = await fetch(`/_parley/log/${path}`);
    } catch (cause) {
        throw new ApiError(0, "OFFLINE", String(cause));
    }
    if (!response.ok) throw await toError(response);
    return new Uint8Array(await response.arrayBuffer());
}

type Named = { name: string; title: Record<string, string> };
export const readCatalogue = () => get<{ fields: Named[]; purposes: Named[] }>("/_parley/v1/catalogue");
