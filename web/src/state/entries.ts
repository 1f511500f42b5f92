/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the SDK's events to the model's entries. */
import { EventStatus, EventType, MsgType, RelationType, type MatrixEvent, type Room } from "matrix-js-sdk";
import { askedLifetime } from "../model/lifetime";
import { previewsType } from "../model/linkPreview";
import { readInterval, slowModeType } from "../model/slowMode";
import {
    readBody,
    readMembership,
    type Body,
    type Entry,
    type Message,
    type Notice,
    type NoticeKind,
    type Person,
    type Reaction,
} from "../model/timeline";
import { retentionType } from "./lifetimes";
import { lockedBy } from "./locked";
import { nameIn } from "./names";
import { isFalseNotice, isNoticesRoom } from "./notices";
import { localpart } from "./session";

export function personOf(room: Room, userId: string): Person {
    const member = room.getMember(userId);
    const avatar = member?.getMxcAvatarUrl();
    return { userId, name: nameIn(room, userId), ...(avatar ? { avatar } : {}) };
}

const keyOf = (event: MatrixEvent) => event.getTxnId() ?? event.getUnsigned().transaction_id ?? event.getId() ?? "";

function statusOf(event: MatrixEvent): Message["status"] {
    if (event.status === null || event.status === EventStatus.SENT) return "sent";
    return event.status === EventStatus.NOT_SENT ? "failed" : "sending";
}

function reactionsOf(room: Room, eventId: string, self: string): Reaction[] {
    const relations = room.relations.getChildEventsForEvent(eventId, RelationType.Annotation, EventType.Reaction);
    const sorted = relations?.getSortedAnnotationsByKey() ?? [];
    const reactions: (Reaction & { since: number })[] = [];
    for (const [key, events] of sorted) {
        const live = [...events].filter((event) => !event.isRedacted());
        if (live.length === 0) continue;
        const senders = new Set(live.map((event) => event.getSender() ?? ""));
        const mine = live.find((event) => event.getSender() === self)?.getId();
        reactions.push({
            key,
            names: [...senders].map((id) => nameIn(room, id)),
            since: Math.min(...live.map((event) => event.getTs())),
            ...(mine ? { mine } : {}),
        });
    }
    return reactions.sort((a, b) => a.since - b.since).map(({ since: _, ...reaction }) => reaction);
}

/** What an event says, or why it can't be read. */
export function bodyOf(event: MatrixEvent): Body {
    if (event.isRedacted()) return { kind: "deleted" };
    const why = lockedBy(event);
    return why ? { kind: "locked", why } : readBody(event.getContent());
}

/** Not encrypted though the room was by then: the server could read it, or have written it. */
function isClear(room: Room, event: MatrixEvent): boolean {
    const since = room.currentState.getStateEvents(EventType.RoomEncryption, "")?.getTs();
    return since !== undefined && event.getTs() > since && event.status === null && !event.isEncrypted() && !event.isRedacted();
}

function messageOf(room: Room, event: MatrixEvent, self: string): Message {
    const id = event.getId() ?? "";
    const content = event.getContent();
    const sender = event.getSender() ?? "";
    const replyTo = event.replyEventId;
    const mentions = (content["m.mentions"] as { user_ids?: unknown; room?: unknown } | undefined) ?? {};
    const mentionsMe =
        sender !== self && ((Array.isArray(mentions.user_ids) && mentions.user_ids.includes(self)) || mentions.room === true);
    return {
        kind: "message",
        id,
        key: keyOf(event),
        ts: event.getTs(),
        sender: personOf(room, sender),
        mine: sender === self,
        body: bodyOf(event),
        edited: !event.isRedacted() && event.replacingEvent() !== null && event.replacingEvent() !== undefined,
        source: event.replacingEventId() ?? id,
        status: statusOf(event),
        reactions: event.isRedacted() ? [] : reactionsOf(room, id, self),
        mentionsMe,
        clear: isClear(room, event),
        ...(replyTo && !event.isRedacted() ? { replyTo } : {}),
    };
}

const stateNotices: Record<string, NoticeKind> = {
    [EventType.RoomCreate]: "created",
    [EventType.RoomName]: "roomName",
    [EventType.RoomTopic]: "roomTopic",
    [EventType.RoomAvatar]: "roomAvatar",
    [EventType.RoomEncryption]: "encryption",
    [slowModeType]: "slowMode",
    [retentionType]: "lifetime",
    [previewsType]: "previews",
};

/** Part of the room being made, by the one who made it. */
function madeJustBefore(room: Room, event: MatrixEvent): boolean {
    const created = room.currentState.getStateEvents(EventType.RoomCreate, "");
    return created?.getSender() === event.getSender() && event.getTs() - (created?.getTs() ?? 0) < 2_000;
}

/** What was set, as the notice needs it. */
function valueOf(what: NoticeKind, content: Record<string, unknown>): string {
    if (what === "slowMode") return String(readInterval(content));
    if (what === "lifetime") return String(askedLifetime(content) ?? 0);
    if (what === "previews") return content["disable"] === false ? "on" : "";
    return String(content["name"] ?? content["topic"] ?? "");
}

function noticeOf(room: Room, event: MatrixEvent, self: string): Notice | undefined {
    const sender = event.getSender() ?? "";
    const base = {
        kind: "notice" as const,
        id: event.getId() ?? "",
        key: keyOf(event),
        ts: event.getTs(),
        mine: sender === self,
        actor: personOf(room, sender).name,
    };
    if (event.getType() === EventType.RoomMember) {
        const target = event.getStateKey() ?? "";
        const change = readMembership(event.getContent(), event.getPrevContent(), target === sender);
        if (!change) return undefined;
        if (change.what === "joined" && target === sender && madeJustBefore(room, event)) return undefined;
        const known = nameIn(room, target);
        return { ...base, ...change, target: known === localpart(target) && change.value ? change.value : known };
    }
    const what = stateNotices[event.getType()];
    if (!what || event.isRedacted()) return undefined;
    /* What was set while the room was made says nothing beyond "created". */
    if (what !== "created" && !event.getUnsigned().replaces_state && !event.getUnsigned().prev_content) {
        if (madeJustBefore(room, event)) return undefined;
    }
    const content = event.getContent();
    const value = valueOf(what, content);
    return { ...base, what, target: "", value };
}

/** Encrypted ones are shown, too: what can't be read says why. */
const shownTypes: readonly string[] = [EventType.RoomMessage, EventType.Sticker, EventType.RoomMessageEncrypted];
/* What devices tell each other to verify their owners is not written to anybody. */
export const isVerification = (event: MatrixEvent) => event.getContent()["msgtype"] === MsgType.KeyVerificationRequest;
const isShown = (event: MatrixEvent) => shownTypes.includes(event.getType()) && !isVerification(event);

/** What one event shows as, or nothing: edits and reactions belong to the event they are about. */
export function entryOf(room: Room, event: MatrixEvent, self: string): Entry | undefined {
    /* How the server made its room is nothing to read. */
    if (event.isState()) return isNoticesRoom(room) ? undefined : noticeOf(room, event, self);
    if (!isShown(event)) return undefined;
    if (event.isRelation(RelationType.Replace) || isFalseNotice(room, event)) return undefined;
    return messageOf(room, event, self);
}
