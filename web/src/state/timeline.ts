/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The room on the screen: a window of its entries, what has been read, and by whom. */
import { batch, computed, signal } from "@preact/signals";
import {
    EventType,
    MatrixEventEvent,
    RoomEvent,
    RoomMemberEvent,
    RoomStateEvent,
    type MatrixClient,
    type MatrixEvent,
    type Room,
} from "matrix-js-sdk";
import { arrange, type Entry, type Message, type Person } from "../model/timeline";
import { entryOf, personOf } from "./entries";
import { atBeginning, eventsOf, goBack } from "./history";
import { session } from "./session";

const page = 60;

/** A message to be shown as soon as its room is on the screen. */
export const wanted = signal<{ roomId: string; id: string } | undefined>(undefined);
export const showInRoom = (roomId: string, id: string) => (wanted.value = { roomId, id });

export const openRoomId = signal<string | undefined>(undefined);
const entries = signal<Entry[]>([]);
const windowSize = signal(page);
const readUpTo = signal<string | undefined>(undefined);
export const readers = signal<ReadonlyMap<string, Person[]>>(new Map());
export const loadingOlder = signal(false);
const beginning = signal(false);

const visible = computed(() => entries.value.slice(-windowSize.value));
export const items = computed(() => arrange(visible.value, readUpTo.value));
export const hasOlder = computed(() => entries.value.length > windowSize.value || !beginning.value);
export const lastOwnMessage = computed(() =>
    entries.value.findLast((e): e is Message => e.kind === "message" && e.mine && e.status === "sent" && e.body.kind === "text"),
);

/** Changes with each message of one's own that the server has taken. */
export const lastSent = computed(
    () => entries.value.findLast((e): e is Message => e.kind === "message" && e.mine && e.status === "sent")?.id,
);

export function currentRoom(): { client: MatrixClient; room: Room } | undefined {
    const client = session.peek()?.client;
    const room = openRoomId.peek() ? client?.getRoom(openRoomId.peek()) : undefined;
    return client && room ? { client, room } : undefined;
}

export const findMessage = (id: string): Message | undefined =>
    entries.value.find((entry): entry is Message => entry.kind === "message" && entry.id === id);

let stop: (() => void) | undefined;
let waiting = false;

function schedule(): void {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() =>
        setTimeout(() => {
            waiting = false;
            refresh();
        }, 8),
    );
}

function refresh(): void {
    const here = currentRoom();
    if (!here) return;
    const { client, room } = here;
    const self = client.getSafeUserId();
    const list: Entry[] = [];
    const seen = new Map<string, Person[]>();
    let shown: Message | undefined;
    for (const event of eventsOf(room)) {
        const entry = entryOf(room, event, self);
        if (entry) {
            list.push(entry);
            if (entry.kind === "message") shown = entry;
        }
        /* A receipt on something that isn't shown counts for the message before it. */
        const at = shown;
        if (!at) continue;
        for (const receipt of room.getReceiptsForEvent(event)) {
            if (receipt.userId === self || receipt.type === "m.read.private") continue;
            if (receipt.userId === at.sender.userId) continue;
            seen.set(at.key, [...(seen.get(at.key) ?? []), personOf(room, receipt.userId)]);
        }
    }
    batch(() => {
        entries.value = list;
        readers.value = seen;
        beginning.value = atBeginning(room);
    });
}

/** Shows a room; the unread divider stays where it was at this moment. */
export function openRoom(roomId: string): void {
    if (openRoomId.peek() === roomId && stop) return;
    closeRoom();
    const client = session.peek()?.client;
    openRoomId.value = roomId;
    if (!client) return;
    const room = client.getRoom(roomId);
    const marker = room?.getAccountData(EventType.FullyRead)?.getContent()["event_id"] as string | undefined;
    const receipt = room?.getEventReadUpTo(client.getSafeUserId()) ?? undefined;
    readUpTo.value = room?.getUnreadNotificationCount() ? shownAt(room, receipt ?? marker) : undefined;
    windowSize.value = page;

    const ours = (_event: unknown, at?: Room) => {
        if (!at || at.roomId === roomId) schedule();
    };
    const any = () => schedule();
    const decrypted = (event: MatrixEvent) => {
        if (event.getRoomId() === roomId) schedule();
    };
    client.on(RoomEvent.Timeline, ours);
    client.on(RoomEvent.TimelineReset, any);
    client.on(RoomEvent.LocalEchoUpdated, ours);
    client.on(RoomEvent.Redaction, ours);
    client.on(RoomEvent.Receipt, ours);
    client.on(MatrixEventEvent.Replaced, any);
    client.on(MatrixEventEvent.Decrypted, decrypted);
    client.on(RoomStateEvent.Events, any);
    client.on(RoomMemberEvent.Name, any);
    client.on(RoomEvent.MyMembership, any);
    stop = () => {
        client.off(RoomEvent.Timeline, ours);
        client.off(RoomEvent.TimelineReset, any);
        client.off(RoomEvent.LocalEchoUpdated, ours);
        client.off(RoomEvent.Redaction, ours);
        client.off(RoomEvent.Receipt, ours);
        client.off(MatrixEventEvent.Replaced, any);
        client.off(MatrixEventEvent.Decrypted, decrypted);
        client.off(RoomStateEvent.Events, any);
        client.off(RoomMemberEvent.Name, any);
        client.off(RoomEvent.MyMembership, any);
    };
    refresh();
    void room?.decryptAllEvents();
    if (visible.peek().length < 25) void loadOlder();
}

/** The entry that a read marker stands at: the event itself, or the last shown one before it. */
function shownAt(room: Room | null | undefined, eventId: string | undefined): string | undefined {
    if (!room || !eventId) return undefined;
    const events = eventsOf(room);
    for (let i = events.findIndex((event) => event.getId() === eventId); i >= 0; i--) {
        const event = events[i];
        if (event && entryOf(room, event, "")) return event.getId();
    }
    return undefined;
}

export function closeRoom(): void {
    stop?.();
    stop = undefined;
    batch(() => {
        openRoomId.value = undefined;
        entries.value = [];
        readers.value = new Map();
        readUpTo.value = undefined;
        beginning.value = false;
        loadingOlder.value = false;
    });
}

/** What comes while nobody looks is new: the divider will stand before it. */
export function lookAway(): void {
    readUpTo.value = entries.peek().at(-1)?.id;
}

let loading: { roomId: string; done: Promise<void> } | undefined;

/** A further page of history: from memory when it is there, else from the server. Whoever asks while one is on its way waits for that. */
export function loadOlder(): Promise<void> {
    const roomId = openRoomId.peek();
    if (!roomId) return Promise.resolve();
    if (loading?.roomId === roomId) return loading.done;
    const mine = { roomId, done: loadPage() };
    loading = mine;
    return mine.done.finally(() => {
        if (loading === mine) loading = undefined;
    });
}

async function loadPage(): Promise<void> {
    const here = currentRoom();
    if (!here) return;
    if (entries.peek().length > windowSize.peek()) {
        windowSize.value += page;
        return;
    }
    if (beginning.peek() || here.room.getMyMembership() !== "join") return;
    loadingOlder.value = true;
    const before = entries.peek().length;
    try {
        await goBack(here.client, here.room, page);
    } catch {
        /* The next scroll, or coming back online, tries again. */
    } finally {
        if (openRoomId.peek() === here.room.roomId) {
            refresh();
            windowSize.value += Math.max(0, entries.peek().length - before);
            loadingOlder.value = false;
        }
    }
}

/** Back at the newest message a long window is no use. */
export function trimWindow(): void {
    if (windowSize.peek() > 4 * page) windowSize.value = page;
}

/** Makes sure a message is in the window, going back through history for it. */
export async function reveal(id: string, pages = 20): Promise<boolean> {
    for (let tries = 0; tries < pages; tries++) {
        const all = entries.peek();
        const index = all.findIndex((entry) => entry.id === id);
        if (index >= 0) {
            windowSize.value = Math.max(windowSize.peek(), all.length - index + 10);
            return true;
        }
        if (beginning.peek()) return false;
        windowSize.value = all.length;
        await loadOlder();
    }
    return false;
}

/** Everything here has been seen: tells the server, and so the others. */
export function markRead(): void {
    const here = currentRoom();
    if (!here || document.visibilityState !== "visible" || here.room.getMyMembership() !== "join") return;
    const last = eventsOf(here.room).findLast((event) => event.status === null);
    const id = last?.getId();
    if (!last || !id || here.room.getEventReadUpTo(here.client.getSafeUserId(), true) === id) return;
    if (last.getSender() === here.client.getSafeUserId() && here.room.getUnreadNotificationCount() === 0) return;
    void here.client.setRoomReadMarkers(here.room.roomId, id, last).catch(() => undefined);
}
