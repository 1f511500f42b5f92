/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two devices, or two people, making sure of each other (spec "Device verification"): one such meeting at a time. */
import { signal } from "@preact/signals";
import type { MatrixClient } from "matrix-js-sdk";
import {
    CryptoEvent,
    VerificationPhase,
    VerificationRequestEvent,
    VerifierEvent,
    type CryptoApi,
    type EmojiMapping,
    type VerificationRequest,
    type Verifier,
} from "matrix-js-sdk/lib/crypto-api";
import { whyCancelled, type Ending } from "../model/verification";
import { nameIn } from "./names";
import { isConfirmed } from "./recovery";
import { directRooms } from "./rooms";
import { localpart, session, type Session } from "./session";

export type Step =
    /** They ask; it is for the person to answer. */
    | { at: "asked" }
    /** We asked; nobody has answered yet. */
    | { at: "waiting" }
    /** Both are here: what to compare by. */
    | { at: "choosing"; code?: Uint8ClampedArray; mayScan: boolean }
    | { at: "scanning" }
    /** The other device says that it read our code. */
    | { at: "wasScanned" }
    | { at: "comparing"; emoji: EmojiMapping[] }
    /** Our part is done, theirs is not; or something is on its way. */
    | { at: "settling"; read: boolean }
    | { at: "done" }
    | { at: "ended"; how: Ending };

export interface Meeting {
    /** Another device of the same account, by its name; or another person. */
    own: boolean;
    name: string;
    userId: string;
    step: Step;
}

export const meeting = signal<Meeting | undefined>(undefined);

/** The request behind the meeting, and what the person has done in it so far. */
interface Course {
    request: VerificationRequest;
    ours: boolean;
    code?: Uint8ClampedArray;
    asksCode?: boolean;
    scanning?: boolean;
    read?: boolean;
    agreed?: boolean;
    left?: boolean;
    verifier?: Verifier;
    timer?: ReturnType<typeof setTimeout>;
    stop: () => void;
}

let course: Course | undefined;

const cryptoOf = (client: MatrixClient): CryptoApi => {
    const crypto = client.getCrypto();
    if (!crypto) throw new Error("encryption has not started");
    return crypto;
};

/* ---- where it stands ---- */

function stepOf(now: Course): Step {
    const { request } = now;
    switch (request.phase) {
        case VerificationPhase.Ready:
            /* Having shown a code of ours, the library doesn't count the reading of theirs as a start. */
            if (now.read) return { at: "settling", read: true };
            if (now.scanning) return { at: "scanning" };
            return {
                at: "choosing",
                mayScan: request.otherPartySupportsMethod("m.qr_code.show.v1"),
                ...(now.code ? { code: now.code } : {}),
            };
        case VerificationPhase.Started: {
            const emoji = request.verifier?.getShowSasCallbacks()?.sas.emoji;
            if (now.agreed) return { at: "settling", read: false };
            if (emoji) return { at: "comparing", emoji };
            return request.verifier?.getReciprocateQrCodeCallbacks() ? { at: "wasScanned" } : { at: "settling", read: now.read === true };
        }
        case VerificationPhase.Done:
            return { at: "done" };
        case VerificationPhase.Cancelled:
            return { at: "ended", how: whyCancelled(request.cancellationCode) };
        default:
            if (now.ours) return { at: "waiting" };
            return request.accepting ? { at: "settling", read: false } : { at: "asked" };
    }
}

function update(now: Course): void {
    const shown = meeting.peek();
    if (course !== now || !shown) return;
    const step = stepOf(now);
    const over = step.at === "done" || step.at === "ended";
    if (step.at === "ended" && (now.left || step.how === "elsewhere")) return leave();
    /* Another device of ours has taken it up. */
    if (!over && !now.request.pending) return leave();
    if (step.at === "choosing" && !now.asksCode) {
        now.asksCode = true;
        void now.request.generateQRCode().then(
            (code) => {
                if (code) now.code = code;
                update(now);
            },
            () => undefined,
        );
    }
    const { verifier } = now.request;
    if (verifier && verifier !== now.verifier) {
        now.verifier = verifier;
        /* The emoji come after the change they belong to was told. */
        verifier.on(VerifierEvent.ShowSas, () => update(now));
        void verifier.verify().catch(() => undefined);
    }
    if (over) now.stop();
    meeting.value = { ...shown, step };
}

/** The other side may have gone away without a word; the library looks at the clock only when something arrives. */
function watchClock(now: Course): void {
    clearTimeout(now.timer);
    const left = now.request.timeout;
    if (left === null || !now.request.pending) return;
    now.timer = setTimeout(() => {
        if (course !== now || !now.request.pending) return;
        now.stop();
        void now.request.cancel().catch(() => undefined);
        const shown = meeting.peek();
        if (shown) meeting.value = { ...shown, step: { at: "ended", how: "timeout" } };
    }, left);
}

function follow(request: VerificationRequest, ours: boolean, who: Omit<Meeting, "step">): void {
    leave();
    const changed = () => {
        watchClock(now);
        update(now);
    };
    const now: Course = {
        request,
        ours,
        stop: () => {
            clearTimeout(now.timer);
            request.off(VerificationRequestEvent.Change, changed);
        },
    };
    course = now;
    meeting.value = { ...who, step: { at: "waiting" } };
    request.on(VerificationRequestEvent.Change, changed);
    changed();
}

/** The meeting is no longer shown; what is still open of it is called off. */
export function leave(): void {
    const now = course;
    course = undefined;
    meeting.value = undefined;
    if (!now) return;
    now.left = true;
    now.stop();
    if (now.request.pending) void now.request.cancel().catch(() => undefined);
}

/* ---- how it begins ---- */

async function nameOfDevice({ client, userId }: Session, deviceId: string | undefined): Promise<string> {
    const devices = await client.getDevices().catch(() => undefined);
    const name = devices?.devices.find((device) => device.device_id === deviceId)?.display_name;
    return name || (await cryptoOf(client).getUserDeviceInfo([userId])).get(userId)?.get(deviceId ?? "")?.displayName || deviceId || "";
}

const person = ({ client }: Session, userId: string, roomId?: string): Omit<Meeting, "step"> => {
    const room = client.getRoom(roomId);
    return { own: false, name: room ? nameIn(room, userId) : localpart(userId), userId };
};

/** Requests of others, from now on and of the moments before. */
export function watchVerification(present: Session): () => void {
    const { client, userId } = present;
    const asked = async (request: VerificationRequest) => {
        if (!request.pending || request.initiatedByMe || course?.request.pending) return;
        /* What isn't confirmed itself can't vouch for others. */
        if (!request.isSelfVerification && !(await isConfirmed(cryptoOf(client), present))) return;
        const who = request.isSelfVerification
            ? { own: true, name: await nameOfDevice(present, request.otherDeviceId), userId }
            : person(present, request.otherUserId, request.roomId);
        if (session.peek() === present && request.pending && !course?.request.pending) follow(request, false, who);
    };
    const received = (request: VerificationRequest) => void asked(request).catch(() => undefined);
    client.on(CryptoEvent.VerificationRequestReceived, received);
    client.getCrypto()?.getVerificationRequestsToDeviceInProgress(userId).forEach(received);
    return () => {
        client.off(CryptoEvent.VerificationRequestReceived, received);
        leave();
    };
}

const present = (): Session => {
    const now = session.peek();
    if (!now) throw new Error("nobody is signed in");
    return now;
};

/** What was sent may have come before the other device knew of this one, and is lost then. */
export async function askAgain(): Promise<void> {
    const request = course?.request;
    if (!request?.isSelfVerification) return;
    const deviceId = request.otherDeviceId;
    leave();
    if (deviceId) await askDevice(deviceId);
    else await askOwnDevices();
}

/** This device is new: any other device of the account may vouch for it. */
export async function askOwnDevices(): Promise<void> {
    const now = present();
    follow(await cryptoOf(now.client).requestOwnUserVerification(), true, { own: true, name: "", userId: now.userId });
}

export async function askDevice(deviceId: string): Promise<void> {
    const now = present();
    const name = await nameOfDevice(now, deviceId);
    follow(await cryptoOf(now.client).requestDeviceVerification(now.userId, deviceId), true, { own: true, name, userId: now.userId });
}

/** Both are in it already: asked by an invitation, nobody would hear of the question. */
const sharedDirect = ({ client }: Session, userId: string) =>
    [...directRooms(client)]
        .filter(([, other]) => other === userId)
        .map(([roomId]) => client.getRoom(roomId))
        .find((room) => room?.getMyMembership() === "join" && room.getMember(userId)?.membership === "join")?.roomId;

/** In the two's own room, or the one at hand, where all devices of the other hear of it. False: the person has no keys. */
export async function askPerson(userId: string, atHand: string): Promise<boolean> {
    const now = present();
    const crypto = cryptoOf(now.client);
    if (!(await crypto.userHasCrossSigningKeys(userId, true))) return false;
    const roomId = sharedDirect(now, userId) ?? atHand;
    follow(await crypto.requestVerificationDM(userId, roomId), true, person(now, userId, roomId));
    return true;
}

/* ---- what the person does ---- */

async function act(work: (now: Course) => unknown): Promise<void> {
    const now = course;
    if (!now) return;
    await work(now);
    update(now);
}

export const accept = () => act(({ request }) => request.accept());

export const compareEmoji = () =>
    act(async (now) => {
        now.scanning = false;
        await now.request.startVerification("m.sas.v1");
    });

export const theyMatch = () =>
    act(async (now) => {
        now.agreed = true;
        update(now);
        await now.verifier?.getShowSasCallbacks()?.confirm();
    });

export const theyDiffer = () => act((now) => now.verifier?.getShowSasCallbacks()?.mismatch());

export const scan = (on: boolean) =>
    act((now) => {
        now.scanning = on;
    });

/** False: a code, and not that of the other side. */
export async function scanned(bytes: Uint8Array): Promise<boolean> {
    const now = course;
    if (!now) return true;
    try {
        await now.request.scanQRCode(Uint8ClampedArray.from(bytes));
        now.read = true;
    } catch {
        return !now.request.pending;
    } finally {
        update(now);
    }
    return true;
}

export const theyScanned = () =>
    act((now) => {
        now.agreed = true;
        now.verifier?.getReciprocateQrCodeCallbacks()?.confirm();
    });
