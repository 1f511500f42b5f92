/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { expect, test } from "vitest";
import { parseRoute } from "../src/model/route";
import { addressOf, readMessage } from "../src/worker/message";

const message = {
    account: "ABCDEF",
    language: "en",
    sound: true,
    app_id: "org.parley.web",
    event_id: "$event",
    room_id: "!room:example.org",
    prio: "high",
    counts: { unread: 3 },
};

test("1.11 what is shown tells how much is unread and nothing else", () => {
    const { title, options, unread } = readMessage({ ...message, content: { body: "secret" }, sender: "@anna:example.org" }, "en");
    expect(title).toBe("Parley");
    expect(options.body).toBe("3 unread messages");
    expect(unread).toBe(3);
    expect(JSON.stringify(options)).not.toMatch(/secret|anna/);
});

test("it is in the language of the app, or else of the browser", () => {
    expect(readMessage({ ...message, language: "zh-CN" }, "en").options.body).toBe("3 条未读消息");
    expect(readMessage({ ...message, language: undefined }, "zh-TW").options.body).toBe("3 条未读消息");
    expect(readMessage({ ...message, counts: { unread: 1 } }, "zh").options.body).toBe("1 unread message");
});

test("each account has one notification, and it is as loud as the person wants", () => {
    expect(readMessage(message, "en").options).toMatchObject({ tag: "parley ABCDEF", silent: false });
    expect(readMessage({ ...message, account: "OTHER", sound: false }, "en").options).toMatchObject({ tag: "parley OTHER", silent: true });
});

test.each([undefined, null, "text", 7, [], { counts: 7, room_id: {}, account: [] }, { counts: { unread: -1 } }, { counts: { unread: "many" } }])(
    "%j still says that there is something",
    (odd) => {
        const { options, unread } = readMessage(odd, "en");
        expect(options.body).toBe("There is something new");
        expect(options.data).toEqual({ account: "", room: "" });
        expect(unread).toBeUndefined();
    },
);

test("a click leads to the room, in the account it is for", () => {
    const address = addressOf(readMessage(message, "en").options.data);
    expect(parseRoute(address.slice(1))).toEqual({ at: "open", deviceId: "ABCDEF", roomId: "!room:example.org" });
    expect(addressOf({ account: "", room: "!room:example.org" })).toBe("/");
});
