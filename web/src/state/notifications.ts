/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether this device tells the account in use that something is new, and how. */
import { signal } from "@preact/signals";
import { isPusherSet, removePusher, serverKey, setPusher } from "../api/pushers";
import { language } from "../i18n";
import { deviceName } from "../platform/device";
import { readPreference, writePreference } from "../platform/preferences";
import { askPermission, permission, presentSubscription, startWorker, subscribe, unsubscribe, type Permission } from "../platform/push";
import { accounts, session, type Session } from "./session";

/** "open": only while the app is open in a tab. */
export type Notifying = Exclude<Permission, "granted" | "unasked"> | "off" | "open" | "on";

export const notifying = signal<Notifying | undefined>(undefined);
export const withSound = signal(readPreference("sound") !== "off");

/** The accounts of this browser that are told here, by their devices' names. */
const wanted = () => new Set((readPreference("notifications") ?? "").split(" ").filter(Boolean));

function want(deviceId: string, yes: boolean): void {
    const all = wanted();
    if (yes) all.add(deviceId);
    else all.delete(deviceId);
    writePreference("notifications", all.size > 0 ? [...all].join(" ") : null);
}

export const isWanted = (deviceId: string) => wanted().has(deviceId) && permission() === "granted";

const payload = (present: Session) => ({ account: present.deviceId, language: language.peek(), sound: withSound.peek() });

async function tellServer(present: Session): Promise<void> {
    const { fetch } = present.authorized;
    const key = await serverKey(fetch);
    const subscription = key ? await subscribe(key) : undefined;
    /* It may have been switched off, or the account left, while the push service was looked for. */
    if (!subscription || session.peek() !== present || !isWanted(present.deviceId)) return;
    await setPusher(fetch, subscription, deviceName(), payload(present));
    if (session.peek() === present && notifying.peek() === "open") notifying.value = "on";
}

async function look(present: Session): Promise<Notifying> {
    const allowed = permission();
    if (allowed === "unsupported" || allowed === "denied") return allowed;
    if (!isWanted(present.deviceId)) return "off";
    const subscription = await presentSubscription();
    return subscription && (await isPusherSet(present.authorized.fetch, subscription)) ? "on" : "open";
}

/** What holds now. A subscription the browser has renewed since is told to the server. */
export async function loadNotifying(present: Session): Promise<void> {
    const found = await look(present);
    if (session.peek() !== present) return;
    notifying.value = found;
    if (found !== "open") return;
    await startWorker();
    void tellServer(present).catch(() => undefined);
}

export async function startNotifying(present: Session): Promise<void> {
    const allowed = await askPermission();
    if (allowed !== "granted") {
        notifying.value = allowed === "unasked" ? "off" : allowed;
        return;
    }
    await startWorker();
    want(present.deviceId, true);
    notifying.value = "open";
    void tellServer(present).catch(() => undefined);
}

export async function stopNotifying(present: Session): Promise<void> {
    const subscription = await presentSubscription();
    if (subscription) await removePusher(present.authorized.fetch, subscription);
    want(present.deviceId, false);
    notifying.value = "off";
    if (wanted().size === 0) await unsubscribe();
}

/** What is sent back with each message has changed. */
export async function retellServer(present: Session): Promise<void> {
    if (notifying.peek() === "on") await tellServer(present).catch(() => undefined);
}

export async function chooseSound(yes: boolean): Promise<void> {
    withSound.value = yes;
    writePreference("sound", yes ? null : "off");
    const present = session.peek();
    if (present) await retellServer(present);
}

/** Accounts that have gone from this device are not told here any more. */
export function forgetGone(): void {
    const known = new Set(accounts.peek().map((account) => account.deviceId));
    for (const deviceId of wanted()) if (!known.has(deviceId)) want(deviceId, false);
}
