/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a room shows, from its events: pure, so that it can be tested without a server or a screen. */
import { readSealedFile, type MediaFile } from "./sealedFile";

export interface Person {
    userId: string;
    name: string;
    avatar?: string;
}

export interface Reaction {
    key: string;
    names: string[];
    /** The event to take back, when one of them is ours. */
    mine?: string;
}

/** Why a message can't be read here; `waiting` mends itself. */
export type Locked =
    | "waiting"
    | "beforeJoining"
    | "beforeSignIn"
    | "needsRecovery"
    | "withheld"
    | "unverified"
    | "identity"
    | "off";

export type Body =
    | { kind: "text"; text: string; html?: string; emote: boolean; notice: boolean }
    | { kind: "image"; file: MediaFile; thumbnail?: MediaFile; name: string; caption?: string; w: number; h: number; size: number }
    | { kind: "file"; file: MediaFile; name: string; size: number; type: string }
    | { kind: "locked"; why: Locked }
    | { kind: "deleted" }
    | { kind: "unknown" };

export interface Message {
    kind: "message";
    id: string;
    /** Stays the same when the event's id changes from the local to the server's. */
    key: string;
    ts: number;
    sender: Person;
    mine: boolean;
    body: Body;
    edited: boolean;
    /** The event whose words these are: itself, or the newest edit. */
    source: string;
    status: "sent" | "sending" | "failed";
    replyTo?: string;
    reactions: Reaction[];
    mentionsMe: boolean;
    /** Written in the clear where everything is encrypted. */
    clear: boolean;
}

export type NoticeKind =
    | "created"
    | "joined"
    | "left"
    | "invited"
    | "declined"
    | "withdrawn"
    | "kicked"
    | "banned"
    | "unbanned"
    | "renamed"
    | "avatar"
    | "knocked"
    | "roomName"
    | "roomTopic"
    | "roomAvatar"
    | "slowMode"
    | "lifetime"
    | "encryption"
    | "previews"
    | "powers";

export interface Notice {
    kind: "notice";
    id: string;
    key: string;
    ts: number;
    mine: boolean;
    what: NoticeKind;
    actor: string;
    target: string;
    value: string;
}

export type Entry = Message | Notice;

export type Item =
    | { kind: "day"; key: string; ts: number }
    | { kind: "unread"; key: string }
    | { kind: "notices"; key: string; notices: Notice[] }
    | { kind: "message"; key: string; message: Message; first: boolean; last: boolean };

const groupWithin = 5 * 60_000;

const sameDay = (a: number, b: number) => new Date(a).toDateString() === new Date(b).toDateString();

/**
 * Day separators, the unread divider, runs of notices folded together, and messages grouped by sender.
 * `readUpTo` is the id of the last entry that had been read when the room was opened.
 */
export function arrange(entries: readonly Entry[], readUpTo?: string): Item[] {
    const items: Item[] = [];
    const divider = firstUnread(entries, readUpTo);
    let previous: Entry | undefined;
    for (const entry of entries) {
        if (!previous || !sameDay(previous.ts, entry.ts)) items.push({ kind: "day", key: `day ${entry.key}`, ts: entry.ts });
        if (entry === divider) items.push({ kind: "unread", key: "unread" });
        const before = items.at(-1);
        if (entry.kind === "notice") {
            if (before?.kind === "notices") before.notices.push(entry);
            else items.push({ kind: "notices", key: `n ${entry.key}`, notices: [entry] });
        } else {
            const continues =
                before?.kind === "message" &&
                before.message.sender.userId === entry.sender.userId &&
                entry.ts - before.message.ts < groupWithin;
            if (continues) before.last = false;
            items.push({ kind: "message", key: entry.key, message: entry, first: !continues, last: true });
        }
        previous = entry;
    }
    return items;
}

/** The first message of somebody else after what was read; none when there is nothing to catch up on. */
function firstUnread(entries: readonly Entry[], readUpTo?: string): Entry | undefined {
    if (!readUpTo) return undefined;
    const at = entries.findIndex((entry) => entry.id === readUpTo);
    if (at < 0) return undefined;
    const rest = entries.slice(at + 1);
    const own = rest.findLastIndex((entry) => entry.mine && entry.kind === "message");
    return rest.slice(own + 1).find((entry) => entry.kind === "message" && !entry.mine);
}

export type Content = Record<string, unknown>;

const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const positive = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 0);
const object = (value: unknown): Content => (value !== null && typeof value === "object" ? (value as Content) : {});

/** What lies on the server: as it is, or sealed, with what opens it. */
function fileIn(content: Content, plain: string, sealed: string, type: string): MediaFile | undefined {
    const secret = readSealedFile(content[sealed]);
    if (secret) return { mxc: secret.mxc, type, secret };
    const mxc = string(content[plain]);
    return mxc?.startsWith("mxc://") ? { mxc, type } : undefined;
}

/** Only a sealed picture brings a small one along: of the others the server makes them. */
function thumbnailIn(info: Content): { thumbnail?: MediaFile } {
    const thumbnail = fileIn(info, "", "thumbnail_file", string(object(info["thumbnail_info"])["mimetype"]) ?? "");
    return thumbnail ? { thumbnail } : {};
}

/** What an m.room.message says. Content comes from strangers: nothing in it is taken to be there. */
export function readBody(content: Content): Body {
    const text = string(content["body"]) ?? "";
    const info = object(content["info"]);
    const file = fileIn(content, "url", "file", string(info["mimetype"]) ?? "");
    const name = string(content["filename"]) ?? text;
    switch (content["msgtype"]) {
        case "m.text":
        case "m.emote":
        case "m.notice": {
            const html = content["format"] === "org.matrix.custom.html" ? string(content["formatted_body"]) : undefined;
            return {
                kind: "text",
                text,
                emote: content["msgtype"] === "m.emote",
                notice: content["msgtype"] === "m.notice",
                ...(html ? { html } : {}),
            };
        }
        case "m.image":
            if (!file) return { kind: "unknown" };
            return {
                kind: "image",
                file,
                ...thumbnailIn(info),
                name,
                w: positive(info["w"]),
                h: positive(info["h"]),
                size: positive(info["size"]),
                ...(name !== text && text ? { caption: text } : {}),
            };
        case "m.file":
        case "m.audio":
        case "m.video":
            if (!file) return { kind: "unknown" };
            return { kind: "file", file, name, size: positive(info["size"]), type: string(info["mimetype"]) ?? "" };
        default:
            return text ? { kind: "text", text, emote: false, notice: false } : { kind: "unknown" };
    }
}

/** What became of somebody's membership, or nothing worth a line. */
export function readMembership(content: Content, previous: Content, self: boolean): Pick<Notice, "what" | "value"> | undefined {
    const now = content["membership"];
    const was = previous["membership"];
    const value = string(content["displayname"]) ?? "";
    switch (now) {
        case "invite":
            return { what: "invited", value };
        case "knock":
            return { what: "knocked", value };
        case "ban":
            return { what: "banned", value };
        case "join":
            if (was !== "join") return { what: "joined", value };
            if (content["displayname"] !== previous["displayname"]) return { what: "renamed", value };
            if (content["avatar_url"] !== previous["avatar_url"]) return { what: "avatar", value };
            return undefined;
        case "leave":
            if (was === "ban") return { what: "unbanned", value };
            if (was === "invite") return { what: self ? "declined" : "withdrawn", value };
            if (was === "knock" && self) return { what: "withdrawn", value };
            return { what: self ? "left" : "kicked", value };
        default:
            return undefined;
    }
}

/** Only emoji, and few: such a message is shown large. */
export function isJumbo(text: string): boolean {
    const trimmed = text.trim();
    if (!trimmed || trimmed.length > 40) return false;
    const segments = [...new Intl.Segmenter().segment(trimmed)].map((s) => s.segment).filter((s) => s.trim());
    return segments.length <= 3 && segments.every((s) => /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(s));
}

/** How many pixels a picture is given, so that the page doesn't jump when it arrives. */
export function fitImage(w: number, h: number, maxWidth = 360, maxHeight = 320): { w: number; h: number } {
    if (!w || !h) return { w: Math.min(240, maxWidth), h: 180 };
    const scale = Math.min(1, maxWidth / w, maxHeight / h);
    return { w: Math.max(48, Math.round(w * scale)), h: Math.max(48, Math.round(h * scale)) };
}

/** Older clients quote the message they answer at the top of theirs; the app shows it by itself. */
export function stripReplyFallback(text: string): string {
    if (!text.startsWith("> <@")) return text;
    const lines = text.split("\n");
    const end = lines.findIndex((line) => !line.startsWith(">"));
    if (end < 0) return text;
    return lines.slice(lines[end] === "" ? end + 1 : end).join("\n");
}
