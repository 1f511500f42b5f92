/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The account in use: its client, its connection, and how it begins and ends. */
import { computed, signal } from "@preact/signals";
import type { EventStatus, MatrixClient } from "matrix-js-sdk";
import type { Login } from "../api/account";
import { authorized, type Authorized } from "../api/authorized";
import { post } from "../api/http";
import { createMatrixClient, loadSdk, type Sdk } from "../api/matrix";
import { words } from "../i18n";
import {
    listAccounts,
    readAccount,
    removeAccount,
    saveAccount,
    updateAccount,
    type StoredAccount,
} from "../platform/accounts";
import { deleteStrayKeyStores, holdKeys, type Hold } from "../platform/keyStore";
import { forgetKeys, KeysLost, startCrypto, stopCrypto } from "./crypto";
import { eventsEverywhere } from "./everywhere";
import { forgetHidden } from "./hiddenPreviews";
import { forgetBlobs } from "./media";
import { forgetReminders } from "./reminders";
import { secretsCallbacks } from "./secrets";
import { showToast } from "./toasts";

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
/** They were signed out because this browser had lost the device's keys. */
export const keysLost = signal(false);
/** The account is in use in another tab; only one at a time can have its keys. */
export const elsewhere = signal<string | undefined>(undefined);

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
    const account = await readAccount(userId);
    await updateAccount(userId, { signedOut: true });
    await loadAccounts();
    if (session.value?.userId === userId) {
        keysLost.value = false;
        signedOutUser.value = userId;
        leaveSession();
    }
    /* Whoever signs a device out from afar may have lost it. */
    if (account) await forgetKeys(account);
}

/** Keeps what a login or a registration answered, and starts it. */
export async function beginSession(login: Login): Promise<void> {
    fresh.value = true;
    const known = await readAccount(login.user_id);
    if (session.value?.userId === login.user_id) leaveSession();
    if (known && known.deviceId !== login.device_id) await forgetKeys(known);
    await saveAccount({
        userId: login.user_id,
        deviceId: login.device_id,
        accessToken: login.access_token,
        ...(login.refresh_token ? { refreshToken: login.refresh_token } : {}),
        ...(login.expires_in_ms ? { expiresAt: Date.now() + login.expires_in_ms } : {}),
        displayName: known?.displayName ?? localpart(login.user_id),
        lastUsed: Date.now(),
    });
    if (login["org.parley.cancellation_undone"]) showToast(words().cancelUndone);
    await switchAccount(login.user_id);
}

/** How long a tab waits for the one before it, on a reload, until it says that there is another. */
const patience = 1_500;

let hold: Hold | undefined;
let giveUp: AbortController | undefined;

/** Waits until this tab has the account to itself. Undefined: another account was chosen meanwhile. */
async function holdAccount(userId: string, take: boolean): Promise<Hold | undefined> {
    giveUp?.abort();
    const mine = (giveUp = new AbortController());
    const timer = setTimeout(() => (elsewhere.value = userId), patience);
    try {
        const held = await holdKeys(userId, take, mine.signal, () => {
            if (hold !== held) return;
            leaveSession();
            elsewhere.value = userId;
        });
        if (!mine.signal.aborted) return held;
        held.release();
    } catch (error) {
        if (!mine.signal.aborted) throw error;
    } finally {
        clearTimeout(timer);
        if (!mine.signal.aborted) elsewhere.value = undefined;
    }
    return undefined;
}

/** `take`: out of the hands of another tab. */
export async function switchAccount(userId: string, take = false): Promise<void> {
    leaveSession();
    await updateAccount(userId, { lastUsed: Date.now() });
    const known = await loadAccounts();
    const account = known.find((a) => a.userId === userId);
    if (!account || account.signedOut) return;
    void deleteStrayKeyStores(known);
    const held = await holdAccount(userId, take);
    if (!held) return;
    hold = held;
    signedOutUser.value = undefined;
    keysLost.value = false;
    connection.value = "starting";
    /* Another tab may have renewed the tokens while this one waited. */
    const present = (await readAccount(userId)) ?? account;
    const auth = authorize(present);
    const client = await createMatrixClient(present, auth, secretsCallbacks);
    if (hold !== held) return;
    session.value = { userId, deviceId: present.deviceId, authorized: auth, client };
    watchConnection(client, await loadSdk());
    try {
        await startCrypto(client, present);
    } catch (error) {
        if (!(error instanceof KeysLost)) throw error;
        return endForLostKeys(present, auth);
    }
    /* Left meanwhile: what startCrypto opened is closed again. */
    if (session.value?.client !== client) return client.stopClient();
    await client.startClient({ initialSyncLimit: 20, lazyLoadMembers: true, resolveInvitesToProfiles: true });
}

/** A device without its keys is none: it is signed out, and the person signs in again as a new one. */
async function endForLostKeys(account: StoredAccount, auth: Authorized): Promise<void> {
    await post("/_matrix/client/v3/logout", {}, { fetch: auth.fetch }).catch(() => undefined);
    await updateAccount(account.userId, { signedOut: true });
    await loadAccounts();
    if (session.value?.userId !== account.userId) return;
    keysLost.value = true;
    signedOutUser.value = account.userId;
    leaveSession();
}

/** Stops using the account here; it stays signed in. */
export function leaveSession(): void {
    const present = session.value;
    session.value = undefined;
    consentUri.value = undefined;
    elsewhere.value = undefined;
    giveUp?.abort();
    giveUp = undefined;
    hold?.release();
    hold = undefined;
    if (!present) return;
    clearInterval(probe);
    probe = undefined;
    watch = undefined;
    present.client.stopClient();
    present.client.removeAllListeners();
    stopCrypto();
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
    forgetHidden(userId);
    if (account) await forgetKeys(account);
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
let watch: { lost(): void; look(): Promise<void> } | undefined;

/** The SDK comes back by itself in 5 to 10 seconds; while it is away we look every second and a half, and wake it. */
function watchConnection(client: MatrixClient, { ClientEvent, SyncState, EventStatus }: Sdk): void {
    let syncing = false;
    function found(): void {
        const wasAway = connection.value === "offline";
        connection.value = "online";
        clearInterval(probe);
        probe = undefined;
        if (wasAway) resendFailed(client, EventStatus.NOT_SENT);
    }
    async function look(): Promise<void> {
        const alive = await fetch("/_matrix/client/versions", { cache: "no-store" }).catch(() => undefined);
        if (!alive?.ok || session.value?.client !== client) return;
        /* Nothing to wake: it was between two polls, and has never noticed. */
        if (!client.retryImmediately() && syncing) found();
    }
    function lost(): void {
        connection.value = "offline";
        probe ??= setInterval(() => void look(), 1_500);
    }
    client.on(ClientEvent.Sync, (state) => {
        if (state === SyncState.Prepared || state === SyncState.Syncing) {
            syncing = true;
            found();
        } else if (state === SyncState.Reconnecting || state === SyncState.Error) {
            syncing = false;
            lost();
        }
    });
    watch = { lost, look };
}

/* The browser knows first; its poll ends with it (api/whileOnline.ts). */
addEventListener("offline", () => connection.peek() === "online" && watch?.lost());
addEventListener("online", () => connection.peek() === "offline" && void watch?.look());

/** Under their old transaction ids, so that what did arrive before the connection broke isn't doubled. */
function resendFailed(client: MatrixClient, failed: EventStatus): void {
    for (const room of client.getRooms())
        for (const event of eventsEverywhere(room))
            if (event.status === failed) void client.resendEvent(event, room).catch(() => undefined);
}
