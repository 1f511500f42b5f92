/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { afterEach, expect, test, vi } from "vitest";
import { authorized, type Tokens } from "../src/api/authorized";

function server(valid: () => string, refresh: () => Response) {
    const calls: string[] = [];
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
        calls.push(input);
        if (input.endsWith("/refresh")) return refresh();
        const token = new Headers(init?.headers).get("Authorization");
        if (token === `Bearer ${valid()}`) return Response.json({ ok: true });
        return Response.json({ errcode: "M_UNKNOWN_TOKEN", soft_logout: true }, { status: 401 });
    });
    return calls;
}

function keeper(tokens: Tokens) {
    let stored: Tokens = tokens;
    return { read: async () => stored, write: async (next: Tokens) => void (stored = next), lost: vi.fn(), disagreed: vi.fn() };
}

afterEach(() => vi.unstubAllGlobals());

test("a token that ran out is renewed once for all requests, and kept", async () => {
    const calls = server(
        () => "new",
        () => Response.json({ access_token: "new", refresh_token: "r2", expires_in_ms: 60_000 }),
    );
    const kept = keeper({ accessToken: "old", refreshToken: "r1" });
    const session = authorized({ accessToken: "old", refreshToken: "r1" }, kept);
    const answers = await Promise.all([session.fetch("/a"), session.fetch("/b")]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(calls.filter((call) => call.endsWith("/refresh"))).toHaveLength(1);
    expect(await kept.read()).toMatchObject({ accessToken: "new", refreshToken: "r2" });
    expect(kept.lost).not.toHaveBeenCalled();
});

test("6.1 a refusal for want of agreement says where to agree, and ends nothing", async () => {
    const refusal = { errcode: "M_CONSENT_NOT_GIVEN", consent_uri: "/policy/agree?t=1" };
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("fetch", async () => Response.json(refusal, { status: 403 }));
    const kept = keeper({ accessToken: "good" });
    const session = authorized({ accessToken: "good" }, kept);
    expect((await session.fetch("/a")).status).toBe(403);
    expect(kept.disagreed).toHaveBeenCalledWith("/policy/agree?t=1");
    expect(kept.lost).not.toHaveBeenCalled();
});

test("what another tab has renewed is used", async () => {
    const calls = server(
        () => "new",
        () => Response.json({}, { status: 500 }),
    );
    const session = authorized({ accessToken: "old", refreshToken: "r1" }, keeper({ accessToken: "new", refreshToken: "r2" }));
    expect((await session.fetch("/a")).status).toBe(200);
    expect(calls.filter((call) => call.endsWith("/refresh"))).toHaveLength(0);
});

test("a refusal to renew ends the session", async () => {
    server(
        () => "new",
        () => Response.json({ errcode: "M_UNKNOWN_TOKEN" }, { status: 401 }),
    );
    const kept = keeper({ accessToken: "old", refreshToken: "r1" });
    expect((await authorized({ accessToken: "old", refreshToken: "r1" }, kept).fetch("/a")).status).toBe(401);
    expect(kept.lost).toHaveBeenCalledOnce();
});

test("a server that is away does not end the session", async () => {
    server(
        () => "new",
        () => Response.json({}, { status: 502 }),
    );
    const kept = keeper({ accessToken: "old", refreshToken: "r1" });
    await expect(authorized({ accessToken: "old", refreshToken: "r1" }, kept).fetch("/a")).rejects.toThrow();
    expect(kept.lost).not.toHaveBeenCalled();
});
