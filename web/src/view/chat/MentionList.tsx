/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import type { Room } from "matrix-js-sdk";
import { words } from "../../i18n";
import { memberName } from "../../state/names";
import { Avatar } from "../../ui/Avatar";

export interface MentionQuery {
    start: number;
    text: string;
}

/** The name begun with an @ before the caret, if any. */
export function mentionAt(text: string, caret: number): MentionQuery | undefined {
    const match = /(?:^|\s)@([^\s@]{0,30})$/u.exec(text.slice(0, caret));
    return match ? { start: caret - (match[1]?.length ?? 0) - 1, text: match[1] ?? "" } : undefined;
}

interface MentionListProps {
    room: Room;
    query: MentionQuery;
    onChoose: (name: string) => void;
    onClose: () => void;
}

export function MentionList({ room, query, onChoose, onClose }: MentionListProps) {
    const [active, setActive] = useState(0);
    const wanted = query.text.toLowerCase();
    const found = room
        .getJoinedMembers()
        .filter((member) => member.userId !== room.myUserId)
        .filter((member) => member.name.toLowerCase().includes(wanted) || member.userId.slice(1).toLowerCase().startsWith(wanted))
        .slice(0, 6);
    useEffect(() => void room.loadMembersIfNeeded(), [room]);
    useEffect(() => {
        const key = (event: KeyboardEvent) => {
            if (found.length === 0 || event.isComposing) return;
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            const chosen = found[active];
            if (step) setActive((active + step + found.length) % found.length);
            else if ((event.key === "Enter" || event.key === "Tab") && chosen) onChoose(memberName(chosen));
            else if (event.key === "Escape") onClose();
            else return;
            event.preventDefault();
            event.stopPropagation();
        };
        document.addEventListener("keydown", key, true);
        return () => document.removeEventListener("keydown", key, true);
    });
    if (found.length === 0) return null;
    return (
        <ul class="menu mention-list" role="listbox" aria-label={words().members}>
            {found.map((member, index) => (
                <li
                    key={member.userId}
                    role="option"
                    aria-selected={index === active}
                    class={index === active ? "menu-item active" : "menu-item"}
                    onPointerDown={(event) => {
                        event.preventDefault();
                        onChoose(memberName(member));
                    }}
                >
                    <Avatar id={member.userId} name={memberName(member)} mxc={member.getMxcAvatarUrl()} size="s" />
                    <span class="clip">{memberName(member)}</span>
                </li>
            ))}
        </ul>
    );
}
