/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Handing the backup what it has not got of this device's keys, at once: the SDK takes its time, up to ten seconds. */
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api";

/** What the SDK has inside for it, and offers nobody. Its version is pinned, and a browser test holds it to that. */
interface Inside {
    olmMachine: {
        /** The next keys that are to be backed up; the same again until they were marked as sent. */
        backupRoomKeys(): Promise<object | undefined>;
        roomKeyCounts(): Promise<{ total: number; backedUp: number }>;
    };
    outgoingRequestProcessor: { makeOutgoingRequest(request: object): Promise<void> };
}

const pause = 1_000;

/**
 * Until the backup has every key, or `signal` says that it is enough: false. A device that has no backup has nothing to
 * hand over. `left`: hears how many keys are still to go, before each batch.
 */
export async function flushBackup(crypto: CryptoApi, signal: AbortSignal, left: (keys: number) => void): Promise<boolean> {
    const { olmMachine, outgoingRequestProcessor } = crypto as unknown as Inside;
    const enough = new Promise<void>((done) => (signal.aborted ? done() : signal.addEventListener("abort", () => done())));
    async function handOver(): Promise<boolean> {
        if ((await crypto.getActiveSessionBackupVersion()) === null) return true;
        for (;;) {
            const batch = await olmMachine.backupRoomKeys();
            if (!batch) return true;
            if (signal.aborted) return false;
            const { total, backedUp } = await olmMachine.roomKeyCounts();
            left(total - backedUp);
            /* The SDK itself may go on trying for half a minute. */
            await Promise.race([outgoingRequestProcessor.makeOutgoingRequest(batch), enough]);
        }
    }
    for (;;) {
        try {
            return await handOver();
        } catch {
            /* The server is away, or wants it slower: tried again while there is time. */
            await Promise.race([new Promise((again) => setTimeout(again, pause)), enough]);
        }
        if (signal.aborted) return false;
    }
}
