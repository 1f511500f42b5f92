/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { acceptChange, changedIdentities, watchIdentities } from "../../state/identities";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

/** Over the messages, while somebody's identity isn't the one known before. One person at a time. */
export function IdentityChanged({ roomId }: { roomId: string }) {
    useEffect(() => watchIdentities(roomId), [roomId]);
    const first = changedIdentities.value[0];
    if (!first) return null;
    const t = words();
    const accept = () => void acceptChange(first).catch((reason) => showToast(t[errorText(reason)], "error"));
    return (
        <div class="banner identity" role="alert">
            <Icon name="alert" />
            <p class="grow">{first.wasVerified ? t.changedVerified(first.name) : t.changedIdentity(first.name)}</p>
            <Button compact onClick={accept}>
                {first.wasVerified ? t.changedWithdraw : t.changedOk}
            </Button>
        </div>
    );
}
