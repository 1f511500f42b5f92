/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { duration, list } from "../../i18n/format";
import { intervalText } from "../../model/slowMode";
import type { Notice } from "../../model/timeline";

function text(notice: Notice): string {
    const t = words();
    const { actor, target, value } = notice;
    switch (notice.what) {
        case "created":
            return t.noticeCreated(actor);
        case "joined":
            return t.noticeJoined(target);
        case "left":
            return t.noticeLeft(target);
        case "invited":
            return t.noticeInvited(actor, target);
        case "declined":
            return t.noticeDeclined(target);
        case "withdrawn":
            return t.noticeWithdrawn(actor, target);
        case "kicked":
            return t.noticeKicked(actor, target);
        case "banned":
            return t.noticeBanned(actor, target);
        case "unbanned":
            return t.noticeUnbanned(actor, target);
        case "renamed":
            return t.noticeRenamed(value || target);
        case "avatar":
            return t.noticeAvatar(target);
        case "knocked":
            return t.noticeKnocked(target);
        case "roomName":
            return t.noticeRoomName(actor, value);
        case "roomTopic":
            return t.noticeRoomTopic(actor, value);
        case "roomAvatar":
            return t.noticeRoomAvatar(actor);
        case "slowMode":
            return Number(value) ? t.noticeSlowMode(actor, intervalText(Number(value))) : t.noticeSlowModeOff(actor);
        case "lifetime":
            return t.noticeLifetime(actor, Number(value) ? duration(Number(value)) : "");
        case "encryption":
            return t.noticeEncryption(actor);
        case "previews":
            return value ? t.noticePreviews(actor) : t.noticePreviewsOff(actor);
        case "powers":
            return t.noticePowers(actor);
    }
}

/** Many people joining in a row are one line. */
function lines(notices: readonly Notice[]): string[] {
    const result: string[] = [];
    for (let i = 0; i < notices.length; ) {
        const first = notices[i];
        if (!first) break;
        let end = i + 1;
        while (notices[end]?.what === first.what && (first.what === "joined" || first.what === "left")) end++;
        const names = notices.slice(i, end).map((notice) => notice.target);
        if (names.length > 1) result.push(first.what === "joined" ? words().noticeJoined(list(names)) : words().noticeLeft(list(names)));
        else result.push(text(first));
        i = end;
    }
    return result;
}

export function Notices({ notices }: { notices: readonly Notice[] }) {
    const [open, setOpen] = useState(false);
    const all = lines(notices);
    const shown = open || all.length <= 3 ? all : all.slice(-2);
    return (
        <li class="notices">
            {shown.length < all.length && (
                <button type="button" class="notice-more" onClick={() => setOpen(true)}>
                    {words().noticesMore(all.length - shown.length)}
                </button>
            )}
            {shown.map((line, index) => (
                <p key={index}>{line}</p>
            ))}
        </li>
    );
}
