/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invites to the account's own number. They aren't part of a sync, and are asked for when somebody looks. */
import { signal } from "@preact/signals";
import { acceptOffer, declineOffer, listOffers, type Offer } from "../api/numbers";
import { session, type Session } from "./session";

export const offers = signal<Offer[]>([]);

async function load(present: Session): Promise<void> {
    const list = await listOffers(present.authorized.fetch).catch(() => undefined);
    if (list && session.peek() === present) offers.value = list;
}

/** Asks now, and whenever the app is looked at again. Returns what ends that. */
export function watchOffers(present: Session): () => void {
    offers.value = [];
    const look = () => {
        if (document.visibilityState === "visible") void load(present);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
}

const forget = (token: string) => (offers.value = offers.value.filter((offer) => offer.token !== token));

/** Returns the room's id. */
export async function takeOffer(token: string): Promise<string> {
    const { room_id } = await acceptOffer(token, session.peek()?.authorized.fetch ?? fetch);
    forget(token);
    return room_id;
}

export async function refuseOffer(token: string): Promise<void> {
    await declineOffer(token, session.peek()?.authorized.fetch ?? fetch);
    forget(token);
}
