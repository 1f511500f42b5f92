/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readCancelling, type Hold } from "../../api/rights";
import { words } from "../../i18n";
import { duration, fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { cancelAccount } from "../../state/cancelling";
import { askPassword } from "../../state/dialogs";
import { standing } from "../../state/recovery";
import { session } from "../../state/session";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon, type IconName } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { Holds } from "./Holds";

interface About {
    interval_ms: number;
    holds: Hold[];
}

const Consequence = ({ icon, kept, children }: { icon: IconName; kept?: boolean; children: ComponentChildren }) => (
    <li class={kept ? "kept" : ""}>
        <Icon name={icon} mini />
        <span>{children}</span>
    </li>
);

interface CancelProps {
    /** Where a copy of one's data can be had before. */
    copyHref?: string;
    onBack: () => void;
}

/** Ends the account, after saying what that means and until when it can be taken back (obligation 5.5). */
export function CancelAccount({ copyHref, onBack }: CancelProps) {
    const [about, setAbout] = useState<About>();
    const [understood, setUnderstood] = useState(false);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();

    async function load(): Promise<void> {
        setError(undefined);
        const send = session.peek()?.authorized.fetch;
        if (!send) return;
        try {
            setAbout(await readCancelling(send));
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    useEffect(() => void load(), []);

    async function cancel(): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await cancelAccount(askPassword);
        } catch (reason) {
            setError(t[errorText(reason, { M_FORBIDDEN: "errorPasswordWrong" })]);
        } finally {
            setBusy(false);
        }
    }

    if (!about)
        return error ? (
            <>
                <ErrorText text={error} />
                <Button icon="retry" onClick={() => void load()}>
                    {t.tryAgain}
                </Button>
            </>
        ) : (
            <Spinner large />
        );
    const interval = duration(about.interval_ms);
    return (
        <div class="cancel-account">
            <p>{t.cancelText}</p>
            <ul class="loss-list">
                <Consequence icon="leave">{t.cancelNow}</Consequence>
                {["unsaved", "unconfirmed"].includes(standing.value) && <Consequence icon="key">{t.cancelKeys}</Consequence>}
                <Consequence icon="clock" kept>
                    {t.cancelUntil(interval, fullTime(Date.now() + about.interval_ms))}
                </Consequence>
                <Consequence icon="trash">{t.cancelThen}</Consequence>
                <Consequence icon="info" kept>
                    {t.cancelStays}
                </Consequence>
            </ul>
            <Holds holds={about.holds} />
            {copyHref && (
                <a class="button plain" href={copyHref}>
                    <Icon name="download" />
                    {t.cancelCopyFirst}
                </a>
            )}
            <label class="check-row">
                <input type="checkbox" checked={understood} onChange={(event) => setUnderstood(event.currentTarget.checked)} />
                {t.cancelUnderstood(interval)}
            </label>
            {error && <ErrorText text={error} />}
            <div class="button-row">
                <Button onClick={onBack}>{t.cancelKeep}</Button>
                <Button kind="danger" busy={busy} disabled={!understood} onClick={() => void cancel()}>
                    {t.cancelAccount}
                </Button>
            </div>
        </div>
    );
}
