/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the person asked not to be reminded of for now, on this device. */
import { keptByAccount } from "./keptByAccount";

interface Put {
    /** Until when not to remind of the recovery key, in milliseconds since 1970. */
    recovery?: number;
    /** Devices that were looked at and left as they are. */
    devices?: string[];
}

/** Long enough not to nag, short enough that few devices are lost meanwhile. */
const pause = 3 * 86_400_000;
const devicesMax = 50;

const put = keptByAccount<Put>("reminders");

export const remindsOfRecovery = (userId: string, now = Date.now()) => (put.of(userId)?.recovery ?? 0) <= now;

export const pauseRecovery = (userId: string) => put.change(userId, { ...put.of(userId), recovery: Date.now() + pause });

export const wasLookedAt = (userId: string, deviceId: string) => put.of(userId)?.devices?.includes(deviceId) ?? false;

export function lookedAt(userId: string, deviceIds: string[]): void {
    const known = put.of(userId)?.devices ?? [];
    put.change(userId, { ...put.of(userId), devices: [...new Set([...known, ...deviceIds])].slice(-devicesMax) });
}

export const forgetReminders = (userId: string) => put.change(userId, undefined);
