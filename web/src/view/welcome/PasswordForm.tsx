/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { minimumPasswordLength, passwordStrength } from "../../model/password";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { PasswordField } from "../../ui/Field";
import { StrengthMeter } from "./StrengthMeter";

interface PasswordFormProps {
    /** Whose it is, for password managers: an account name or an address. */
    name: string;
    label: string;
    action: string;
    onDone: (password: string) => Promise<void>;
    onRefused?: (reason: unknown) => void;
}

/** A password that is chosen, as the last step of something. */
export function PasswordForm({ name, label, action, onDone, onRefused }: PasswordFormProps) {
    const [password, setPassword] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const t = words();

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        if ([...password].length < minimumPasswordLength) return setError(t.passwordTooShort(minimumPasswordLength));
        setBusy(true);
        setError(undefined);
        try {
            await onDone(password);
        } catch (reason) {
            onRefused?.(reason);
            setError(t[errorText(reason)]);
        } finally {
            setBusy(false);
        }
    }

    return (
        <form class="stack" onSubmit={(event) => void submit(event)}>
            <input class="visually-hidden" type="text" autoComplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
            <PasswordField
                label={label}
                value={password}
                onInput={setPassword}
                fresh
                autofocus
                hint={<StrengthMeter strength={passwordStrength(password, name)} empty={!password} />}
            />
            {error && <ErrorText text={error} />}
            <Button type="submit" kind="primary" wide busy={busy}>
                {action}
            </Button>
        </form>
    );
}
