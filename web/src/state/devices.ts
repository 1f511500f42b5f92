/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The account's devices, and which of them its owner has confirmed. */
import { effect, signal } from "@preact/signals";
import type { IMyDevice } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { standing } from "./recovery";
import { lookedAt, wasLookedAt } from "./reminders";
import { session, type Session } from "./session";

/** Everything that is held of it (obligation 1.1). */
export interface Device extends IMyDevice {
    "org.parley.user_agent"?: string;
    own: boolean;
    /** Without keys it takes part in nothing encrypted, and there is nothing to confirm. Unknown while this one has none. */
    trust: "confirmed" | "unconfirmed" | "keyless" | "unknown";
}

/** This device first, then as they were last seen. */
export async function listDevices({ client, userId, deviceId }: Session): Promise<Device[]> {
    const crypto = client.getCrypto();
    const list = (await client.getDevices()).devices;
    const devices = await Promise.all(
        list.map(async (device): Promise<Device> => {
            if (!crypto) return { ...device, own: device.device_id === deviceId, trust: "unknown" };
            const status = await crypto.getDeviceVerificationStatus(userId, device.device_id);
            const trust = !status ? "keyless" : status.signedByOwner ? "confirmed" : "unconfirmed";
            return { ...device, own: device.device_id === deviceId, trust };
        }),
    );
    return devices.sort((a, b) => Number(b.own) - Number(a.own) || (b.last_seen_ts ?? 0) - (a.last_seen_ts ?? 0));
}

/** Devices that signed in to this account and that nobody has confirmed; asked about until the person has looked. */
export const strangers = signal<Device[]>([]);

/** Counts up when the devices of the account may have changed. */
export const devicesChanged = signal(0);

async function look(present: Session): Promise<void> {
    const found = standing.peek() === "unsaved" || standing.peek() === "complete" ? await listDevices(present) : [];
    if (session.peek() !== present) return;
    strangers.value = found.filter(
        (device) => !device.own && device.trust === "unconfirmed" && !wasLookedAt(present.userId, device.device_id),
    );
}

export function watchDevices(present: Session): () => void {
    const again = () => void look(present).catch(() => undefined);
    const updated = (users: string[]) => {
        if (!users.includes(present.userId)) return;
        devicesChanged.value++;
        again();
    };
    present.client.on(CryptoEvent.DevicesUpdated, updated);
    const stop = effect(() => void (standing.value !== "unknown" && again()));
    return () => {
        stop();
        present.client.off(CryptoEvent.DevicesUpdated, updated);
        strangers.value = [];
    };
}

export function leaveStrangers(): void {
    lookedAt(session.peek()?.userId ?? "", strangers.peek().map((device) => device.device_id));
    strangers.value = [];
}
