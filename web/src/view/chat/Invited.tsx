/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { acceptInvite, declineInvite } from "../../state/roomActions";
import { go, hrefTo } from "../../state/route";
import type { RoomSummary } from "../../state/rooms";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { RoomAvatar } from "./RoomAvatar";

interface QuestionProps {
    avatar: ComponentChildren;
    name: string;
    text: string;
    hint?: string;
    /** Its words and what it does; absent where there is nothing to say yes to. */
    yes?: [string, () => Promise<void>] | undefined;
    no?: [string, () => Promise<void>] | undefined;
}

/** An invitation that waits for an answer. */
export function Invited({ room }: { room: RoomSummary }) {
    const t = words();
    const decline = async () => {
        await declineInvite(room.roomId);
        go({ at: "home" });
    };
    return (
        <InvitedQuestion
            avatar={<RoomAvatar room={room} size="xl" />}
            name={room.name}
            text={room.notices ? t.noticesInvite : room.membership === "knock" ? t.knocked : t.invitationFrom(room.inviter ?? "?")}
            yes={room.membership === "invite" ? [room.notices ? t.noticesOpen : t.accept, () => acceptInvite(room.roomId)] : undefined}
            no={room.notices ? undefined : [t.decline, decline]}
        />
    );
}

export function InvitedQuestion({ avatar, name, text, hint, yes, no }: QuestionProps) {
    const [busy, setBusy] = useState<"yes" | "no">();
    const [error, setError] = useState<string>();
    const t = words();
    async function answer(which: "yes" | "no", work: () => Promise<void>): Promise<void> {
        setBusy(which);
        setError(undefined);
        try {
            await work();
        } catch (reason) {
            setError(t[errorText(reason, { M_FORBIDDEN: "errorInviteGone", M_NOT_FOUND: "errorInviteGone" })]);
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
                {avatar}
                <h1 class="join-name">{name}</h1>
                <p>{text}</p>
                {hint && <p class="quiet small">{hint}</p>}
                {error && <ErrorText text={error} />}
                <div class="empty-actions">
                    {yes && (
                        <Button kind="primary" busy={busy === "yes"} disabled={busy !== undefined} onClick={() => void answer("yes", yes[1])}>
                            {yes[0]}
                        </Button>
                    )}
                    {no && (
                        <Button busy={busy === "no"} disabled={busy !== undefined} onClick={() => void answer("no", no[1])}>
                            {no[0]}
                        </Button>
                    )}
                </div>
            </div>
        </>
    );
}
