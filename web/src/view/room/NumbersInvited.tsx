/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { confirm } from "../../state/dialogs";
import type { NumberInvited } from "../../state/members";
import { withdrawNumber } from "../../state/roomActions";
import { showToast } from "../../state/toasts";
import { Avatar } from "../../ui/Avatar";

/** Numbers and e-mail addresses that were invited and whose owners have not answered. */
export function NumbersInvited({ roomId, list, mayWithdraw }: { roomId: string; list: NumberInvited[]; mayWithdraw: boolean }) {
    const t = words();
    if (list.length === 0) return null;
    return (
        <section>
            <h2 class="panel-heading">{t.numbersInvited}</h2>
            <ul class="member-list">
                {list.map((invited) => (
                    <Row key={invited.token} roomId={roomId} invited={invited} mayWithdraw={mayWithdraw} />
                ))}
            </ul>
        </section>
    );
}

function Row({ roomId, invited, mayWithdraw }: { roomId: string; invited: NumberInvited; mayWithdraw: boolean }) {
    const [busy, setBusy] = useState(false);
    const t = words();
    async function withdraw(): Promise<void> {
        if (!(await confirm(t.withdrawTitle(invited.shown), t.withdrawText, t.withdraw, true))) return;
        setBusy(true);
        try {
            await withdrawNumber(roomId, invited.token);
        } catch (reason) {
            showToast(t[errorText(reason, { M_FORBIDDEN: "errorNotAllowed" })], "error");
            setBusy(false);
        }
    }
    return (
        <li class="member">
            <Avatar id={invited.token} name={invited.shown} />
            <span class="grow">
                <strong class="clip">{invited.shown}</strong>
                <span class="quiet small clip">{t.numberInvitedBy(invited.inviter)}</span>
            </span>
            {mayWithdraw && (
                <button type="button" class="text-button small" disabled={busy} onClick={() => void withdraw()} aria-label={t.withdrawOf(invited.shown)}>
                    {t.withdraw}
                </button>
            )}
        </li>
    );
}
