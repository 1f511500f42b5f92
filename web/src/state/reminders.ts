/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the person asked not to be reminded of for now, on this device. */
import { signal } from "@preact/signals";
import { readPreference, writePreference } from "../platform/preferences";

interface Put {
    /** Until when not to remind of the recovery key, in milliseconds since 1970. */
    recovery?: number;
    /** Devices that were looked at and left as they are. */
    devices?: string[];
}

/** Long enough not to nag, short enough that few devices are lost meanwhile. */
const pause = 3 * 86_400_000;
const devicesMax = 50;

function read(): Record<string, Put> {
    try {
        const value: unknown = JSON.parse(readPreference("reminders") ?? "{}");
        return value !== null && typeof value === "object" ? (value as Record<string, Put>) : {};
    } catch {
        return {};
    }
}

const put = signal(read());

function change(userId: string, next: Put | undefined): void {
    const { [userId]: _, ...others } = put.peek();
    put.value = next ? { ...others, [userId]: next } : others;
    writePreference("reminders", Object.keys(put.peek()).length > 0 ? JSON.stringify(put.peek()) : null);
}

export const remindsOfRecovery = (userId: string, now = Date.now()) => (put.value[userId]?.recovery ?? 0) <= now;

export const pauseRecovery = (userId: string) => change(userId, { ...put.peek()[userId], recovery: Date.now() + pause });

export const wasLookedAt = (userId: string, deviceId: string) => put.value[userId]?.devices?.includes(deviceId) ?? false;

export function lookedAt(userId: string, deviceIds: string[]): void {
    const known = put.peek()[userId]?.devices ?? [];
    change(userId, { ...put.peek()[userId], devices: [...new Set([...known, ...deviceIds])].slice(-devicesMax) });
}

export const forgetReminders = (userId: string) => change(userId, undefined);
