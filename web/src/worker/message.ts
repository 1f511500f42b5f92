/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a push message says, and what is shown of it (obligation 1.11). Whatever else came with it is not looked at. */
import { textsFor } from "./texts";

export interface Shown {
    title: string;
    options: NotificationOptions & { renotify: boolean; data: Target };
    unread: number | undefined;
}

/** Where a click leads. */
export interface Target {
    /** The device's name of the account it is for; empty: the message does not say. */
    account: string;
    room: string;
}

const text = (value: unknown) => (typeof value === "string" && value.length <= 255 ? value : "");

function count(value: unknown): number | undefined {
    const unread: unknown = typeof value === "object" && value ? (value as { unread?: unknown }).unread : undefined;
    return typeof unread === "number" && Number.isInteger(unread) && unread >= 0 ? unread : undefined;
}

export function readMessage(message: unknown, language: string): Shown {
    const said = (typeof message === "object" && message ? message : {}) as Record<string, unknown>;
    const texts = textsFor(said["language"] ?? language);
    const account = text(said["account"]);
    const unread = count(said["counts"]);
    return {
        title: "Parley",
        options: {
            body: unread ? texts.unread(unread) : texts.news,
            icon: "/icon.svg",
            /* One for each account: a newer one takes its place. */
            tag: `parley ${account}`,
            renotify: true,
            silent: said["sound"] === false,
            data: { account, room: text(said["room_id"]) },
        },
        unread,
    };
}

/** The address a notification leads to. */
export function addressOf({ account, room }: Target): string {
    return account && room ? `/#/open/${encodeURIComponent(account)}/${encodeURIComponent(room)}` : "/";
}
