/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What this device keeps of the choices of each of its accounts. */
import { signal } from "@preact/signals";
import { readPreference, writePreference, type Preference } from "../platform/preferences";

export interface KeptByAccount<T> {
    /** Read within a component or an effect, it follows changes. */
    of(userId: string): T | undefined;
    change(userId: string, next: T | undefined): void;
}

function read<T>(name: Preference): Record<string, T> {
    try {
        const value: unknown = JSON.parse(readPreference(name) ?? "{}");
        return value !== null && typeof value === "object" ? (value as Record<string, T>) : {};
    } catch {
        return {};
    }
}

export function keptByAccount<T>(name: Preference): KeptByAccount<T> {
    const kept = signal(read<T>(name));
    return {
        of: (userId) => kept.value[userId],
        change(userId, next) {
            const { [userId]: _, ...others } = kept.peek();
            kept.value = next === undefined ? others : { ...others, [userId]: next };
            writePreference(name, Object.keys(kept.peek()).length > 0 ? JSON.stringify(kept.peek()) : null);
        },
    };
}
