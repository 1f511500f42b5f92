/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api";
import { expect, test, vi } from "vitest";
import { flushBackup } from "../src/state/backupFlush";

/** A device with batches of keys the backup hasn't got; `refuse` answers the first so many of them with a failure. */
function device(batches: number, { version = "1" as string | null, refuse = 0 } = {}) {
    let waiting = batches;
    const sent: object[] = [];
    const crypto = {
        getActiveSessionBackupVersion: async () => version,
        olmMachine: {
            backupRoomKeys: async () => (waiting > 0 ? { batch: waiting } : undefined),
            roomKeyCounts: async () => ({ total: 100 * batches, backedUp: 100 * (batches - waiting) }),
        },
        outgoingRequestProcessor: {
            async makeOutgoingRequest(request: object) {
                if (refuse-- > 0) throw new Error("no answer");
                sent.push(request);
                waiting--;
            },
        },
    };
    return { crypto: crypto as unknown as CryptoApi, sent };
}

const patient = () => new AbortController().signal;

test("all that the backup hasn't got is handed over, and how much is left is told", async () => {
    const { crypto, sent } = device(3);
    const told: number[] = [];
    expect(await flushBackup(crypto, patient(), (left) => told.push(left))).toBe(true);
    expect(sent).toEqual([{ batch: 3 }, { batch: 2 }, { batch: 1 }]);
    expect(told).toEqual([300, 200, 100]);
});

test("with nothing left to hand over it is done at once, and so it is without a backup", async () => {
    expect(await flushBackup(device(0).crypto, patient(), () => {})).toBe(true);
    const none = device(2, { version: null });
    expect(await flushBackup(none.crypto, patient(), () => {})).toBe(true);
    expect(none.sent).toEqual([]);
});

test("what failed is tried again, until it is enough", async () => {
    vi.useFakeTimers();
    const late = device(1, { refuse: 2 });
    const done = flushBackup(late.crypto, patient(), () => {});
    await vi.advanceTimersByTimeAsync(2_500);
    expect(await done).toBe(true);
    expect(late.sent).toHaveLength(1);

    const stop = new AbortController();
    const away = flushBackup(device(1, { refuse: 99 }).crypto, stop.signal, () => {});
    await vi.advanceTimersByTimeAsync(2_500);
    stop.abort();
    expect(await away).toBe(false);
    vi.useRealTimers();
});

test("a request that hangs holds nobody up once it is enough", async () => {
    const { crypto } = device(1);
    Object.assign((crypto as unknown as { outgoingRequestProcessor: object }).outgoingRequestProcessor, { makeOutgoingRequest: () => new Promise(() => {}) });
    const stop = new AbortController();
    const hanging = flushBackup(crypto, stop.signal, () => {});
    stop.abort();
    expect(await hanging).toBe(false);
});
