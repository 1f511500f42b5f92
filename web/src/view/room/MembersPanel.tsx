/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useSignal } from "@preact/signals";
import { useEffect, useReducer, useState } from "preact/hooks";
import { RoomStateEvent } from "matrix-js-sdk";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { confirm } from "../../state/dialogs";
import { loadMembers, membersOf, numbersInvited, rightsIn, type Member } from "../../state/members";
import { ban, kick, openDirect, setPower, unban } from "../../state/roomActions";
import { go } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { localpart, session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Menu, MenuItem } from "../../ui/Menu";
import { TrustBadge, VerifyItems } from "../security/PersonTrust";
import { NumbersInvited } from "./NumbersInvited";

const many = 12;

export function MembersPanel({ room }: { room: RoomSummary }) {
    const [query, setQuery] = useState("");
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    const t = words();
    const present = session.value;
    const matrixRoom = present?.client.getRoom(room.roomId);

    useEffect(() => {
        if (!present) return;
        const changed = () => redraw(undefined);
        present.client.on(RoomStateEvent.Update, changed);
        void loadMembers(room.roomId).then(changed, () => undefined);
        return () => void present.client.off(RoomStateEvent.Update, changed);
    }, [room.roomId]);

    if (!matrixRoom || !present) return null;
    const all = membersOf(matrixRoom, present.userId);
    const wanted = query.trim().toLowerCase();
    const shown = all.filter((member) => !wanted || member.name.toLowerCase().includes(wanted) || member.userId.includes(wanted));
    const groups = [
        { title: t.membersCount(all.filter((member) => member.membership === "join").length), membership: "join" },
        { title: t.membersInvited, membership: "invite" },
        { title: t.membersKnocking, membership: "knock" },
        { title: t.membersBanned, membership: "ban" },
    ];
    return (
        <>
            {all.length > many && <Field label={t.findMember} hideLabel value={query} onInput={setQuery} type="search" input={{ placeholder: t.findMember }} />}
            {groups.map(({ title, membership }) => {
                const list = shown.filter((member) => member.membership === membership);
                return (
                    list.length > 0 && (
                        <section key={membership}>
                            <h2 class="panel-heading">{title}</h2>
                            <ul class="member-list">
                                {list.map((member) => (
                                    <MemberRow key={member.userId} roomId={room.roomId} member={member} />
                                ))}
                            </ul>
                        </section>
                    )
                );
            })}
            {!wanted && (
                <NumbersInvited roomId={room.roomId} list={numbersInvited(matrixRoom)} mayWithdraw={rightsIn(matrixRoom, present.userId).invite} />
            )}
        </>
    );
}

function MemberRow({ roomId, member }: { roomId: string; member: Member }) {
    const open = useSignal(false);
    const t = words();
    const roles = { owner: t.roleOwner, admin: t.roleAdmin, moderator: t.roleModerator, member: "" };

    async function attempt(work: () => Promise<unknown>, question?: [string, string, string]): Promise<void> {
        open.value = false;
        if (question && !(await confirm(...question, true))) return;
        try {
            await work();
        } catch (reason) {
            showToast(t[errorText(reason, { M_FORBIDDEN: "errorNotAllowed" })], "error");
        }
    }

    const { userId, name } = member;
    return (
        <li class="member">
            <Avatar id={userId} name={name} mxc={member.avatar} />
            <span class="grow">
                <span class="member-name">
                    <strong class="clip">{name}</strong>
                    <TrustBadge userId={userId} mine={member.mine} />
                    {member.mine && <span class="quiet small">{t.thatsYou}</span>}
                </span>
                <span class="quiet small clip">@{localpart(userId)}</span>
            </span>
            {roles[member.role] && <span class="role">{roles[member.role]}</span>}
            {!member.mine && (
                <div class="menu-anchor">
                    <IconButton icon="more" label={t.memberActions(name)} expanded={open.value} onClick={() => (open.value = true)} />
                    {open.value && (
                        <Menu label={t.memberActions(name)} onClose={() => (open.value = false)}>
                            <MenuItem
                                icon="chat"
                                onClick={() => void attempt(async () => go({ at: "room", roomId: await openDirect(userId) }))}
                            >
                                {t.writeTo}
                            </MenuItem>
                            <VerifyItems roomId={roomId} member={member} onChosen={() => (open.value = false)} />
                            {member.canSetPower && member.membership === "join" && member.power < 50 && (
                                <MenuItem icon="privacy" onClick={() => void attempt(() => setPower(roomId, userId, 50))}>
                                    {t.makeModerator}
                                </MenuItem>
                            )}
                            {member.canSetPower && member.membership === "join" && member.power < 100 && (
                                <MenuItem icon="privacy" onClick={() => void attempt(() => setPower(roomId, userId, 100))}>
                                    {t.makeAdmin}
                                </MenuItem>
                            )}
                            {member.canSetPower && member.membership === "join" && member.power >= 50 && (
                                <MenuItem icon="person" onClick={() => void attempt(() => setPower(roomId, userId, 0))}>
                                    {t.makeMember}
                                </MenuItem>
                            )}
                            {member.canKick && member.membership !== "ban" && (
                                <MenuItem
                                    icon="leave"
                                    danger
                                    onClick={() => void attempt(() => kick(roomId, userId), [t.kickTitle(name), t.kickText, t.kick])}
                                >
                                    {t.kick}
                                </MenuItem>
                            )}
                            {member.canBan && member.membership !== "ban" && (
                                <MenuItem
                                    icon="lock"
                                    danger
                                    onClick={() => void attempt(() => ban(roomId, userId), [t.banTitle(name), t.banText, t.ban])}
                                >
                                    {t.ban}
                                </MenuItem>
                            )}
                            {member.canBan && member.membership === "ban" && (
                                <MenuItem icon="retry" onClick={() => void attempt(() => unban(roomId, userId))}>
                                    {t.unban}
                                </MenuItem>
                            )}
                        </Menu>
                    )}
                </div>
            )}
        </li>
    );
}
