/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { choose } from "../../state/dialogs";
import type { Member } from "../../state/members";
import { standing } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { acceptIdentity, lookUpTrust, trusts } from "../../state/trust";
import { askPerson } from "../../state/verification";
import { Icon } from "../../ui/Icon";
import { MenuItem } from "../../ui/Menu";

/** A shield for whom one has made sure of, a warning for whose identity is another now. */
export function TrustBadge({ userId, mine }: { userId: string; mine: boolean }) {
    useEffect(() => void (!mine && lookUpTrust(userId).catch(() => undefined)), [userId]);
    const t = words();
    const trust = trusts.value.get(userId);
    if (mine || !trust || trust === "none") return null;
    const label = trust === "verified" ? t.verifiedBadge : t.identityChanged;
    return (
        <span class={`trust-badge ${trust}`} role="img" aria-label={label} title={label}>
            <Icon name={trust === "verified" ? "privacy" : "alert"} mini />
        </span>
    );
}

async function verify({ userId, name }: Member, roomId: string): Promise<void> {
    const t = words();
    try {
        if (!(await askPerson(userId, roomId))) showToast(t.verifyKeyless(name), "error");
    } catch (reason) {
        showToast(t[errorText(reason)], "error");
    }
}

async function judge(member: Member, roomId: string): Promise<void> {
    const t = words();
    const { userId, name } = member;
    const answer = await choose(t.identityChangedTitle(name), t.identityChangedText(name), t.identityVerify, t.identityAccept);
    if (answer === "first") await verify(member, roomId);
    else if (answer === "second") await acceptIdentity(userId).catch((reason: unknown) => showToast(t[errorText(reason)], "error"));
}

/** In the menu of a member. Only a device that is confirmed itself can vouch for others. */
export function VerifyItems({ roomId, member, onChosen }: { roomId: string; member: Member; onChosen: () => void }) {
    const t = words();
    const trust = trusts.value.get(member.userId);
    if (member.membership !== "join" || !["unsaved", "complete"].includes(standing.value)) return null;
    if (trust === "changed")
        return (
            <MenuItem
                icon="alert"
                danger
                onClick={() => {
                    onChosen();
                    void judge(member, roomId);
                }}
            >
                {t.identityChanged}
            </MenuItem>
        );
    return trust === "verified" ? null : (
        <MenuItem
            icon="privacy"
            onClick={() => {
                onChosen();
                void verify(member, roomId);
            }}
        >
            {t.verify}
        </MenuItem>
    );
}
