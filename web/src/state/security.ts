/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Things that want the password once more (spec 5.5, user-interactive authentication). */
import type { AuthDict } from "matrix-js-sdk";
import { ApiError } from "../api/http";
import { session } from "./session";

type Ask = () => Promise<string | undefined>;

/** Tries; when the server asks who it is, asks the person for the password and tries again. False: thought better of. */
export async function withPassword(ask: Ask, attempt: (auth?: AuthDict) => Promise<unknown>): Promise<boolean> {
    const first = await challenge(attempt());
    if (!first) return true;
    const password = await ask();
    if (password === undefined) return false;
    const user = session.peek()?.userId ?? "";
    const auth = {
        type: "m.login.password",
        session: first,
        user,
        identifier: { type: "m.id.user", user },
        password,
    } as AuthDict;
    if (await challenge(attempt(auth))) throw new ApiError(403, "M_FORBIDDEN", "wrong password");
    return true;
}

/** The session to go on with, when the answer was a question. */
async function challenge(answer: Promise<unknown>): Promise<string | undefined> {
    try {
        await answer;
        return undefined;
    } catch (error) {
        const { httpStatus, status = httpStatus, data } = error as { httpStatus?: number; status?: number; data?: { session?: unknown; flows?: unknown } };
        if (status === 401 && typeof data?.session === "string" && data.flows) return data.session;
        throw error;
    }
}
