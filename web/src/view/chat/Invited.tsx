/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { acceptInvite, declineInvite } from "../../state/roomActions";
import { go, hrefTo } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { RoomAvatar } from "./RoomAvatar";

/** An invitation that waits for an answer. */
export function Invited({ room }: { room: RoomSummary }) {
    const [busy, setBusy] = useState<"yes" | "no">();
    const [error, setError] = useState<string>();
    const t = words();
    async function answer(yes: boolean): Promise<void> {
        setBusy(yes ? "yes" : "no");
        setError(undefined);
        try {
            if (yes) await acceptInvite(room.roomId);
            else {
                await declineInvite(room.roomId);
                go({ at: "home" });
            }
        } catch (reason) {
            setError(t[errorText(reason, { M_FORBIDDEN: "errorInviteGone" })]);
        } finally {
            setBusy(undefined);
        }
    }
    return (
        <>
            <a class="icon-button only-narrow floating-back" href={hrefTo({ at: "home" })} aria-label={t.back}>
                <Icon name="back" />
            </a>
            <div class="centered">
                <RoomAvatar room={room} size="xl" />
                <h1 class="join-name">{room.name}</h1>
                <p>{room.notices ? t.noticesInvite : room.membership === "knock" ? t.knocked : t.invitationFrom(room.inviter ?? "?")}</p>
                {error && <ErrorText text={error} />}
                <div class="empty-actions">
                    {room.membership === "invite" && (
                        <Button kind="primary" busy={busy === "yes"} disabled={busy !== undefined} onClick={() => void answer(true)}>
                            {room.notices ? t.noticesOpen : t.accept}
                        </Button>
                    )}
                    {!room.notices && (
                        <Button busy={busy === "no"} disabled={busy !== undefined} onClick={() => void answer(false)}>
                            {t.decline}
                        </Button>
                    )}
                </div>
            </div>
        </>
    );
}
