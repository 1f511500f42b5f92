/* SPDX-License-Identifier: AGPL-3.0-or-later */
const browsers: [RegExp, string][] = [
    [/Edg\//, "Edge"],
    [/Firefox\//, "Firefox"],
    [/Chrome\//, "Chrome"],
    [/Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Mac OS X/, "macOS"],
    [/Windows/, "Windows"],
    [/Linux/, "Linux"],
];

const first = (table: [RegExp, string][], text: string, otherwise: string) =>
    table.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise;

/** What a person recognises this device by in the list of their devices. */
export function deviceName(agent: string = navigator.userAgent): string {
    return `Parley · ${first(browsers, agent, "Web")} · ${first(systems, agent, "?")}`;
}
