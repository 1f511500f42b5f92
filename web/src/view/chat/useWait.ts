/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Room } from "matrix-js-sdk";
import { useEffect, useState } from "preact/hooks";
import { waitIn } from "../../state/slowMode";
import { lastSent } from "../../state/timeline";

/** What is left to wait in a slow room, counted down by the second. */
export function useWait(room: Room | null | undefined, self: string): number {
    const [, setBeat] = useState(0);
    void lastSent.value; /* each message sent begins a wait */
    const left = room ? waitIn(room, self) : 0;
    const waiting = left > 0;
    useEffect(() => {
        if (!waiting) return undefined;
        const clock = setInterval(() => setBeat((beat) => beat + 1), 1000);
        return () => clearInterval(clock);
    }, [waiting]);
    return left;
}
