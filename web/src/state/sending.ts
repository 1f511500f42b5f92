/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a person does in a room. The SDK shows each at once and sends it under a transaction id. */
import { signal } from "@preact/signals";
import { EventType, MsgType, RelationType, type MatrixClient, type Room } from "matrix-js-sdk";
import type { RoomMessageEventContent } from "matrix-js-sdk/lib/types";
import { uploadMedia, type Upload } from "../api/media";
import { words } from "../i18n";
import { isFilm, withoutFilmMetadata } from "../model/filmMetadata";
import { pictureType, withoutMetadata } from "../model/pictureMetadata";
import { writeSealedFile, type SealedFile } from "../model/sealedFile";
import type { Message } from "../model/timeline";
import { measureImage, redrawn, type Dimensions } from "../platform/images";
import { seal } from "../platform/seal";
import { eventsEverywhere } from "./everywhere";
import { sendingHeld } from "./identities";
import { memberName } from "./names";
import { primePicture } from "./media";
import { showToast } from "./toasts";
import { session } from "./session";
import { currentRoom } from "./timeline";

export type Intent = { kind: "reply"; to: Message } | { kind: "edit"; message: Message };

/** What the composer is about to do besides a plain message, per room. */
export const intents = signal<ReadonlyMap<string, Intent>>(new Map());

export function setIntent(roomId: string, intent: Intent | undefined): void {
    const next = new Map(intents.peek());
    if (intent) next.set(roomId, intent);
    else next.delete(roomId);
    intents.value = next;
}

/** Members named in the text with an @: they are notified, others aren't (spec 11.40, m.mentions). */
function mentionsIn(text: string): string[] {
    const here = currentRoom();
    if (!here || !text.includes("@")) return [];
    return here.room
        .getJoinedMembers()
        .filter((member) => text.includes(`@${memberName(member)}`) || text.includes(member.userId))
        .map((member) => member.userId)
        .filter((userId) => userId !== here.client.getSafeUserId());
}

export function sendText(text: string): void {
    const here = currentRoom();
    if (!here || !text.trim() || sendingHeld.peek()) return;
    const { client, room } = here;
    const intent = intents.peek().get(room.roomId);
    setIntent(room.roomId, undefined);
    const mentions = mentionsIn(text);
    let content: RoomMessageEventContent;
    if (intent?.kind === "edit") {
        if (intent.message.body.kind === "text" && intent.message.body.text === text) return;
        content = {
            msgtype: MsgType.Text,
            body: `* ${text}`,
            "m.mentions": {},
            "m.new_content": { msgtype: MsgType.Text, body: text, "m.mentions": { user_ids: mentions } },
            "m.relates_to": { rel_type: RelationType.Replace, event_id: intent.message.id },
        } as RoomMessageEventContent;
    } else if (intent?.kind === "reply") {
        const told = intent.to.mine ? mentions : [...new Set([...mentions, intent.to.sender.userId])];
        content = {
            msgtype: MsgType.Text,
            body: text,
            "m.mentions": { user_ids: told },
            "m.relates_to": { "m.in_reply_to": { event_id: intent.to.id } },
        };
    } else {
        content = { msgtype: MsgType.Text, body: text, "m.mentions": mentions.length ? { user_ids: mentions } : {} };
    }
    /* A failure shows at the message itself. */
    void client.sendMessage(room.roomId, content).catch(() => undefined);
}

export function react(message: Message, key: string): void {
    const here = currentRoom();
    if (!here) return;
    const mine = message.reactions.find((reaction) => reaction.key === key)?.mine;
    const done = mine
        ? here.client.redactEvent(here.room.roomId, mine)
        : here.client.sendEvent(here.room.roomId, EventType.Reaction, {
              "m.relates_to": { rel_type: RelationType.Annotation, event_id: message.id, key },
          });
    void done.catch(() => undefined);
}

export async function deleteMessage(message: Message): Promise<void> {
    const here = currentRoom();
    if (here) await here.client.redactEvent(here.room.roomId, message.id);
}

/** It may stand before a gap that came while it waited. */
export const pendingIn = (room: Room, key: string) => eventsEverywhere(room).find((event) => event.status !== null && event.getTxnId() === key);

export function retry(message: Message): void {
    const here = currentRoom();
    const event = here && pendingIn(here.room, message.key);
    if (event) void here.client.resendEvent(event, here.room).catch(() => undefined);
}

export function discard(message: Message): void {
    const here = currentRoom();
    const event = here && pendingIn(here.room, message.key);
    if (event) here.client.cancelPendingEvent(event);
}

let typingIn: string | undefined;
let typingSince = 0;

/** Tells the others at most every few seconds, and once when it stops. */
export function setTyping(typing: boolean): void {
    const here = currentRoom();
    if (!here) return;
    const { client, room } = here;
    const now = Date.now();
    if (typing && typingIn === room.roomId && now - typingSince < 4_000) return;
    if (!typing && typingIn !== room.roomId) return;
    typingIn = typing ? room.roomId : undefined;
    typingSince = now;
    void client.sendTyping(room.roomId, typing, 8_000).catch(() => undefined);
}

export interface Sending {
    id: number;
    roomId: string;
    name: string;
    size: number;
    progress: number;
    preview?: string;
    w: number;
    h: number;
    failed: unknown;
    stop(): void;
    again(): void;
}

/** Pictures up to this many bytes are their own thumbnail. */
const smallPicture = 100_000;
const thumbnailSide = 800;

export const uploads = signal<Sending[]>([]);
let nextUpload = 1;

const change = (id: number, what: Partial<Sending>) =>
    (uploads.value = uploads.peek().map((item) => (item.id === id ? { ...item, ...what } : item)));

function drop(id: number): void {
    const item = uploads.peek().find((upload) => upload.id === id);
    uploads.value = uploads.peek().filter((upload) => upload.id !== id);
    if (item?.preview) setTimeout(() => URL.revokeObjectURL(item.preview ?? ""), 60_000);
}

type Put = (blob: Blob) => Promise<string>;

async function putPlain(file: File, info: object, dimensions: Dimensions | undefined, put: Put): Promise<object> {
    const url = await put(file);
    if (dimensions) primePicture({ mxc: url, type: file.type }, thumbnailOf(dimensions), file);
    return { url, info };
}

/** A room that was encrypted once is, whatever the server says of it now. */
const isEncrypted = async (client: MatrixClient, room: Room) =>
    room.hasEncryptionStateEvent() || (await client.getCrypto()?.isEncryptionEnabledInRoom(room.roomId)) === true;

/** The server sees neither what it is nor how it is called; a picture's small version is made here, being sealed too. */
async function putSealed(file: File, info: object, isPicture: boolean, put: Put): Promise<object> {
    const keep = async (blob: Blob): Promise<SealedFile> => {
        const { sealed, secret } = await seal(blob);
        return { mxc: await put(sealed), ...secret };
    };
    const small = isPicture && file.size > smallPicture ? await redrawn(file, thumbnailSide, 0.8).catch(() => undefined) : undefined;
    const thumbnail = small && (await keep(small));
    const whole = await keep(file);
    if (thumbnail) primePicture({ mxc: thumbnail.mxc, type: small.type, secret: thumbnail }, thumbnailOf(), small);
    else if (isPicture) primePicture({ mxc: whole.mxc, type: file.type, secret: whole }, thumbnailOf(), file);
    return {
        file: writeSealedFile(whole),
        info: {
            ...info,
            ...(thumbnail
                ? {
                      thumbnail_file: writeSealedFile(thumbnail),
                      thumbnail_info: { mimetype: small.type, size: small.size, ...(await measureImage(small)) },
                  }
                : {}),
        },
    };
}

/** Without what a picture or film says beside itself (obligation 1.15). Undefined: that can't be taken out here. */
async function cleanFile(file: File): Promise<File | undefined> {
    const begin = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    const type = pictureType(begin);
    if (!type && isFilm(begin)) {
        const film = await withoutFilmMetadata(file);
        return film && new File([film], file.name, { type: file.type });
    }
    if (!type) return file;
    const result = withoutMetadata(new Uint8Array(await file.arrayBuffer()), type);
    if (result !== "redraw") return new File([result.cleaned], file.name, { type });
    const blob = await redrawn(file).catch(() => undefined);
    /* What is drawn anew may be of another kind: its name says which. */
    const ending = blob?.type === "image/webp" ? "webp" : "jpg";
    return blob && new File([blob], `${file.name.replace(/\.\w{1,5}$/, "")}.${ending}`, { type: blob.type });
}

/** Uploads a file and sends it; until then it shows below the messages, with how far it has come. */
export async function sendFile(chosen: File): Promise<void> {
    const here = currentRoom();
    const present = session.peek();
    if (!here || !present || sendingHeld.peek()) return;
    const { client, room } = here;
    const file = await cleanFile(chosen);
    if (!file) return void showToast(/^video\//.test(chosen.type) ? words().errorFilmMetadata : words().errorPictureMetadata, "error");
    const id = nextUpload++;
    const picture = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);
    const dimensions = picture ? await measureImage(file) : undefined;
    let upload: Upload | undefined;
    const put = (blob: Blob, name: string, onProgress?: (share: number) => void) =>
        (upload = uploadMedia(present.authorized, blob, name, onProgress)).done;
    const begin = async () => {
        change(id, { progress: 0, failed: undefined });
        try {
            const progressed = (progress: number) => change(id, { progress });
            const info = { mimetype: file.type || "application/octet-stream", size: file.size, ...dimensions };
            const where = (await isEncrypted(client, room))
                ? await putSealed(file, info, dimensions !== undefined, (blob) => put(blob, "", progressed))
                : await putPlain(file, info, dimensions, () => put(file, file.name, progressed));
            const msgtype = dimensions ? MsgType.Image : MsgType.File;
            drop(id);
            await client
                .sendMessage(room.roomId, { msgtype, body: file.name, filename: file.name, ...where } as RoomMessageEventContent)
                .catch(() => undefined);
        } catch (failed) {
            change(id, { failed });
        }
    };
    uploads.value = [
        ...uploads.peek(),
        {
            id,
            roomId: room.roomId,
            name: file.name,
            size: file.size,
            progress: 0,
            failed: undefined,
            w: dimensions?.w ?? 0,
            h: dimensions?.h ?? 0,
            ...(dimensions ? { preview: URL.createObjectURL(file) } : {}),
            stop: () => {
                upload?.abort();
                drop(id);
            },
            again: () => void begin(),
        },
    ];
    await begin();
}

/** The size pictures are asked for in the timeline. */
export function thumbnailOf(_?: { w: number; h: number }) {
    return { width: 800, height: 600, method: "scale" as const };
}
