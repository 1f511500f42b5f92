/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Registration and login: spec 5.5, 5.6 and 5.7, and the SMS login of our own. */
import { ApiError, get, post, type Json } from "./http";

export interface Login {
    user_id: string;
    device_id: string;
    access_token: string;
    refresh_token?: string;
    expires_in_ms?: number;
}

export interface Phone {
    /** ISO 3166-1, two letters. */
    country: string;
    number: string;
}

/** A phone number being proven: what the server calls it, and our secret for it. */
export interface PhoneProof {
    sid: string;
    clientSecret: string;
    submitUrl: string;
}

/** The text a person agreed to, recorded with their consent. */
export interface Agreement {
    language: string;
    sha256: string;
}

export async function accountNameAvailable(name: string, signal?: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ username: name });
    const answer = await get<{ available: boolean }>(
        `/_matrix/client/v3/register/available?${query}`,
        signal ? { signal } : {},
    );
    return answer.available;
}

export type CodePurpose = "register" | "login";

const codePaths: Record<CodePurpose, string> = {
    register: "/_matrix/client/v3/register/msisdn/requestToken",
    login: "/_parley/v1/login/sms/requestToken",
};

/** Has a code sent. `attempt` must grow for the same secret, or the server takes it for a repeated request. */
export async function requestCode(
    purpose: CodePurpose,
    phone: Phone,
    clientSecret: string,
    attempt: number,
): Promise<PhoneProof> {
    const answer = await post<{ sid: string; submit_url?: string }>(codePaths[purpose], {
        client_secret: clientSecret,
        country: phone.country,
        phone_number: phone.number,
        send_attempt: attempt,
    });
    return { sid: answer.sid, clientSecret, submitUrl: sameOrigin(answer.submit_url) };
}

/** Only the path of the address is used: the code goes to the server that the app came from, and no other. */
function sameOrigin(address: string | undefined): string {
    const fallback = "/_parley/v1/msisdn/submitToken";
    if (!address) return fallback;
    const url = new URL(address, location.origin);
    return url.pathname + url.search;
}

export async function submitCode(proof: PhoneProof, token: string): Promise<void> {
    await post(proof.submitUrl, { sid: proof.sid, client_secret: proof.clientSecret, token });
}

const credentials = (proof: PhoneProof): Json => ({ sid: proof.sid, client_secret: proof.clientSecret });

export interface NewAccount {
    name: string;
    password: string;
    proof: PhoneProof;
    agreement: Agreement;
    deviceName: string;
}

/** Goes through the stages the server asks for: the terms, then the number. */
export async function register(account: NewAccount): Promise<Login> {
    const body: Json = {
        username: account.name,
        password: account.password,
        initial_device_display_name: account.deviceName,
        refresh_token: true,
    };
    const attempt = (auth?: Json) => post<Login>("/_matrix/client/v3/register", auth ? { ...body, auth } : body);

    const begun = await pending(attempt());
    if ("user_id" in begun) return begun;
    const session = begun.session;
    const terms = await pending(
        attempt({
            type: "m.login.terms",
            session,
            "org.parley.language": account.agreement.language,
            "org.parley.sha256": account.agreement.sha256,
        }),
    );
    if ("user_id" in terms) return terms;
    return attempt({ type: "m.login.msisdn", session, threepid_creds: credentials(account.proof) });
}

interface Interactive {
    session: string;
    completed?: string[];
}

/** A 401 with a session is not a refusal but the server asking for the next stage. */
async function pending(answer: Promise<Login>): Promise<Login | Interactive> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof ApiError && error.status === 401 && typeof error.data["session"] === "string" && !error.data["errcode"])
            return error.data as unknown as Interactive;
        throw error;
    }
}

const login = (deviceName: string, body: Json) =>
    post<Login>("/_matrix/client/v3/login", {
        ...body,
        initial_device_display_name: deviceName,
        refresh_token: true,
    });

export const loginWithPassword = (identifier: string | Phone, password: string, deviceName: string) =>
    login(deviceName, {
        type: "m.login.password",
        password,
        identifier:
            typeof identifier === "string"
                ? { type: "m.id.user", user: identifier }
                : { type: "m.id.phone", country: identifier.country, phone: identifier.number },
    });

export const loginWithCode = (proof: PhoneProof, deviceName: string) =>
    login(deviceName, { type: "org.parley.login.sms", threepid_creds: credentials(proof) });
