/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A copy of everything that is held of the account's owner (obligation 5.1). It goes on while one looks at other things. */
import { signal } from "@preact/signals";
import { readExport } from "../api/rights";
import { localpart, session, type Session } from "./session";

export type Copying =
    | { at: "working"; rows: number }
    | { at: "ready"; file: Blob; name: string; rows: number }
    | { at: "failed"; reason: unknown };

export const copying = signal<Copying | undefined>(undefined);
let running: AbortController | undefined;

/* Who comes after in this window has no business with it. */
session.subscribe(() => stopCopying());

function fileName({ userId }: Session): string {
    return `parley-${localpart(userId)}-${new Date().toISOString().slice(0, 10)}.json`;
}

export async function startCopying(): Promise<void> {
    const present = session.peek();
    if (!present || running) return;
    const mine = (running = new AbortController());
    copying.value = { at: "working", rows: 0 };
    let rows = 0;
    try {
        const whole = await readExport(present.authorized.fetch, mine.signal, (count) => {
            rows = count;
            if (running === mine) copying.value = { at: "working", rows };
        });
        const file = new Blob([JSON.stringify(whole, null, 1)], { type: "application/json" });
        if (running === mine) copying.value = { at: "ready", file, name: fileName(present), rows };
    } catch (reason) {
        if (running === mine) copying.value = { at: "failed", reason };
    } finally {
        if (running === mine) running = undefined;
    }
}

export function stopCopying(): void {
    running?.abort();
    running = undefined;
    copying.value = undefined;
}
