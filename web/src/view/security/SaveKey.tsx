/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import type { GeneratedSecretStorageKey } from "matrix-js-sdk/lib/crypto-api";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { groupsOf } from "../../model/recoveryKey";
import { newRecoveryKey, saveRecoveryKey, securityAsk } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Spinner } from "../../ui/Spinner";
import { Passphrase } from "./Passphrase";
import { ShowKey } from "./ShowKey";
import { StepText } from "./StepText";
import { Steps } from "./Steps";

/** Two steps: here is the key, save it; and show that it was saved. Only then does it count. */
export function SaveKey() {
    const [made, setMade] = useState<GeneratedSecretStorageKey>();
    const [error, setError] = useState<string>();
    const [step, setStep] = useState<"show" | "check" | "phrase">("show");
    const t = words();
    const close = () => (securityAsk.value = undefined);
    const key = made?.encodedPrivateKey ?? "";

    useEffect(() => {
        newRecoveryKey().then(setMade, (reason) => setError(t[errorText(reason)]));
    }, []);

    async function finish(chosen: GeneratedSecretStorageKey): Promise<void> {
        await saveRecoveryKey(chosen);
        close();
        showToast(t.recoveryDone);
    }

    if (step === "phrase")
        return (
            <Dialog key="phrase" title={t.recoveryOwnTitle} onClose={close}>
                <Passphrase onBack={() => setStep("show")} onDone={async (phrase) => finish(await newRecoveryKey(phrase))} />
            </Dialog>
        );
    if (step === "check" && made)
        return (
            <Dialog key="check" title={t.recoveryCheckTitle} onClose={close}>
                <Steps at={2} of={2} />
                <Check last={groupsOf(key).at(-1) ?? ""} onBack={() => setStep("show")} onDone={() => finish(made)} />
            </Dialog>
        );
    return (
        <Dialog key="show" title={t.recoveryTitle} class="key-dialog" onClose={close}>
            <Steps at={1} of={2} />
            <StepText>{t.recoveryText}</StepText>
            {error ? <ErrorText text={error} /> : made ? <ShowKey recoveryKey={key} /> : <Spinner large />}
            <p class="quiet small not-printed">{t.recoveryWhere}</p>
            <div class="dialog-actions">
                <Button kind="subtle" onClick={() => setStep("phrase")}>
                    {t.recoveryOwnWords}
                </Button>
                <Button kind="primary" disabled={!made} onClick={() => setStep("check")}>
                    {t.recoverySaved}
                </Button>
            </div>
        </Dialog>
    );
}

interface CheckProps {
    last: string;
    onBack: () => void;
    onDone: () => Promise<void>;
}

function Check({ last, onBack, onDone }: CheckProps) {
    const [typed, setTyped] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const t = words();

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        /* Whoever types or pastes the whole key has it, too. */
        if (groupsOf(typed).join("").slice(-last.length) !== last) return setError(t.recoveryLastWrong);
        setBusy(true);
        try {
            await onDone();
        } catch (reason) {
            setError(t[errorText(reason)]);
            setBusy(false);
        }
    }

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            <p>{t.recoveryCheckText}</p>
            <Field
                label={t.recoveryLast}
                value={typed}
                onInput={(text) => {
                    setTyped(text);
                    setError(undefined);
                }}
                error={error}
                input={{ autofocus: true, autoComplete: "off", autocapitalize: "none", spellcheck: false, maxLength: 100 }}
            />
            <div class="dialog-actions">
                <Button onClick={onBack}>{t.back}</Button>
                <Button type="submit" kind="primary" busy={busy}>
                    {t.recoveryFinish}
                </Button>
            </div>
        </form>
    );
}
