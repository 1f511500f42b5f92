/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { inviteContact, type Medium } from "../../api/numbers";
import { words } from "../../i18n";
import type { TextKey } from "../../i18n/dictionary";
import { errorText } from "../../model/errors";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";

/** Says the same whether the contact is somebody's here or not, because the server does. */
export function useInviteContact(roomId: string, medium: Medium, texts: { missing: TextKey; invalid: TextKey; done: TextKey }) {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();

    /** Whether it went out. */
    async function send(address: string): Promise<boolean> {
        const present = session.value;
        if (!present) return false;
        setError(address ? undefined : t[texts.missing]);
        if (!address) return false;
        setBusy(true);
        try {
            const server = present.userId.slice(present.userId.indexOf(":") + 1);
            await inviteContact(roomId, medium, address, server, present.authorized.fetch);
            showToast(t[texts.done]);
            return true;
        } catch (reason) {
            const special = { M_INVALID_PARAM: texts.invalid, M_LIMIT_EXCEEDED: "errorInvitesTooOften", M_FORBIDDEN: "errorNotAllowed" } as const;
            setError(t[errorText(reason, special)]);
            return false;
        } finally {
            setBusy(false);
        }
    }
    return { busy, error, send };
}
