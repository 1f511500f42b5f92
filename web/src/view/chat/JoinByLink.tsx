/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { joinByInvite, type InvitePreview } from "../../api/invites";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { invitationPreview } from "../../state/invitation";
import { go, replace } from "../../state/route";
import { session } from "../../state/session";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";

/** An invite link followed while signed in: what it leads to, and whether to go in. */
export function JoinByLink({ token }: { token: string }) {
    const [preview, setPreview] = useState<InvitePreview>();
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const t = words();
    const explain = (reason: unknown) =>
        setError(t[errorText(reason, { M_NOT_FOUND: "errorInviteGone", M_FORBIDDEN: "errorInviteForbidden" })]);

    useEffect(() => {
        invitationPreview(token).then((found) => {
            const there = session.peek()?.client.getRoom(found.room_id)?.getMyMembership() === "join";
            if (there) replace({ at: "room", roomId: found.room_id });
            else setPreview(found);
        }, explain);
    }, [token]);

    async function join(): Promise<void> {
        const present = session.peek();
        if (!present) return;
        setBusy(true);
        try {
            const { room_id } = await joinByInvite(token, present.authorized.fetch);
            replace({ at: "room", roomId: room_id });
        } catch (reason) {
            explain(reason);
            setBusy(false);
        }
    }

    if (error && !preview)
        return (
            <EmptyState icon="link" title={t.invitationTitle} text={error}>
                <Button onClick={() => go({ at: "home" })}>{t.back}</Button>
            </EmptyState>
        );
    if (!preview)
        return (
            <div class="centered">
                <Spinner large />
            </div>
        );
    return (
        <div class="centered">
            <Avatar id={preview.room_id} name={preview.name || "?"} mxc={preview.avatar_url} size="xl" group />
            <div>
                <h1 class="join-name">{preview.name || t.unnamedRoom}</h1>
                <p class="quiet">{t.membersCount(preview.members)}</p>
            </div>
            <p>{t.invitationFrom(preview.inviter)}</p>
            {error && <ErrorText text={error} />}
            <div class="empty-actions">
                <Button kind="primary" busy={busy} onClick={() => void join()}>
                    {t.joinGroup}
                </Button>
                <Button onClick={() => go({ at: "home" })}>{t.notNow}</Button>
            </div>
        </div>
    );
}
