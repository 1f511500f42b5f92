/* SPDX-License-Identifier: AGPL-3.0-or-later */
export type Json = Record<string, unknown>;

/** The server's refusal, or its silence: `errcode` is "OFFLINE" when no answer came at all. */
export class ApiError extends Error {
    override name = "ApiError";

    constructor(
        readonly status: number,
        readonly errcode: string,
        message: string,
        readonly data: Json = {},
    ) {
        super(message);
    }

    get retryAfterMs(): number | undefined {
        const value = this.data["retry_after_ms"];
        return typeof value === "number" ? value : undefined;
    }
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface RequestOptions {
    body?: Json;
    signal?: AbortSignal;
    /** Sends the request; the default is the browser's own, without a token. */
    fetch?: Fetch;
}

export async function toError(response: Response): Promise<ApiError> {
    const data: Json = await response.json().catch(() => ({}));
    const errcode = typeof data["errcode"] === "string" ? data["errcode"] : `HTTP_${response.status}`;
    const message = typeof data["error"] === "string" ? data["error"] : response.statusText;
    return new ApiError(response.status, errcode, message, data);
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const send = options.fetch ?? ((input, init) => fetch(input, init));
    let response: Response;
    try {
        response = await send(path, {
            method,
            ...(options.body ? { body: JSON.stringify(options.body), headers: { "Content-Type": "application/json" } } : {}),
            ...(options.signal ? { signal: options.signal } : {}),
        });
    } catch (cause) {
        if (cause instanceof ApiError) throw cause;
        throw new ApiError(0, "OFFLINE", String(cause));
    }
    if (!response.ok) throw await toError(response);
    return (await response.json()) as T;
}

export const get = <T>(path: string, options?: RequestOptions) => request<T>("GET", path, options);
export const post = <T>(path: string, body: Json, options?: RequestOptions) =>
    request<T>("POST", path, { ...options, body });
export const put = <T>(path: string, body: Json, options?: RequestOptions) => request<T>("PUT", path, { ...options, body });
