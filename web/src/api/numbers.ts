/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inviting phone numbers and e-mail addresses, and the invites to one's own (spec "Third-party invites"). */
import { get, post, request, type Fetch } from "./http";

/** An invite to the number or address of the account, which nobody but the account knows of until it accepts. */
export interface Offer {
    token: string;
    name: string;
    avatar_url?: string;
    inviter: string;
    inviter_id: string;
    created_ts: number;
}

const offers = "/_parley/v1/third_party_invites";
const offer = (token: string) => `${offers}/${encodeURIComponent(token)}`;

export type Medium = "msisdn" | "email";

/** A number begins with the calling code; the server is its own identity server. */
export const inviteContact = (roomId: string, medium: Medium, address: string, server: string, fetch: Fetch) =>
    post<object>(
        `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`,
        { medium, address, id_server: server, id_access_token: "" },
        { fetch },
    );

export const listOffers = async (fetch: Fetch) => (await get<{ invites: Offer[] }>(offers, { fetch })).invites;

export const acceptOffer = (token: string, fetch: Fetch) => post<{ room_id: string }>(`${offer(token)}/accept`, {}, { fetch });

export const declineOffer = (token: string, fetch: Fetch) => request<object>("DELETE", offer(token), { fetch });
