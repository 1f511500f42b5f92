/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import type { AuthDict } from "matrix-js-sdk";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { minimumPasswordLength, passwordStrength } from "../../model/password";
import { withPassword } from "../../state/security";
import { localpart, session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { PasswordField } from "../../ui/Field";
import { StrengthMeter } from "../welcome/StrengthMeter";

export function Password() {
    const [old, setOld] = useState("");
    const [fresh, setFresh] = useState("");
    const [others, setOthers] = useState(true);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    const present = session.value;
    const name = localpart(present?.userId ?? "");

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        if (!present) return;
        if ([...fresh].length < minimumPasswordLength) return setError(t.passwordTooShort(minimumPasswordLength));
        setBusy(true);
        setError(undefined);
        try {
            await withPassword(
                async () => old,
                (auth) => present.client.setPassword(auth as AuthDict, fresh, others),
            );
            setOld("");
            setFresh("");
            showToast(t.passwordChanged);
        } catch (reason) {
            setError(t[errorText(reason, { M_FORBIDDEN: "errorPasswordWrong" })]);
        } finally {
            setBusy(false);
        }
    }
    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            <input class="visually-hidden" type="text" autoComplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
            <PasswordField label={t.passwordOld} value={old} onInput={setOld} />
            <PasswordField
                label={t.passwordNew}
                value={fresh}
                onInput={setFresh}
                fresh
                hint={<StrengthMeter strength={passwordStrength(fresh, name)} empty={!fresh} />}
            />
            <label class="check-row">
                <input type="checkbox" checked={others} onChange={(event) => setOthers(event.currentTarget.checked)} />
                {t.passwordSignOutOthers}
            </label>
            {error && <ErrorText text={error} />}
            <Button type="submit" kind="primary" busy={busy} disabled={!old || !fresh}>
                {t.passwordChange}
            </Button>
        </form>
    );
}
