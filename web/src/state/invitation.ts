/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An invite link followed before signing in waits here, and is taken up once there is an account. */
const key = "parley.invitation";

export const rememberInvitation = (token: string) => sessionStorage.setItem(key, token);
export const forgetInvitation = () => sessionStorage.removeItem(key);

export function takeInvitation(): string | undefined {
    const token = sessionStorage.getItem(key) ?? undefined;
    forgetInvitation();
    return token;
}
