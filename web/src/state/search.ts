/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Looking for what was said, in one room or in all. The server searches what it can read; of encrypted rooms this device
 * searches what it holds, and goes further back when asked to. What is looked for is kept in memory only.
 */
import { batch, signal, type Signal } from "@preact/signals";
import { EventType, SearchOrderBy, type ISearchResponse, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { excerpt, matchText, parseQuery } from "../model/search";
import { atBeginning, eventsOf, goBack } from "./history";
import { nameIn } from "./names";
import { localpart, session } from "./session";

export interface Found {
    id: string;
    roomId: string;
    ts: number;
    sender: string;
    text: string;
    /** Words to mark in the text. */
    marks: readonly string[];
    before?: string;
    after?: string;
}

/** How far back encrypted messages have been searched. */
export interface Local {
    rooms: number;
    /** Time of the oldest message looked at; 0: none. */
    since: number;
    /** All of them have been, to the beginning. */
    complete: boolean;
    busy: boolean;
}

export interface Search {
    roomId: string | undefined;
    query: Signal<string>;
    /** What the results are of. */
    asked: Signal<string>;
    results: Signal<Found[]>;
    state: Signal<"idle" | "loading" | "done">;
    error: Signal<unknown>;
    more: Signal<boolean>;
    /** The server did not look through everything: what is missing is old. */
    bounded: Signal<boolean>;
    local: Signal<Local>;
    run(): Promise<void>;
    loadMore(): Promise<void>;
    searchFurther(): Promise<void>;
    stop(): void;
}

const pageSize = 60;
/** Pages for one push of the button, in each room. */
const pagesAtOnce = 10;

type Hit = NonNullable<ISearchResponse["search_categories"]["room_events"]["results"]>[number];

const bodyOf = (content: unknown): string => {
    const { body, name, topic } = (content ?? {}) as Record<string, unknown>;
    return [body, name, topic].find((text) => typeof text === "string") ?? "";
};

function foundFrom(hit: Hit, marks: readonly string[]): Found {
    const { result, context } = hit;
    const profile = context?.profile_info?.[result.sender];
    const around = (event: { content?: unknown } | undefined) => excerpt(bodyOf(event?.content), [], 80);
    const [before, after] = [around(context?.events_before?.[0]), around(context?.events_after?.[0])];
    return {
        id: result.event_id,
        roomId: result.room_id ?? "",
        ts: result.origin_server_ts,
        sender: profile?.displayname ?? localpart(result.sender),
        text: excerpt(bodyOf(result.content), marks),
        marks,
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
    };
}

const newestFirst = (a: Found, b: Found) => b.ts - a.ts;

const isEncrypted = (room: Room): boolean => room.currentState.getStateEvents(EventType.RoomEncryption, "") !== null;

function encryptedRooms(client: MatrixClient, roomId: string | undefined): Room[] {
    const rooms = roomId ? [client.getRoom(roomId)] : client.getRooms();
    return rooms.filter((room): room is Room => room !== null && room.getMyMembership() === "join" && isEncrypted(room));
}

/** Type and content are those inside, once it has been decrypted. */
function foundIn(room: Room, event: MatrixEvent, query: string): Found | undefined {
    if (event.getType() !== EventType.RoomMessage || event.isRedacted() || event.isRelation("m.replace")) return undefined;
    const text = bodyOf(event.getContent());
    const marks = matchText(text, parseQuery(query));
    const id = event.getId();
    if (!marks || !id) return undefined;
    return { id, roomId: room.roomId, ts: event.getTs(), sender: nameIn(room, event.getSender() ?? ""), text: excerpt(text, marks), marks };
}

function localStanding(rooms: readonly Room[], busy: boolean): Local {
    const oldest = rooms.map((room) => eventsOf(room)[0]?.getTs() ?? Date.now());
    return { rooms: rooms.length, since: oldest.length ? Math.max(...oldest) : 0, complete: rooms.every(atBeginning), busy };
}

export function createSearch(roomId?: string): Search {
    const query = signal("");
    const asked = signal("");
    const results = signal<Found[]>([]);
    const state = signal<"idle" | "loading" | "done">("idle");
    const error = signal<unknown>(undefined);
    const more = signal(false);
    const bounded = signal(false);
    const local = signal<Local>(localStanding([], false));
    let remote: Found[] = [];
    let next: string | undefined;
    let serial = 0;
    let digging = 0;

    function show(client: MatrixClient): void {
        const encrypted = encryptedRooms(client, roomId);
        const mine = encrypted.flatMap((room) =>
            eventsOf(room)
                .map((event) => foundIn(room, event, asked.peek()))
                .filter((found) => found !== undefined),
        );
        batch(() => {
            results.value = [...remote, ...mine].sort(newestFirst);
            local.value = localStanding(encrypted, local.peek().busy);
        });
    }

    async function ask(client: MatrixClient, from: string | undefined): Promise<void> {
        const mine = serial;
        const body = {
            search_categories: {
                room_events: {
                    search_term: asked.peek(),
                    order_by: SearchOrderBy.Recent,
                    event_context: { before_limit: 1, after_limit: 1, include_profile: true },
                    filter: { limit: 20, ...(roomId ? { rooms: [roomId] } : {}) },
                },
            },
        };
        state.value = "loading";
        error.value = undefined;
        try {
            const answer = await client.search({ body, ...(from ? { next_batch: from } : {}) });
            if (mine !== serial) return;
            const { results: hits = [], highlights = [], next_batch, ...rest } = answer.search_categories.room_events;
            bounded.value = (rest as { "org.parley.bounded"?: boolean })["org.parley.bounded"] === true;
            remote = [...(from ? remote : []), ...hits.map((hit) => foundFrom(hit, highlights))];
            next = next_batch;
        } catch (reason) {
            if (mine !== serial) return;
            error.value = reason;
        }
        batch(() => {
            more.value = next !== undefined;
            state.value = "done";
            show(client);
        });
    }

    function stop(): void {
        digging++;
        if (local.peek().busy) local.value = { ...local.peek(), busy: false };
    }

    function clear(): void {
        serial++;
        stop();
        remote = [];
        next = undefined;
        batch(() => {
            asked.value = query.peek().trim();
            results.value = [];
            more.value = false;
            bounded.value = false;
            error.value = undefined;
            state.value = "idle";
        });
    }

    async function run(): Promise<void> {
        const client = session.peek()?.client;
        clear();
        if (!client || !asked.peek()) return;
        await ask(client, undefined);
    }

    async function loadMore(): Promise<void> {
        const client = session.peek()?.client;
        if (client && next && state.peek() !== "loading") await ask(client, next);
    }

    /** Further back in encrypted rooms, page by page, until it is told to stop or has gone far enough. */
    async function searchFurther(): Promise<void> {
        const client = session.peek()?.client;
        if (!client) return;
        const mine = ++digging;
        local.value = { ...local.peek(), busy: true };
        try {
            for (let page = 0; page < pagesAtOnce; page++) {
                for (const room of encryptedRooms(client, roomId).filter((candidate) => !atBeginning(candidate))) {
                    await goBack(client, room, pageSize);
                    await Promise.all(eventsOf(room).map((event) => client.decryptEventIfNeeded(event)));
                    if (mine !== digging) return;
                    show(client);
                }
            }
        } catch (reason) {
            if (mine === digging) error.value = reason;
        } finally {
            if (mine === digging) {
                local.value = { ...local.peek(), busy: false };
                show(client);
            }
        }
    }

    return { roomId, query, asked, results, state, error, more, bounded, local, run, loadMore, searchFurther, stop };
}
