/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The camera (obligation 1.14): no picture without the account's permission, and none after it is taken back. */
import { computed, effect } from "@preact/signals";
import { closeCamera, openCamera, type Facing } from "../platform/camera";
import { permission } from "./permissions";

export const camera = permission("camera");
const permitted = computed(() => camera.value?.granted === true);

const running = new Set<MediaStream>();

/* Whatever still shows it: what runs is switched off here. */
effect(() => {
    if (permitted.value) return;
    for (const stream of running) closeCamera(stream);
    running.clear();
});

/** Rejects with what the browser said; with a NotAllowedError, too, where it is the account that doesn't permit it. */
export async function startCamera(facing: Facing): Promise<MediaStream> {
    if (!permitted.peek()) throw new DOMException("not permitted", "NotAllowedError");
    const stream = await openCamera(facing);
    if (!permitted.peek()) {
        closeCamera(stream);
        throw new DOMException("not permitted", "NotAllowedError");
    }
    running.add(stream);
    return stream;
}

export function stopCamera(stream: MediaStream): void {
    closeCamera(stream);
    running.delete(stream);
}
