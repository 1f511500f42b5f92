/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { ApiError, post, type Fetch } from "./http";

export interface Tokens {
    accessToken: string;
    refreshToken?: string;
    expiresAt?: number;
}

export interface TokenKeeper {
    /** What is stored now: another tab may have refreshed since. */
    read(): Promise<Tokens | undefined>;
    write(tokens: Tokens): Promise<void>;
    /** The server has ended the session for good. */
    lost(): void;
    /** Nothing goes on until the person has agreed to the policy, or left (obligation 6.1): at this address. */
    disagreed(consentUri: string): void;
}

export interface Authorized {
    fetch: Fetch;
    /** A token that is good for the next few seconds. */
    token(): Promise<string>;
}

const margin = 5_000;

/**
 * A `fetch` that carries the session's token and renews it (spec 5.4.1) when it ran out. One refresh at a time, over
 * all tabs: a refresh token works once.
 */
export function authorized(first: Tokens, keeper: TokenKeeper, now: () => number = Date.now): Authorized {
    let tokens = first;
    let refreshing: Promise<void> | undefined;

    async function refresh(): Promise<void> {
        const stored = await keeper.read();
        if (stored && stored.accessToken !== tokens.accessToken) {
            tokens = stored;
            return;
        }
        if (!tokens.refreshToken) throw new ApiError(401, "M_UNKNOWN_TOKEN", "no refresh token");
        const answer = await post<{ access_token: string; refresh_token?: string; expires_in_ms?: number }>(
            "/_matrix/client/v3/refresh",
            { refresh_token: tokens.refreshToken },
        );
        const refreshToken = answer.refresh_token ?? tokens.refreshToken;
        tokens = {
            accessToken: answer.access_token,
            refreshToken,
            ...(answer.expires_in_ms ? { expiresAt: now() + answer.expires_in_ms } : {}),
        };
        await keeper.write(tokens);
    }

    const locked = () =>
        navigator.locks ? navigator.locks.request("parley.refresh", () => refresh()) : refresh();

    const renew = () => (refreshing ??= locked().finally(() => (refreshing = undefined)));

    async function token(): Promise<string> {
        if (tokens.refreshToken && tokens.expiresAt && tokens.expiresAt - now() < margin) await renew();
        return tokens.accessToken;
    }

    const send = (input: string, init: RequestInit | undefined, accessToken: string) => {
        const headers = new Headers(init?.headers);
        headers.set("Authorization", `Bearer ${accessToken}`);
        return fetch(input, { ...init, headers });
    };

    return {
        token,
        async fetch(input, init) {
            const used = await token();
            const response = await send(input, init, used);
            if (response.status !== 401 && response.status !== 403) return response;
            const error = await response.clone().json().catch(() => ({}));
            if (error.errcode === "M_CONSENT_NOT_GIVEN" && typeof error.consent_uri === "string")
                keeper.disagreed(error.consent_uri);
            if (error.errcode !== "M_UNKNOWN_TOKEN") return response;
            try {
                if (tokens.accessToken === used) await renew();
            } catch (cause) {
                /* Only a refusal ends the session; a server that is away does not. */
                if (cause instanceof ApiError && cause.status >= 400 && cause.status < 500 && cause.status !== 429) {
                    keeper.lost();
                    return response;
                }
                throw cause;
            }
            return send(input, init, tokens.accessToken);
        },
    };
}
