/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Authorized } from "./authorized";
import { get, type Json } from "./http";

/** The message a link stands in: the server gives previews of what one can read only. */
export interface Place {
    roomId: string;
    eventId: string;
}

export const fetchPreview = (session: Authorized, link: string, { roomId, eventId }: Place): Promise<Json> =>
    get<Json>(
        `/_matrix/client/v1/media/preview_url?${new URLSearchParams({ url: link, "org.parley.room_id": roomId, "org.parley.event_id": eventId })}`,
        { fetch: session.fetch },
    );
