/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An invite link followed before signing in waits here, and is taken up once there is an account. */
import { ApiError } from "../api/http";
import { previewInvite, type InvitePreview } from "../api/invites";

const key = "parley.invitation";

export const rememberInvitation = (token: string) => sessionStorage.setItem(key, token);
export const forgetInvitation = () => sessionStorage.removeItem(key);

export function takeInvitation(): string | undefined {
    const token = sessionStorage.getItem(key) ?? undefined;
    forgetInvitation();
    return token;
}

const previews = new Map<string, Promise<InvitePreview>>();

/** What a link leads to; asked for once a visit, and patiently, since strangers may ask only so often. */
export function invitationPreview(token: string): Promise<InvitePreview> {
    let preview = previews.get(token);
    if (!preview) {
        preview = patiently(() => previewInvite(token));
        previews.set(token, preview);
        preview.catch(() => previews.delete(token));
    }
    return preview;
}

async function patiently<T>(ask: () => Promise<T>, tries = 4): Promise<T> {
    try {
        return await ask();
    } catch (reason) {
        if (tries <= 1 || !(reason instanceof ApiError) || reason.errcode !== "M_LIMIT_EXCEEDED") throw reason;
        await new Promise((resolve) => setTimeout(resolve, Math.min(reason.retryAfterMs ?? 1_000, 5_000)));
        return patiently(ask, tries - 1);
    }
}
