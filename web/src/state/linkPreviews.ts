/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What pages are about that messages link to, where the room lets the server ask. Each link is asked for once; what came
 * of it stays in memory, and goes with the account.
 */
import { signal, type Signal } from "@preact/signals";
import type { Room } from "matrix-js-sdk";
import { fetchPreview, type Place } from "../api/linkPreview";
import { ApiError } from "../api/http";
import { allowsPreviews, previewsType, readPreview, type LinkPreview } from "../model/linkPreview";
import { session, type Session } from "./session";

export const previewsIn = (room: Room): boolean =>
    allowsPreviews(room.currentState.getStateEvents(previewsType, "")?.getContent(), room.hasEncryptionStateEvent());

export async function setPreviews(roomId: string, on: boolean): Promise<void> {
    /* The SDK's types list the specification's state only. */
    await session.peek()?.client.sendStateEvent(roomId, previewsType as never, { disable: !on } as never, "");
}

export type Asked = { state: "unasked" } | { state: "asking" } | { state: "nothing" } | { state: "found"; preview: LinkPreview };

const capacity = 300;
let owner: Session | undefined;
let answers = new Map<string, Signal<Asked>>();
/* Sites this server asks for nobody: their links get no place to wait in. */
let refused = new Set<string>();

function own(): void {
    if (owner === session.peek()) return;
    owner = session.peek();
    answers = new Map();
    refused = new Set();
}

/** What is known of a link, for a card to follow. */
export function previewOf(link: string): Signal<Asked> {
    own();
    let known = answers.get(link);
    if (!known) {
        answers.set(link, (known = signal<Asked>({ state: "unasked" })));
        for (const [oldest] of answers) {
            if (answers.size <= capacity) break;
            answers.delete(oldest);
        }
    }
    return known;
}

export const isRefused = (link: string): boolean => refused.has(new URL(link).host);

/** Asks the server, unless it has been asked. */
export async function askPreview(link: string, place: Place): Promise<void> {
    const answer = previewOf(link);
    const present = session.peek();
    if (!present || answer.peek().state !== "unasked") return;
    answer.value = { state: "asking" };
    try {
        const preview = readPreview(await fetchPreview(present.authorized, link, place), link);
        answer.value = preview ? { state: "found", preview } : { state: "nothing" };
    } catch (reason) {
        answer.value = { state: "nothing" };
        if (!(reason instanceof ApiError)) return;
        if (reason.status === 403) refused.add(new URL(link).host);
        /* That says nothing of the page: whoever meets the link next may ask again. */
        if (reason.status === 0 || reason.status === 429) answers.delete(link);
    }
}
