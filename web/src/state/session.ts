/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The account in use: its client, its connection, and how it begins and ends. */
import { computed, signal } from "@preact/signals";
import type { EventStatus, MatrixClient } from "matrix-js-sdk";
import type { Login } from "../api/account";
import { authorized, type Authorized } from "../api/authorized";
import { post } from "../api/http";
import { createMatrixClient, loadSdk, type Sdk } from "../api/matrix";
import {
    listAccounts,
    readAccount,
    removeAccount,
    saveAccount,
    updateAccount,
    type StoredAccount,
} from "../platform/accounts";
import { forgetBlobs } from "./media";
import { forgetReminders } from "./reminders";
import { secretsCallbacks } from "./secrets";

export interface Session {
    userId: string;
    deviceId: string;
    authorized: Authorized;
    client: MatrixClient;
}

export type Connection = "starting" | "online" | "offline";

export const accounts = signal<StoredAccount[]>([]);
export const session = signal<Session | undefined>(undefined);
export const connection = signal<Connection>("starting");
/** Somebody has just signed in or up here, and has not only come back to the page. */
export const fresh = signal(false);
/** The user whose session the server has just ended, for the login screen to name. */
export const signedOutUser = signal<string | undefined>(undefined);

/** Where the present account has to agree to a new version of the policy before anything else works. */
export const consentUri = signal<string | undefined>(undefined);

export const activeAccount = computed(() => accounts.value.find((a) => a.userId === session.value?.userId));

export async function loadAccounts(): Promise<StoredAccount[]> {
    return (accounts.value = await listAccounts());
}

function authorize(account: StoredAccount): Authorized {
    return authorized(account, {
        read: () => readAccount(account.userId),
        write: (tokens) => updateAccount(account.userId, tokens),
        lost: () => void sessionLost(account.userId),
        disagreed: (uri) => {
            if (!session.value || session.value.userId === account.userId) consentUri.value = uri;
        },
    });
}

async function sessionLost(userId: string): Promise<void> {
    await updateAccount(userId, { signedOut: true });
    await loadAccounts();
    if (session.value?.userId !== userId) return;
    signedOutUser.value = userId;
    leaveSession();
}

/** Keeps what a login or a registration answered, and starts it. */
export async function beginSession(login: Login): Promise<void> {
    fresh.value = true;
    const known = await readAccount(login.user_id);
    await saveAccount({
        userId: login.user_id,
        deviceId: login.device_id,
        accessToken: login.access_token,
        ...(login.refresh_token ? { refreshToken: login.refresh_token } : {}),
        ...(login.expires_in_ms ? { expiresAt: Date.now() + login.expires_in_ms } : {}),
        displayName: known?.displayName ?? localpart(login.user_id),
        lastUsed: Date.now(),
    });
    await switchAccount(login.user_id);
}

export async function switchAccount(userId: string): Promise<void> {
    leaveSession();
    await updateAccount(userId, { lastUsed: Date.now() });
    await loadAccounts();
    const account = accounts.value.find((a) => a.userId === userId);
    if (!account || account.signedOut) return;
    signedOutUser.value = undefined;
    connection.value = "starting";
    const auth = authorize(account);
    const client = await createMatrixClient(account, auth, secretsCallbacks);
    session.value = { userId, deviceId: account.deviceId, authorized: auth, client };
    watchConnection(client, await loadSdk());
    await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true, resolveInvitesToProfiles: true });
}

/** Stops using the account here; it stays signed in. */
export function leaveSession(): void {
    const present = session.value;
    session.value = undefined;
    consentUri.value = undefined;
    if (!present) return;
    clearInterval(probe);
    probe = undefined;
    present.client.stopClient();
    present.client.removeAllListeners();
    forgetBlobs();
}

/** Ends an account's session on the server and takes the account off this device. */
export async function signOut(userId: string): Promise<void> {
    const account = await readAccount(userId);
    if (session.value?.userId === userId) leaveSession();
    if (account && !account.signedOut)
        await post("/_matrix/client/v3/logout", {}, { fetch: authorize(account).fetch }).catch(() => undefined);
    await removeAccount(userId);
    forgetReminders(userId);
    await loadAccounts();
}

export async function rememberDisplayName(userId: string, displayName: string): Promise<void> {
    const known = accounts.value.find((a) => a.userId === userId);
    if (!known || known.displayName === displayName) return;
    await updateAccount(userId, { displayName });
    await loadAccounts();
}

export const localpart = (userId: string) => userId.slice(1).split(":")[0] ?? userId;

let probe: ReturnType<typeof setInterval> | undefined;

/** The SDK comes back by itself in 5 to 10 seconds; while it is away we look every second and a half, and wake it. */
function watchConnection(client: MatrixClient, { ClientEvent, SyncState, EventStatus }: Sdk): void {
    client.on(ClientEvent.Sync, (state) => {
        if (state === SyncState.Prepared || state === SyncState.Syncing) {
            const wasAway = connection.value === "offline";
            connection.value = "online";
            clearInterval(probe);
            probe = undefined;
            if (wasAway) resendFailed(client, EventStatus.NOT_SENT);
        } else if (state === SyncState.Reconnecting || state === SyncState.Error) {
            connection.value = "offline";
            probe ??= setInterval(() => void lookForServer(client), 1_500);
        }
    });
}

async function lookForServer(client: MatrixClient): Promise<void> {
    const alive = await fetch("/_matrix/client/versions", { cache: "no-store" }).catch(() => undefined);
    if (alive?.ok && session.value?.client === client) client.retryImmediately();
}

addEventListener("online", () => {
    const client = session.value?.client;
    if (client && connection.value === "offline") void lookForServer(client);
});

/** Under their old transaction ids, so that what did arrive before the connection broke isn't doubled. */
function resendFailed(client: MatrixClient, failed: EventStatus): void {
    for (const room of client.getRooms())
        for (const event of [...room.getLiveTimeline().getEvents()])
            if (event.status === failed) void client.resendEvent(event, room).catch(() => undefined);
}
