/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where this browser is told that something is new: spec "Push notifications", and Web Push (MSC4174). */
import { get, post, type Fetch } from "./http";

const appId = "org.parley.web";
const kind = "org.matrix.msc4174.webpush";

/** As a browser gives it. */
interface Subscription {
    endpoint: string;
    p256dh: string;
    auth: string;
}

interface Listed {
    app_id: string;
    pushkey: string;
}

/** The key push services know the server by; undefined: it sends to none. */
export async function serverKey(fetch: Fetch): Promise<string | undefined> {
    const path = "/_matrix/client/v3/capabilities";
    const { capabilities } = await get<{ capabilities: Record<string, { enabled?: boolean; vapid?: string } | undefined> }>(path, { fetch });
    const offered = capabilities[kind];
    return offered?.enabled ? offered.vapid : undefined;
}

export async function isPusherSet(fetch: Fetch, subscription: Subscription): Promise<boolean> {
    const { pushers } = await get<{ pushers: Listed[] }>("/_matrix/client/v3/pushers", { fetch });
    return pushers.some((pusher) => pusher.app_id === appId && pusher.pushkey === subscription.p256dh);
}

/** What comes back with each message, for the worker: it knows nothing else of the app. */
export interface Payload {
    account: string;
    language: string;
    sound: boolean;
}

export async function setPusher(fetch: Fetch, subscription: Subscription, deviceName: string, payload: Payload): Promise<void> {
    const body = {
        kind,
        app_id: appId,
        pushkey: subscription.p256dh,
        app_display_name: "Parley",
        device_display_name: deviceName,
        lang: payload.language,
        data: { endpoint: subscription.endpoint, auth: subscription.auth, default_payload: payload },
        append: true /* other accounts of this browser have the same subscription */,
    };
    await post("/_matrix/client/v3/pushers/set", body, { fetch });
}

export async function removePusher(fetch: Fetch, subscription: Subscription): Promise<void> {
    await post("/_matrix/client/v3/pushers/set", { kind: null, app_id: appId, pushkey: subscription.p256dh }, { fetch });
}
