/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { formatRoute, parseRoute, type Route } from "../src/model/route";

const routes: Route[] = [
    { at: "home" },
    { at: "login" },
    { at: "invite", token: "a/b c" },
    { at: "offer", token: "a/b c" },
    { at: "room", roomId: "!abc:example.org" },
    { at: "room", roomId: "!q7Zxw", panel: "members" },
    { at: "room", roomId: "!q7Zxw", panel: "search" },
    { at: "search" },
    { at: "settings", page: "devices" },
    { at: "settings", page: "contacts" },
    { at: "settings", page: "notifications" },
    { at: "open", deviceId: "ABC/D", roomId: "!q7Zxw:example.org" },
    { at: "forgot" },
];

test.each(routes)("$at is read as it was written", (route) => expect(parseRoute(formatRoute(route))).toEqual(route));

test.each(["", "#", "#/nonsense", "#/room", "#/invite", "#/offer", "#/open", "#/open/ABC", "#/room/%E0%A4%A"])("%j doesn't break", (hash) => {
    expect(["home", "room"]).toContain(parseRoute(hash).at);
});
