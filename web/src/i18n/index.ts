/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { computed, signal } from "@preact/signals";
import { readPreference, writePreference } from "../platform/preferences";
import type { Dictionary } from "./dictionary";

export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** Chinese of any kind gets the Chinese texts, everybody else the English ones. */
export function pickLanguage(stored: string | null, preferred: readonly string[]): Language {
    if (stored === "en" || stored === "zh-CN") return stored;
    for (const tag of preferred) {
        if (/^zh\b/i.test(tag)) return "zh-CN";
        if (/^en\b/i.test(tag)) return "en";
    }
    return "en";
}

const load: Record<Language, () => Promise<Dictionary>> = {
    en: () => import("./en").then((module) => module.en),
    "zh-CN": () => import("./zh").then((module) => module.zh),
};

interface Texts {
    language: Language;
    words: Dictionary;
}

const current = signal<Texts | undefined>(undefined);

/** Must have been awaited once before anything is rendered. */
export async function setLanguage(language: Language, remember = true): Promise<void> {
    current.value = { language, words: await load[language]() };
    document.documentElement.lang = language;
    if (remember) writePreference("language", language);
}

export const startLanguage = () =>
    setLanguage(pickLanguage(readPreference("language"), navigator.languages), false);

export const language = computed<Language>(() => current.value?.language ?? "en");

/** The texts in the chosen language; a component that calls this is drawn anew when it changes. */
export function words(): Dictionary {
    const texts = current.value;
    if (!texts) throw new Error("texts are not loaded yet");
    return texts.words;
}
