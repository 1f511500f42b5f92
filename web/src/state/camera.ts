/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The permission for the camera (obligation 1.14): asked when it is first needed, and gone the moment it is taken back. */
import { signal } from "@preact/signals";
import { listPurposes, putConsent, type Purpose } from "../api/consents";
import { language } from "../i18n";
import { session } from "./session";

/** With the words to be shown before it is given; nothing until it was looked up. */
export const camera = signal<Purpose | undefined>(undefined);

/* Other windows of this browser hear of a change, so that a camera running there goes off too. */
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("parley.camera");

if (channel) channel.onmessage = () => void lookUpCamera().catch(() => (camera.value = undefined));

export async function lookUpCamera(): Promise<void> {
    const present = session.peek();
    const found = present && (await listPurposes(language.peek(), present.authorized.fetch));
    if (session.peek() === present) camera.value = found?.find(({ purpose }) => purpose === "camera");
}

export async function permitCamera(granted: boolean, surface: string): Promise<void> {
    const present = session.peek();
    const purpose = camera.peek();
    if (!present || !purpose) return;
    /* Off at once, whatever the way to the server is like; on only when it is on record. */
    if (!granted) camera.value = { ...purpose, granted };
    await putConsent(purpose, granted, surface, present.authorized.fetch);
    camera.value = { ...purpose, granted };
    channel?.postMessage("changed");
}
