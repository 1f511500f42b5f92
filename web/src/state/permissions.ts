/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the account permits (obligations 1.17, 5.6), and what was said to it before. Given up it is over at once, whoever
 * says so and where: in this window, in another of this browser, on another device.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { ClientEvent, type MatrixEvent } from "matrix-js-sdk";
import { putConsent, readConsents, type Consents, type Purpose } from "../api/consents";
import { language } from "../i18n";
import { session, type Session } from "./session";

/** With the words to be shown before each is given; nothing until it was looked up, or when it can't be. */
export const consents = signal<Consents | undefined>(undefined);

export const permission = (name: string): ReadonlySignal<Purpose | undefined> =>
    computed(() => consents.value?.purposes.find(({ purpose }) => purpose === name));

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("parley.permissions");

/** What can't be looked up is not permitted. */
export async function lookUpPermissions(): Promise<void> {
    const present = session.peek();
    try {
        const found = present && (await readConsents(language.peek(), present.authorized.fetch));
        if (session.peek() === present) consents.value = found;
    } catch (reason) {
        if (session.peek() === present) consents.value = undefined;
        throw reason;
    }
}

function note(name: string, granted: boolean): void {
    const known = consents.peek();
    if (!known) return;
    consents.value = { ...known, purposes: known.purposes.map((one) => (one.purpose === name ? { ...one, granted } : one)) };
}

export async function permit(name: string, granted: boolean, surface: string): Promise<void> {
    const present = session.peek();
    const purpose = consents.peek()?.purposes.find((one) => one.purpose === name);
    if (!present || !purpose) return;
    /* Off at once, whatever the way to the server is like; on only when it is on record. */
    if (!granted) note(name, false);
    await putConsent(purpose, granted, surface, present.authorized.fetch);
    channel?.postMessage("changed");
    await lookUpPermissions();
}

/** What another window or device has changed. Returns what ends it. */
export function watchPermissions(present: Session): () => void {
    const look = () => void lookUpPermissions().catch(() => undefined);
    const heard = (event: MatrixEvent) => {
        if (event.getType() !== "org.parley.consent" || event.getSender() !== present.userId) return;
        const { purpose, granted } = event.getContent<{ purpose?: unknown; granted?: unknown }>();
        if (typeof purpose === "string" && granted === false) note(purpose, false);
        look();
    };
    present.client.on(ClientEvent.ToDeviceEvent, heard);
    channel?.addEventListener("message", look);
    return () => {
        present.client.off(ClientEvent.ToDeviceEvent, heard);
        channel?.removeEventListener("message", look);
        consents.value = undefined;
    };
}
