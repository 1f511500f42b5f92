/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../i18n";
import { switchAccount } from "../state/session";
import { Button } from "../ui/Button";
import { EmptyState } from "../ui/EmptyState";

/** Another tab has the account: one at a time, for the sake of its keys. */
export function Elsewhere({ userId }: { userId: string }) {
    const t = words();
    return (
        <main class="elsewhere">
            <EmptyState icon="device" title={t.elsewhereTitle} text={t.elsewhereText}>
                <Button kind="primary" onClick={() => void switchAccount(userId, true)}>
                    {t.elsewhereHere}
                </Button>
            </EmptyState>
        </main>
    );
}
