/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { effect, signal } from "@preact/signals";
import { readPreference, writePreference } from "../platform/preferences";

export type Theme = "system" | "light" | "dark";

const stored = readPreference("theme");
export const theme = signal<Theme>(stored === "light" || stored === "dark" ? stored : "system");

effect(() => {
    const root = document.documentElement;
    if (theme.value === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme.value;
});

export function chooseTheme(chosen: Theme): void {
    theme.value = chosen;
    writePreference("theme", chosen === "system" ? null : chosen);
}
