/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Preferences of this browser that must be known before the first paint; and what it last saw of the public log. */
export type Preference = "language" | "theme" | "emoji" | "log" | "reminders" | "notifications" | "sound" | "previews";

export function readPreference(name: Preference): string | null {
    try {
        return localStorage.getItem(`parley.${name}`);
    } catch {
        return null;
    }
}

export function writePreference(name: Preference, value: string | null): void {
    try {
        if (value === null) localStorage.removeItem(`parley.${name}`);
        else localStorage.setItem(`parley.${name}`, value);
    } catch {
        /* Storage may be refused: the choice then lasts as long as the page. */
    }
}
