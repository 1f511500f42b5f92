/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { chooseSound, loadNotifying, notifying, startNotifying, stopNotifying, withSound, type Notifying } from "../../state/notifications";
import { session, type Session } from "../../state/session";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon, type IconName } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";

const icons: Record<Notifying, IconName> = { on: "bell", open: "bell", off: "eyeOff", denied: "lock", unsupported: "info" };

/** Whether this device says that something is new. Asked for only when somebody wants it (obligation 1.11). */
export function Notifications() {
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    const present = session.value;
    const state = notifying.value;

    async function attempt(work: (present: Session) => Promise<void>): Promise<void> {
        if (!present) return;
        setBusy(true);
        setError(undefined);
        try {
            await work(present);
        } catch (reason) {
            setError(t[errorText(reason)]);
        } finally {
            setBusy(false);
        }
    }
    useEffect(() => void attempt(loadNotifying), [present]);

    const explained = {
        on: t.notificationsAreOn,
        open: t.notificationsWhileOpen,
        off: t.notificationsAreOff,
        denied: t.notificationsDenied,
        unsupported: t.notificationsUnsupported,
    };
    return (
        <>
            <p class="quiet">{t.notificationsText}</p>
            {error && <ErrorText text={error} />}
            {!state && !error && <Spinner />}
            {state && (
                <p class="state-row" role="status">
                    <Icon name={icons[state]} />
                    {explained[state]}
                </p>
            )}
            {state === "off" && (
                <Button kind="primary" icon="bell" busy={busy} onClick={() => void attempt(startNotifying)}>
                    {t.notificationsOn}
                </Button>
            )}
            {(state === "on" || state === "open") && (
                <>
                    <label class="check-row">
                        <input type="checkbox" checked={withSound.value} onChange={(event) => void chooseSound(event.currentTarget.checked)} />
                        {t.notificationsSound}
                    </label>
                    <Button busy={busy} onClick={() => void attempt(stopNotifying)}>
                        {t.notificationsOff}
                    </Button>
                </>
            )}
        </>
    );
}
