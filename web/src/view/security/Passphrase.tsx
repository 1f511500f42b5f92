/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { passwordStrength } from "../../model/password";
import { localpart, session } from "../../state/session";
import { Button } from "../../ui/Button";
import { PasswordField } from "../../ui/Field";
import { StrengthMeter } from "../welcome/StrengthMeter";
import { StepText } from "./StepText";
import { Steps } from "./Steps";

interface PassphraseProps {
    onBack: () => void;
    onDone: (phrase: string) => Promise<void>;
}

/** Instead of a key made by chance: words one remembers, strong enough that nobody tries them all. */
export function Passphrase({ onBack, onDone }: PassphraseProps) {
    const [phrase, setPhrase] = useState("");
    const [again, setAgain] = useState("");
    const [second, setSecond] = useState(false);
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const t = words();
    const strength = passwordStrength(phrase, localpart(session.value?.userId ?? ""));

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        setError(undefined);
        if (!second) return strength < 4 ? setError(t.recoveryOwnWeak) : setSecond(true);
        if (again !== phrase) return setError(t.recoveryOwnDiffers);
        setBusy(true);
        try {
            await onDone(phrase);
        } catch (reason) {
            setError(t[errorText(reason)]);
            setBusy(false);
        }
    }

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            <Steps at={second ? 2 : 1} of={2} />
            <StepText key={String(second)}>{second ? t.recoveryOwnAgain : t.recoveryOwnText}</StepText>
            {second ? (
                <PasswordField key="again" label={t.recoveryOwnLabel} value={again} onInput={setAgain} fresh error={error} autofocus />
            ) : (
                <PasswordField
                    key="first"
                    label={t.recoveryOwnLabel}
                    value={phrase}
                    onInput={setPhrase}
                    fresh
                    error={error}
                    hint={<StrengthMeter strength={strength} empty={!phrase} />}
                />
            )}
            <div class="dialog-actions">
                <Button onClick={second ? () => setSecond(false) : onBack}>{second ? t.back : t.recoveryRandom}</Button>
                <Button type="submit" kind="primary" busy={busy}>
                    {second ? t.recoveryFinish : t.continue}
                </Button>
            </div>
        </form>
    );
}
