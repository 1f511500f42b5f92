/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import type { Purpose } from "../../api/consents";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { permit } from "../../state/permissions";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import type { IconName } from "../../ui/Icon";

/** The terms of an optional purpose, as the server words them. */
export function Terms({ purpose }: { purpose: Purpose }) {
    if (!purpose.supplement) return null;
    return (
        <div
            class="supplement small"
            lang={purpose.language}
            role="region"
            aria-label={purpose.supplement.title}
            tabIndex={0}
            dangerouslySetInnerHTML={{ __html: purpose.supplement.html }}
        />
    );
}

interface AskProps {
    purpose: Purpose;
    /** Where it was asked, for the record. */
    surface: string;
    action: string;
    icon: IconName;
    onGiven?: () => void;
}

/** Before the first use: for what, and on which terms (obligations 0.3, 1.14). The browser asks once more. */
export function AskPermission({ purpose, surface, action, icon, onGiven }: AskProps) {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();

    async function give(): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await permit(purpose.purpose, true, surface);
            onGiven?.();
        } catch (reason) {
            setError(t[errorText(reason)]);
            setBusy(false);
        }
    }
    return (
        <div class="ask-permission">
            <p>
                <strong>{purpose.title}</strong> · {purpose.words}
            </p>
            <Terms purpose={purpose} />
            <p class="quiet small">{t.permissionText}</p>
            {error && <ErrorText text={error} />}
            <Button icon={icon} kind="primary" busy={busy} onClick={() => void give()}>
                {action}
            </Button>
        </div>
    );
}
