/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import type { InvitePreview } from "../../api/invites";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { invitationPreview, rememberInvitation } from "../../state/invitation";
import { go } from "../../state/route";
import { accounts } from "../../state/session";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";
import { CardPage } from "./Page";

export const invitationErrors = { M_NOT_FOUND: "errorInviteGone", M_FORBIDDEN: "errorInviteGone" } as const;

/** What an invite link leads to, for somebody who isn't signed in. */
export function Invitation({ token }: { token: string }) {
    const [preview, setPreview] = useState<InvitePreview>();
    const [error, setError] = useState<string>();
    const t = words();
    useEffect(() => {
        invitationPreview(token).then(setPreview, (reason) => setError(t[errorText(reason, invitationErrors)]));
    }, [token]);
    const proceed = (to: "welcome" | "login") => {
        rememberInvitation(token);
        go({ at: to });
    };
    if (error)
        return (
            <CardPage title={t.invitationTitle}>
                <ErrorText text={error} />
                <Button wide onClick={() => go({ at: "home" })}>
                    {t.continue}
                </Button>
            </CardPage>
        );
    if (!preview)
        return (
            <CardPage title={t.invitationTitle}>
                <div class="centered">
                    <Spinner large />
                </div>
            </CardPage>
        );
    return (
        <CardPage title={t.invitationTitle}>
            <div class="invitation">
                <Avatar id={preview.room_id} name={preview.name || "?"} size="xl" group />
                <h2>{preview.name || t.unnamedRoom}</h2>
                <p class="quiet">{t.membersCount(preview.members)}</p>
                <p>{t.invitationFrom(preview.inviter)}</p>
            </div>
            <div class="stack">
                <Button kind={accounts.value.length ? "plain" : "primary"} wide onClick={() => proceed("welcome")}>
                    {t.createAccountToJoin}
                </Button>
                <Button kind={accounts.value.length ? "primary" : "plain"} wide onClick={() => proceed("login")}>
                    {t.signInToJoin}
                </Button>
            </div>
        </CardPage>
    );
}
