/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Signing out takes the keys of this device along. What only this device has is handed over first: messages on their way,
 * and keys the backup has not got. What can't be handed over is said, and asked about.
 */
import { signal } from "@preact/signals";
import { EventStatus, type MatrixClient } from "matrix-js-sdk";
import { words } from "../i18n";
import { flushBackup } from "./backupFlush";
import { confirm, showProgress } from "./dialogs";
import { eventsEverywhere } from "./everywhere";
import { uploads } from "./sending";
import { session, signOut, type Session } from "./session";

/** For the messages, and again for the keys: longer than the SDK takes by itself, short enough to be waited for. */
const patience = 15_000;
/** What takes no longer is not worth a dialog. */
const unseen = 400;

const underWay: readonly (EventStatus | null)[] = [EventStatus.ENCRYPTING, EventStatus.QUEUED, EventStatus.SENDING];
const unsent: readonly (EventStatus | null)[] = [...underWay, EventStatus.NOT_SENT];

const messagesIn = (client: MatrixClient, standing: readonly (EventStatus | null)[]): number =>
    client.getRooms().reduce((sum, room) => sum + eventsEverywhere(room).filter((event) => standing.includes(event.status)).length, 0);

/** What has failed already isn't waited for: nobody is trying any more. */
const stillGoing = (client: MatrixClient) => messagesIn(client, underWay) + uploads.peek().filter((upload) => !upload.failed).length;
const notSent = (client: MatrixClient) => messagesIn(client, unsent) + uploads.peek().length;

async function untilSent(client: MatrixClient, stop: AbortSignal, left: (messages: number) => void): Promise<void> {
    for (let count; !stop.aborted && (count = stillGoing(client)) > 0; ) {
        left(count);
        await new Promise((again) => setTimeout(again, 100));
    }
}

/** Ends with `stop`, or when it has had its time. */
async function within<T>(stop: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const enough = new AbortController();
    const end = () => enough.abort();
    const late = setTimeout(end, patience);
    if (stop.aborted) end();
    stop.addEventListener("abort", end);
    try {
        return await work(enough.signal);
    } finally {
        clearTimeout(late);
        stop.removeEventListener("abort", end);
    }
}

interface Left {
    messages: number;
    keys: boolean;
}

/** What could not be handed over. Undefined: there is nobody to sign out any more, by their own wish or another's. */
async function handOver(present: Session): Promise<Left | undefined> {
    const t = words();
    const { client } = present;
    const stop = new AbortController();
    const line = signal("");
    let close = () => {};
    const seen = setTimeout(() => (close = showProgress(t.signingOutTitle, line, () => stop.abort())), unseen);
    const ended = session.subscribe((now) => now !== present && stop.abort());
    try {
        await within(stop.signal, (signal) => untilSent(client, signal, (count) => (line.value = t.signingOutMessages(count))));
        line.value = t.signingOutKeys;
        const crypto = client.getCrypto();
        const say = (count: number) => (line.value = t.signingOutKeysLeft(count));
        const flushed = !crypto || (await within(stop.signal, (signal) => flushBackup(crypto, signal, say)));
        return stop.signal.aborted ? undefined : { messages: notSent(client), keys: !flushed };
    } finally {
        clearTimeout(seen);
        ended();
        close();
    }
}

/** False: the person stays signed in. */
export async function signOutWithCare(userId: string): Promise<boolean> {
    const present = session.peek();
    if (present?.userId === userId) {
        const left = await handOver(present);
        if (!left) return false;
        const t = words();
        const lost = [left.messages > 0 ? t.signOutMessagesLost(left.messages) : "", left.keys ? t.signOutKeysLost : ""].filter(Boolean).join(" ");
        if (lost && !(await confirm(t.signOutLossTitle, lost, t.signOutAnyway, true))) return false;
    }
    await signOut(userId);
    return true;
}
