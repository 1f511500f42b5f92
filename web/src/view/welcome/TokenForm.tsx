/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";

interface Props {
    /** It was given before. */
    again: boolean;
    onToken: (token: string) => Promise<void>;
    onDone: () => void;
}

/** For servers on which accounts are for people who were given a token. */
export function TokenForm({ again, onToken, onDone }: Props) {
    const t = words();
    const [token, setToken] = useState("");
    const [error, setError] = useState<string | undefined>(again ? t.errorTokenAgain : undefined);
    const [busy, setBusy] = useState(false);

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        if (!token) return setError(t.errorTokenMissing);
        setBusy(true);
        setError(undefined);
        try {
            await onToken(token);
            onDone();
        } catch (reason) {
            setError(t[errorText(reason, { M_UNAUTHORIZED: "errorTokenInvalid" })]);
        } finally {
            setBusy(false);
        }
    }

    return (
        <form class="stack" onSubmit={(event) => void submit(event)}>
            <Field
                label={t.token}
                value={token}
                onInput={(text) => setToken(text.trim())}
                error={error}
                input={{ autoComplete: "off", autocapitalize: "none", spellcheck: false, autofocus: true, maxLength: 64 }}
            />
            <Button type="submit" kind="primary" wide busy={busy}>
                {t.continue}
            </Button>
        </form>
    );
}
