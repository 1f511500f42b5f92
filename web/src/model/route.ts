/* SPDX-License-Identifier: AGPL-3.0-or-later */
export type SettingsPage =
    | "profile"
    | "account"
    | "contacts"
    | "devices"
    | "password"
    | "notifications"
    | "appearance"
    | "permissions"
    | "privacy"
    | "data"
    | "record"
    | "cancel";
export type RoomPanel = "info" | "members" | "invite" | "search";

export type Route =
    | { at: "home" }
    | { at: "welcome" }
    | { at: "signup" }
    | { at: "login" }
    | { at: "forgot" }
    | { at: "accounts" }
    | { at: "policy" }
    | { at: "search" }
    | { at: "invite"; token: string }
    | { at: "offer"; token: string }
    /** How the end of an account stands, for whoever has its claim. */
    | { at: "erasure"; claim: string }
    | { at: "room"; roomId: string; panel?: RoomPanel }
    /** From a notification: a room of the account that this device's name is of. */
    | { at: "open"; deviceId: string; roomId: string }
    | { at: "settings"; page: SettingsPage };

const panels: readonly string[] = ["info", "members", "invite", "search"] satisfies RoomPanel[];
const settings: readonly string[] = [
    "profile",
    "account",
    "contacts",
    "devices",
    "password",
    "notifications",
    "appearance",
    "permissions",
    "privacy",
    "data",
    "record",
    "cancel",
] satisfies SettingsPage[];

/** Reads the part of the address after `#`. Whatever isn't known is home. */
export function parseRoute(hash: string): Route {
    const [place = "", ...rest] = hash.replace(/^#?\/?/, "").split("/").map(decode);
    switch (place) {
        case "welcome":
        case "signup":
        case "login":
        case "forgot":
        case "accounts":
        case "policy":
        case "search":
            return { at: place };
        case "invite":
        case "offer":
            return rest[0] ? { at: place, token: rest[0] } : { at: "home" };
        case "erasure":
            return rest[0] ? { at: place, claim: rest[0] } : { at: "home" };
        case "room":
            if (!rest[0]) return { at: "home" };
            return rest[1] && panels.includes(rest[1])
                ? { at: "room", roomId: rest[0], panel: rest[1] as RoomPanel }
                : { at: "room", roomId: rest[0] };
        case "open":
            return rest[0] && rest[1] ? { at: place, deviceId: rest[0], roomId: rest[1] } : { at: "home" };
        case "settings":
            return { at: "settings", page: settings.includes(rest[0] ?? "") ? (rest[0] as SettingsPage) : "profile" };
        default:
            return { at: "home" };
    }
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

export function formatRoute(route: Route): string {
    switch (route.at) {
        case "home":
            return "#/";
        case "invite":
        case "offer":
            return `#/${route.at}/${encodeURIComponent(route.token)}`;
        case "erasure":
            return `#/erasure/${encodeURIComponent(route.claim)}`;
        case "room":
            return `#/room/${encodeURIComponent(route.roomId)}${route.panel ? `/${route.panel}` : ""}`;
        case "open":
            return `#/open/${encodeURIComponent(route.deviceId)}/${encodeURIComponent(route.roomId)}`;
        case "settings":
            return `#/settings/${route.page}`;
        default:
            return `#/${route.at}`;
    }
}
