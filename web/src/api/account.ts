/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Registration and login: spec 5.5, 5.6 and 5.7, and the SMS login of our own. */
import { ApiError, get, post, type Fetch, type Json } from "./http";

export interface Login {
    user_id: string;
    device_id: string;
    access_token: string;
    refresh_token?: string;
    expires_in_ms?: number;
    /** The account had been cancelled, and is not any more (obligation 5.5). */
    "org.parley.cancellation_undone"?: boolean;
}

export interface Phone {
    /** ISO 3166-1, two letters. */
    country: string;
    number: string;
}

/** A phone number or e-mail address being proven: what the server calls it, and our secret for it. */
export interface CodeProof {
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

export type EmailPurpose = "add" | "reset";

const emailPaths: Record<EmailPurpose, string> = {
    add: "/_matrix/client/v3/account/3pid/email/requestToken",
    reset: "/_matrix/client/v3/account/password/email/requestToken",
};

/** The same by e-mail, which has a link as well. `fetch` is the session's, if there is one. */
export async function requestEmailCode(
    purpose: EmailPurpose,
    email: string,
    clientSecret: string,
    attempt: number,
    fetch?: Fetch,
): Promise<CodeProof> {
    const body = { client_secret: clientSecret, email, send_attempt: attempt };
    const answer = await post<{ sid: string; submit_url?: string }>(emailPaths[purpose], body, fetch ? { fetch } : {});
    return { sid: answer.sid, clientSecret, submitUrl: sameOrigin(answer.submit_url) };
}

/** Has a code sent. `attempt` must grow for the same secret, or the server takes it for a repeated request. */
export async function requestCode(
    purpose: CodePurpose,
    phone: Phone,
    clientSecret: string,
    attempt: number,
): Promise<CodeProof> {
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

export async function submitCode(proof: CodeProof, token: string): Promise<void> {
    await post(proof.submitUrl, { sid: proof.sid, client_secret: proof.clientSecret, token });
}

export const credentials = (proof: CodeProof): Json => ({ sid: proof.sid, client_secret: proof.clientSecret });

const registerPath = "/_matrix/client/v3/register";
const tokenStage = "m.login.registration_token";

/** A registration begun: its session, in which stages are completed one after another. */
export interface Registration {
    session: string;
    /** Accounts are for who has a token of the operator's. */
    needsToken: boolean;
}

export async function beginRegistration(): Promise<Registration> {
    const begun = await pending(post<Login>(registerPath, {}));
    if ("user_id" in begun) throw new Error("an account nobody asked for");
    const flows = begun.flows ?? [];
    return { session: begun.session, needsToken: flows.length > 0 && flows.every((flow) => flow.stages.includes(tokenStage)) };
}

/** From here on the server keeps a place for the person until the session ends. */
export async function giveToken(session: string, token: string): Promise<void> {
    await pending(post<Login>(registerPath, { auth: { type: tokenStage, session, token } }));
}

export interface NewAccount {
    session: string;
    name: string;
    password: string;
    proof: CodeProof;
    agreement: Agreement;
    deviceName: string;
}

/** Goes through the stages that are left: the terms, then the number. */
export async function register(account: NewAccount): Promise<Login> {
    const { session } = account;
    const body: Json = {
        username: account.name,
        password: account.password,
        initial_device_display_name: account.deviceName,
        refresh_token: true,
    };
    const attempt = (auth: Json) => post<Login>(registerPath, { ...body, auth });

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
    flows?: { stages: string[] }[];
    completed?: string[];
}

/** A 401 with a session is not a refusal but the server asking for the next stage. */
async function pending<T>(answer: Promise<T>): Promise<T | Interactive> {
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

/** By account name or e-mail address, or by number. */
function identifierOf(identifier: string | Phone): Json {
    if (typeof identifier !== "string") return { type: "m.id.phone", country: identifier.country, phone: identifier.number };
    return identifier.indexOf("@") > 0
        ? { type: "m.id.thirdparty", medium: "email", address: identifier }
        : { type: "m.id.user", user: identifier };
}

export const loginWithPassword = (identifier: string | Phone, password: string, deviceName: string) =>
    login(deviceName, { type: "m.login.password", password, identifier: identifierOf(identifier) });

/** A new password for the account of a proven e-mail address; all its devices are signed out. */
export async function resetPassword(proof: CodeProof, password: string): Promise<void> {
    const attempt = (auth?: Json) => post<Json>("/_matrix/client/v3/account/password", { new_password: password, ...(auth ? { auth } : {}) });
    const begun = await pending(attempt());
    await attempt({ type: "m.login.email.identity", session: begun["session"], threepid_creds: credentials(proof) });
}

export const loginWithCode = (proof: CodeProof, deviceName: string) =>
    login(deviceName, { type: "org.parley.login.sms", threepid_creds: credentials(proof) });
