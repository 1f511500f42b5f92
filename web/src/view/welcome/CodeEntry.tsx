/* SPDX-License-Identifier: AGPL-3.0-or-later */
import "../../styles/welcome.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { submitCode, type CodeProof } from "../../api/account";
import { ApiError } from "../../api/http";
import { words } from "../../i18n";
import { parseCode } from "../../model/code";
import { errorCode, errorText } from "../../model/errors";
import { awaitSmsCode } from "../../platform/otp";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";
import { useAutofocus } from "../../ui/useAutofocus";

interface CodeEntryProps {
    proof: CodeProof;
    medium: "sms" | "email";
    shownContact: string;
    onProven: () => Promise<void> | void;
    onResend: () => Promise<void>;
    onChangeContact: () => void;
}

const resendAfter = 30;

export function CodeEntry({ proof, medium, shownContact, onProven, onResend, onChangeContact }: CodeEntryProps) {
    const [code, setCode] = useState("");
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<string>();
    const [wait, setWait] = useState(resendAfter);
    const input = useRef<HTMLInputElement>(null);
    const t = words();

    useAutofocus(input, true);

    useEffect(() => {
        const timer = setInterval(() => setWait((left) => Math.max(0, left - 1)), 1000);
        return () => clearInterval(timer);
    }, []);

    useEffect(() => {
        if (medium !== "sms") return;
        const abort = new AbortController();
        void awaitSmsCode(abort.signal).then((found) => {
            if (found && !abort.signal.aborted) enter(found);
        });
        return () => abort.abort();
    }, [proof.sid]);

    function explain(reason: unknown): string {
        const left = reason instanceof ApiError ? reason.data["attempts_left"] : undefined;
        if (errorCode(reason) === "ORG_PARLEY_CODE_WRONG" && typeof left === "number") return t.errorCodeWrongLeft(left);
        return t[errorText(reason)];
    }

    /** What was confirmed by the link of an e-mail needs no code. */
    async function confirmed(): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await onProven();
        } catch (reason) {
            setError(t[errorText(reason, { M_UNAUTHORIZED: "errorLinkUnused", M_THREEPID_AUTH_FAILED: "errorLinkUnused" })]);
        } finally {
            setBusy(false);
        }
    }

    async function submit(whole: string): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await submitCode(proof, whole);
            await onProven();
        } catch (reason) {
            setError(explain(reason));
            setCode("");
            if (errorCode(reason) !== "ORG_PARLEY_CODE_WRONG") setWait(0);
            requestAnimationFrame(() => input.current?.focus());
        } finally {
            setBusy(false);
        }
    }

    function enter(text: string): void {
        const digits = parseCode(text);
        setCode(digits);
        if (digits.length === 6 && !busy) void submit(digits);
    }

    async function resend(): Promise<void> {
        setError(undefined);
        setCode("");
        try {
            await onResend();
            setWait(resendAfter);
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
        input.current?.focus();
    }

    return (
        <div class="stack">
            <div class="field">
                <label for="sms-code">{t.codeLabel}</label>
                <div class="code-row">
                    <input
                        ref={input}
                        id="sms-code"
                        class="input code"
                        inputMode="numeric"
                        autoComplete="one-time-code"
                        placeholder="······"
                        value={code}
                        readOnly={busy}
                        aria-invalid={error ? "true" : undefined}
                        aria-describedby="sms-code-hint"
                        onInput={(event) => enter(event.currentTarget.value)}
                    />
                    {busy && <Spinner />}
                </div>
                <div id="sms-code-hint" aria-live="polite">
                    {error ? <ErrorText text={error} /> : <div class="hint">{medium === "sms" ? t.codeHint(shownContact) : t.codeHintEmail(shownContact)}</div>}
                </div>
            </div>
            {medium === "email" && (
                <Button wide busy={busy} onClick={() => void confirmed()}>
                    {t.codeLinkUsed}
                </Button>
            )}
            <div class="code-actions">
                <Button kind="subtle" compact disabled={wait > 0} onClick={() => void resend()}>
                    {wait > 0 ? t.codeResendIn(wait) : t.codeResend}
                </Button>
                <Button kind="subtle" compact onClick={onChangeContact}>
                    {medium === "sms" ? t.codeChangeNumber : t.codeChangeEmail}
                </Button>
            </div>
        </div>
    );
}
