/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { language, words } from "./index";

const formats = new Map<string, Intl.DateTimeFormat>();

/** The person's own kind of the language ("en-GB"), for the order of dates and the clock they are used to. */
const locale = () => navigator.languages.find((tag) => tag.slice(0, 2) === language.value.slice(0, 2)) ?? language.value;

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = language.value + JSON.stringify(options);
    let made = formats.get(key);
    if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale(), options)));
    return made;
}

export const timeOfDay = (ts: number) => format({ hour: "numeric", minute: "2-digit" }).format(ts);
export const fullTime = (ts: number) => format({ dateStyle: "medium", timeStyle: "short" }).format(ts);

export function daysAgo(ts: number, now: number = Date.now()): number {
    const midnight = (value: number) => new Date(value).setHours(0, 0, 0, 0);
    return Math.round((midnight(now) - midnight(ts)) / 86_400_000);
}

export function dayName(ts: number): string {
    const days = daysAgo(ts);
    if (days === 0) return words().today;
    if (days === 1) return words().yesterday;
    if (days > 0 && days < 7) return format({ weekday: "long" }).format(ts);
    const sameYear = new Date(ts).getFullYear() === new Date().getFullYear();
    return format({ day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) }).format(ts);
}

/** As short as a list wants it: the time today, else the day. */
export function shortTime(ts: number): string {
    const days = daysAgo(ts);
    if (days <= 0) return timeOfDay(ts);
    if (days === 1) return words().yesterday;
    if (days < 7) return format({ weekday: "short" }).format(ts);
    return format({ day: "numeric", month: "numeric" }).format(ts);
}

/** "30 seconds", "1 hour": in the largest unit of which it is a whole number, as people say it; else in seconds. */
export function duration(ms: number, unitDisplay: "long" | "narrow" = "long"): string {
    const units = [
        ["day", 86_400_000],
        ["hour", 3_600_000],
        ["minute", 60_000],
    ] as const;
    const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? (["second", 1000] as const);
    return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 }).format(ms / size);
}

export function fileSize(bytes: number): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
    let step = 0;
    while (bytes >= 1000 && step < units.length - 1) {
        bytes /= 1000;
        step++;
    }
    const unit = units[step] ?? "byte";
    return new Intl.NumberFormat(language.value, {
        style: "unit",
        unit,
        unitDisplay: unit === "byte" ? "long" : "short",
        maximumFractionDigits: bytes < 10 && step > 0 ? 1 : 0,
    }).format(bytes);
}

export const list = (items: string[]) => new Intl.ListFormat(language.value, { type: "conjunction" }).format(items);
