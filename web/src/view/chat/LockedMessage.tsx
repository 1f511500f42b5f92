/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import type { TextKey } from "../../i18n/dictionary";
import type { Locked } from "../../model/timeline";
import { Icon } from "../../ui/Icon";

const reasons: Record<Locked, TextKey> = {
    waiting: "lockedWaiting",
    beforeJoining: "lockedBeforeJoining",
    beforeSignIn: "lockedBeforeSignIn",
    needsRecovery: "lockedNeedsRecovery",
    withheld: "lockedWithheld",
    unverified: "lockedUnverified",
    identity: "lockedIdentity",
    off: "lockedOff",
};

/** In the place of a message that can't be read here (yet): why. It mends itself when the key comes. */
export const LockedMessage = ({ why }: { why: Locked }) => (
    <p class="tombstone">
        <Icon name={why === "waiting" ? "clock" : "lock"} mini />
        {words()[reasons[why]]}
    </p>
);
