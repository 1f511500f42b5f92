/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is asked of a room after a gap, on the SDK's own rooms: its newest timeline is not all there is. */
import { createClient, Direction, EventStatus, MatrixEvent, Room, type IContent } from "matrix-js-sdk";
import { beforeEach, expect, test, vi } from "vitest";

vi.hoisted(() => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("location", { hash: "", origin: "https://parley.test" });
    vi.stubGlobal("document", page);
    vi.stubGlobal("matchMedia", () => Object.assign(new EventTarget(), { matches: false }));
});
const { eventsEverywhere } = await import("../src/state/everywhere");
const { eventsOf } = await import("../src/state/history");
const { lastMessage } = await import("../src/state/rooms");
const { pendingIn } = await import("../src/state/sending");
const { waitIn } = await import("../src/state/slowMode");

const self = "@anna:parley.test";
let room: Room;
let serial = 0;
beforeEach(() => {
    const client = createClient({ baseUrl: "https://parley.test", userId: self, timelineSupport: true });
    room = new Room("!r:parley.test", client, self, { timelineSupport: true });
});

function event(type: string, content: IContent, more: object = {}): MatrixEvent {
    return new MatrixEvent({ type, content, room_id: room.roomId, event_id: `$${++serial}`, sender: self, origin_server_ts: Date.now(), ...more });
}
const said = (body: string, more?: object) => event("m.room.message", { msgtype: "m.text", body }, more);
const reaction = () => event("m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: "$0", key: "+" } }, { sender: "@ben:parley.test" });
const came = (...events: MatrixEvent[]) => room.addLiveEvents(events, { addToState: true });

/** The server left something out: what was here is put aside, until history ties it to the newest. */
function gap({ tied }: { tied: boolean }): void {
    const before = room.getLiveTimeline();
    room.resetLiveTimeline("back", "forward");
    if (!tied) return;
    before.setNeighbouringTimeline(room.getLiveTimeline(), Direction.Forward);
    room.getLiveTimeline().setNeighbouringTimeline(before, Direction.Backward);
}

test("the list shows the last message, though only reactions have come since the gap", async () => {
    await came(said("before"));
    gap({ tied: true });
    await came(reaction());
    expect(lastMessage(room)?.getContent()["body"]).toBe("before");
    await came(said("after"));
    expect(lastMessage(room)?.getContent()["body"]).toBe("after");
});

test("a message that wasn't sent can be sent again or discarded from before a gap", async () => {
    const failed = said("lost", { event_id: "~!r:m1" });
    failed.setTxnId("m1");
    failed.status = EventStatus.SENDING;
    room.addPendingEvent(failed, "m1");
    failed.setStatus(EventStatus.NOT_SENT);
    gap({ tied: false });
    expect(room.getLiveTimeline().getEvents()).toEqual([]);
    expect(pendingIn(room, "m1")).toBe(failed);
    expect(eventsEverywhere(room)).toContain(failed);
    expect(pendingIn(room, "m2")).toBeUndefined();
});

test("what one was sending when a gap came is still in sight, before and after it is sent", async () => {
    const words = () => eventsOf(room).map((event) => event.getContent()["body"]);
    await came(said("long ago", { origin_server_ts: 1_000 }));
    const mine = said("mine", { event_id: "~!r:m1", origin_server_ts: 5_000 });
    mine.setTxnId("m1");
    mine.status = EventStatus.SENDING;
    room.addPendingEvent(mine, "m1");
    gap({ tied: false });
    expect(words()).toEqual(["mine"]);
    const theirs = { sender: "@ben:parley.test" };
    await came(said("first behind the gap", { ...theirs, origin_server_ts: 4_000 }), said("last", { ...theirs, origin_server_ts: 6_000 }));
    expect(words()).toEqual(["first behind the gap", "last", "mine"]);
    await came(said("mine", { event_id: "$mine", origin_server_ts: 5_000, unsigned: { transaction_id: "m1" } }));
    expect(words()).toEqual(["first behind the gap", "mine", "last"]);
    expect(eventsOf(room).map((event) => event.status)).toEqual([null, null, null]);
});

test.each([true, false])("slow mode counts one's own last message from before a gap (tied: %s)", async (tied) => {
    await came(
        event("m.room.member", { membership: "join" }, { state_key: self }),
        event("org.parley.slow_mode", { interval: 60_000 }, { state_key: "", sender: "@ben:parley.test", unsigned: { age: 90_000 } }),
        said("mine", { unsigned: { age: 10_000 } }),
    );
    gap({ tied });
    await came(said("theirs", { sender: "@ben:parley.test" }));
    expect(waitIn(room, self)).toBeGreaterThan(45_000);
    expect(waitIn(room, self)).toBeLessThanOrEqual(50_000);
});
