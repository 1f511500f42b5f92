/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useId, useRef, useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { checkRecoveryKey, type KeyCheck } from "../../model/recoveryKey";
import { unlock, ways } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { useAutofocus } from "../../ui/useAutofocus";

/** What is wrong with it, as far as it tells; nothing when it may be a key. */
function fault(check: KeyCheck): string | undefined {
    const t = words();
    switch (check.is) {
        case "empty":
            return t.keyEmpty;
        case "stranger":
            return t.keyStranger(check.group, check.letter);
        case "uneven":
            return t.keyUneven(check.group, check.count);
        case "short":
            return t.keyShort(check.missing);
        case "long":
            return t.keyLong(check.over);
        case "mistyped":
            return t.keyMistyped;
        case "good":
            return undefined;
    }
}

export function EnterKey({ onBack }: { onBack: () => void }) {
    const [typed, setTyped] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const field = useRef<HTMLTextAreaElement>(null);
    const id = useId();
    const t = words();
    const phrase = ways.value.passphrase;
    useAutofocus(field, true);

    /* A letter no key has is told at once, whatever is still to come; of a passphrase nothing can be told. */
    function input(text: string): void {
        setTyped(text);
        const check = checkRecoveryKey(text);
        setError(!phrase && (check.is === "stranger" || check.is === "long") ? fault(check) : undefined);
    }

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        const check = checkRecoveryKey(typed);
        const wrong = phrase && check.is !== "empty" ? undefined : fault(check);
        if (wrong) return refuse(wrong);
        setBusy(true);
        setError(undefined);
        try {
            if ((await unlock(typed)) === "wrong") refuse(phrase ? t.keyOrPhraseWrong : t.keyWrong);
            else showToast(t.confirmed);
        } catch (reason) {
            refuse(t[errorText(reason)]);
        } finally {
            setBusy(false);
        }
    }

    function refuse(text: string): void {
        setError(text);
        field.current?.focus();
    }

    return (
        <form class="form" onSubmit={(event) => void submit(event)}>
            <div class="field">
                <label for={id}>{phrase ? t.keyOrPhraseLabel : t.keyLabel}</label>
                <textarea
                    ref={field}
                    id={id}
                    class="input key-input"
                    rows={3}
                    value={typed}
                    maxLength={1024}
                    autoComplete="off"
                    autocapitalize="none"
                    spellcheck={false}
                    aria-invalid={error ? "true" : undefined}
                    aria-describedby={`${id}-hint`}
                    onInput={(event) => input(event.currentTarget.value)}
                    onKeyDown={(event) => {
                        if (event.key === "Enter" && !event.isComposing) void submit(event);
                    }}
                />
                <div id={`${id}-hint`} aria-live="polite">
                    {error ? <ErrorText text={error} /> : <div class="hint">{t.keyHint}</div>}
                </div>
            </div>
            <div class="dialog-actions">
                <Button onClick={onBack}>{t.back}</Button>
                <Button type="submit" kind="primary" busy={busy}>
                    {t.keyUse}
                </Button>
            </div>
        </form>
    );
}
