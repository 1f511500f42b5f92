/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { get, post, request, type Fetch } from "./http";

export interface InvitePreview {
    room_id: string;
    name: string;
    avatar_url?: string;
    members: number;
    inviter: string;
}

/** A link that works. Its token is told only once, when it is made: the server keeps but a fingerprint. */
export interface InviteLink {
    id: string;
    created_ts: number;
    expires_ts?: number;
    uses: number;
    maker?: string;
}

export interface NewInviteLink {
    id: string;
    token: string;
}

const roomLinks = (roomId: string) => `/_parley/v1/rooms/${encodeURIComponent(roomId)}/invite_links`;

export const previewInvite = (token: string) =>
    get<InvitePreview>(`/_parley/v1/invites/${encodeURIComponent(token)}`);

export const joinByInvite = (token: string, fetch: Fetch) =>
    post<{ room_id: string }>(`/_parley/v1/invites/${encodeURIComponent(token)}/join`, {}, { fetch });

export const createInviteLink = (roomId: string, fetch: Fetch, expiresInMs: number) =>
    post<NewInviteLink>(roomLinks(roomId), { expires_in_ms: expiresInMs }, { fetch });

export const listInviteLinks = async (roomId: string, fetch: Fetch) =>
    (await get<{ links: InviteLink[] }>(roomLinks(roomId), { fetch })).links;

export const revokeInviteLink = (roomId: string, id: string, fetch: Fetch) =>
    request<object>("DELETE", `${roomLinks(roomId)}/${encodeURIComponent(id)}`, { fetch });

/** The address people pass on: always the one of the app they are using. */
export const inviteAddress = (token: string) => `${location.origin}/#/invite/${encodeURIComponent(token)}`;
