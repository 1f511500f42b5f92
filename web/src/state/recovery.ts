/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where the account stands with its keys: is this device confirmed, and could the messages be brought back without it? */
import { signal } from "@preact/signals";
import { ClientEvent, ClientPrefix, Method, SyncState, type AuthDict, type MatrixClient } from "matrix-js-sdk";
import {
    CryptoEvent,
    deriveRecoveryKeyFromPassphrase,
    type CryptoApi,
    type GeneratedSecretStorageKey,
} from "matrix-js-sdk/lib/crypto-api";
import { words } from "../i18n";
import { errorCode } from "../model/errors";
import { checkRecoveryKey } from "../model/recoveryKey";
import { askPassword } from "./dialogs";
import { withSecrets } from "./secrets";
import { withPassword } from "./security";
import { fresh, session, type Session } from "./session";
import { showToast } from "./toasts";

export type Standing =
    | "unknown"
    /** The account has an identity, and nobody has confirmed that this device is its owner's. */
    | "unconfirmed"
    /** Confirmed; and with the last device the messages would be lost. */
    | "unsaved"
    | "complete";

/** By what an unconfirmed device can be confirmed. */
export interface Ways {
    device: boolean;
    key: boolean;
    passphrase: boolean;
}

export const standing = signal<Standing>("unknown");
export const ways = signal<Ways>({ device: false, key: false, passphrase: false });
/** Keys of earlier messages on their way from the backup. */
export const restoring = signal<{ done: number; total: number } | undefined>(undefined);
/** What is asked of the person in a dialog of its own. */
export const securityAsk = signal<"confirm" | "key" | "save" | "reset" | undefined>(undefined);

const cryptoOf = (client: MatrixClient): CryptoApi => {
    const crypto = client.getCrypto();
    if (!crypto) throw new Error("encryption has not started");
    return crypto;
};

/* ---- looking ---- */

/** Is this device the owner's, by a comparison or the recovery key? */
export async function isConfirmed(crypto: CryptoApi, { userId, deviceId }: Session): Promise<boolean> {
    return (await crypto.getDeviceVerificationStatus(userId, deviceId))?.crossSigningVerified ?? false;
}

async function findWays(crypto: CryptoApi, { client, userId, deviceId }: Session): Promise<Ways> {
    const devices = (await crypto.getUserDeviceInfo([userId])).get(userId);
    let device = false;
    /* One that is dehydrated (MSC3814) is nobody's to confirm anything with. */
    for (const [id, { dehydrated }] of devices ?? [])
        if (id !== deviceId && !dehydrated) device ||= (await crypto.getDeviceVerificationStatus(userId, id))?.signedByOwner ?? false;
    const stored = await client.secretStorage.getKey();
    const complete = stored !== null && (await crypto.getCrossSigningStatus()).privateKeysInSecretStorage;
    return { device, key: complete, passphrase: complete && stored[1].passphrase !== undefined };
}

let looks = 0;

/* One look may overtake another that waits for the server: what the newest sees holds. */
async function look(present: Session): Promise<void> {
    const mine = ++looks;
    const crypto = cryptoOf(present.client);
    const confirmed = await isConfirmed(crypto, present);
    const found = confirmed ? undefined : await findWays(crypto, present);
    const saved = confirmed && (await crypto.getSecretStorageStatus()).ready;
    if (session.peek() !== present || mine !== looks) return;
    if (found) ways.value = found;
    standing.value = !confirmed ? "unconfirmed" : saved ? "complete" : "unsaved";
    if (!confirmed && fresh.peek()) securityAsk.value = "confirm";
    else if (confirmed && (securityAsk.peek() === "confirm" || securityAsk.peek() === "key")) securityAsk.value = undefined;
    fresh.value = false;
}

/* ---- the account's identity ---- */

/**
 * Makes the account's identity and backup when there are none; the first upload asks for no password. The server is asked,
 * not this device: keys whose upload was cut off are known here and nowhere else.
 */
async function settle({ client, userId }: Session): Promise<void> {
    const crypto = cryptoOf(client);
    if (!(await client.downloadKeysForUsers([userId])).master_keys?.[userId])
        await crypto.bootstrapCrossSigning({
            setupNewCrossSigning: true,
            authUploadDeviceSigningKeys: async (upload) => void (await upload(null)),
        });
    /* As the server has it: what was made elsewhere is known here from now on. */
    await crypto.userHasCrossSigningKeys();
    const status = await crypto.getCrossSigningStatus();
    if (status.privateKeysCachedLocally.masterKey && !(await crypto.getKeyBackupInfo())) await crypto.resetKeyBackup();
}

/** Follows the account in use, from its first answer of the server on. */
export function watchRecovery(present: Session): () => void {
    const { client } = present;
    let begun = false;
    let settled = false;
    let tries = 3;
    let waiting = false;
    let work = Promise.resolve();
    const again = () => {
        if (!settled || waiting) return;
        waiting = true;
        work = work
            .then(() => {
                waiting = false;
                return session.peek() === present ? look(present) : undefined;
            })
            .catch(() => undefined);
    };
    const begin = (state: SyncState) => {
        if (begun || !client.getCrypto() || (state !== SyncState.Prepared && state !== SyncState.Syncing)) return;
        begun = true;
        /* What fails is tried again with what the server sends next, and not for ever. */
        work = settle(present)
            .then(() => {
                settled = true;
                return look(present);
            })
            .catch(() => void (begun = settled || --tries <= 0));
    };
    const accountData = (event: { getType(): string }) => event.getType().startsWith("m.secret_storage.") && again();
    const devices = (users: string[]) => users.includes(present.userId) && again();
    const backupKey = () => void restore(client).catch(() => undefined);
    client.on(ClientEvent.Sync, begin);
    client.on(ClientEvent.AccountData, accountData);
    client.on(CryptoEvent.KeysChanged, again);
    client.on(CryptoEvent.KeyBackupStatus, again);
    client.on(CryptoEvent.DevicesUpdated, devices);
    client.on(CryptoEvent.KeyBackupDecryptionKeyCached, backupKey);
    const state = client.getSyncState();
    if (state) begin(state);
    return () => {
        client.off(ClientEvent.Sync, begin);
        client.off(ClientEvent.AccountData, accountData);
        client.off(CryptoEvent.KeysChanged, again);
        client.off(CryptoEvent.KeyBackupStatus, again);
        client.off(CryptoEvent.DevicesUpdated, devices);
        client.off(CryptoEvent.KeyBackupDecryptionKeyCached, backupKey);
        standing.value = "unknown";
        securityAsk.value = undefined;
        restoring.value = undefined;
    };
}

/* ---- the recovery key ---- */

const present = (): Session => {
    const now = session.peek();
    if (!now) throw new Error("nobody is signed in");
    return now;
};

/** A key that nothing knows yet: of chance, or of a passphrase. It counts from `saveRecoveryKey` on. */
export const newRecoveryKey = (passphrase?: string): Promise<GeneratedSecretStorageKey> =>
    cryptoOf(present().client).createRecoveryKeyFromPassphrase(passphrase);

/** The account's secrets are put away under the key; an earlier key opens nothing any more. */
export async function saveRecoveryKey(made: GeneratedSecretStorageKey): Promise<void> {
    const now = present();
    const crypto = cryptoOf(now.client);
    await withSecrets(undefined, async () => {
        const backup = (await crypto.getActiveSessionBackupVersion()) !== null;
        await crypto.bootstrapSecretStorage({
            createSecretStorageKey: async () => made,
            setupNewSecretStorage: true,
            setupNewKeyBackup: !backup,
        });
    });
    await look(now);
}

/** May this device make a new key? Only with the account's secrets at hand. */
export async function maySaveRecoveryKey(): Promise<boolean> {
    const { masterKey, selfSigningKey, userSigningKey } = (await cryptoOf(present().client).getCrossSigningStatus()).privateKeysCachedLocally;
    return masterKey && selfSigningKey && userSigningKey;
}

export type Unlocked = "done" | "wrong";

/** Confirms this device by the recovery key or the passphrase it was made of, and begins to bring the messages back. */
export async function unlock(typed: string): Promise<Unlocked> {
    const now = present();
    const crypto = cryptoOf(now.client);
    const stored = await now.client.secretStorage.getKey();
    if (!stored) return "wrong";
    const [keyId, info] = stored;
    const check = checkRecoveryKey(typed);
    let key = check.is === "good" ? check.key : undefined;
    if (!key && info.passphrase)
        key = Uint8Array.from(
            await deriveRecoveryKeyFromPassphrase(typed, info.passphrase.salt, info.passphrase.iterations, info.passphrase.bits),
        );
    if (!key || !(await now.client.secretStorage.checkKey(key, info))) return "wrong";
    await withSecrets({ keyId, key }, async () => {
        if (!(await crypto.getCrossSigningStatus()).privateKeysInSecretStorage) throw new Error("the secrets are incomplete");
        await crypto.bootstrapCrossSigning({});
        await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    });
    await look(now);
    return "done";
}

let restored: { client: MatrixClient; version: string; work: Promise<void> } | undefined;

/** All keys of the backup, once a page: what could not be read becomes readable as they come in. */
async function restore(client: MatrixClient): Promise<void> {
    const crypto = cryptoOf(client);
    const version = (await crypto.getKeyBackupInfo())?.version;
    if (!version || (restored?.client === client && restored.version === version)) return restored?.work;
    const work = crypto
        .restoreKeyBackup({
            progressCallback: (progress) => {
                if (progress.stage === "load_keys" && session.peek()?.client === client)
                    restoring.value = { done: progress.successes + progress.failures, total: progress.total };
            },
        })
        .then(() => undefined)
        .finally(() => (restoring.value = undefined));
    restored = { client, version, work };
    work.catch(() => (restored = undefined));
    return work;
}

/* ---- starting over ---- */

/** Until it is the right password, or the person has thought better of it. */
async function insist(ask: () => Promise<string | undefined>, attempt: (auth?: AuthDict) => Promise<unknown>): Promise<boolean> {
    for (;;) {
        try {
            return await withPassword(ask, attempt);
        } catch (reason) {
            if (errorCode(reason) !== "M_FORBIDDEN") throw reason;
            showToast(words().errorPasswordWrong, "error");
        }
    }
}

/**
 * A new identity and an empty backup, for whoever has neither a confirmed device nor the key. False: thought better of.
 * The SDK throws the old away before it asks who it is. So that is asked first, by an upload of no keys: it takes the same
 * proof, and changes nothing.
 */
export async function startOver(): Promise<boolean> {
    const now = present();
    const crypto = cryptoOf(now.client);
    let password: string | undefined;
    const ask = async () => (password = await askPassword());
    const upload = (auth?: AuthDict) =>
        now.client.http.authedRequest(Method.Post, "/keys/device_signing/upload", undefined, { ...(auth ? { auth } : {}) }, { prefix: ClientPrefix.V3 });
    if (!(await insist(ask, upload))) return false;
    const again = async () => password ?? askPassword();
    await crypto.resetEncryption(async (send) => {
        if (!(await withPassword(again, (auth) => send(auth ?? null)))) throw new Error("nobody said who it is");
    });
    await look(now);
    return true;
}
