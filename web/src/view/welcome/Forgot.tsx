/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { requestEmailCode, resetPassword } from "../../api/account";
import { words } from "../../i18n";
import { looksLikeEmail } from "../../model/email";
import { errorCode, errorText } from "../../model/errors";
import { hrefTo, replace } from "../../state/route";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { CodeEntry } from "./CodeEntry";
import { CardPage } from "./Page";
import { PasswordForm } from "./PasswordForm";
import { useCode } from "./useCode";

type Step = "email" | "code" | "password";
const steps: Step[] = ["email", "code", "password"];

/** A new password for who has lost the old one, by the account's e-mail address. */
export function Forgot() {
    const [step, setStep] = useState<Step>("email");
    const [email, setEmail] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const code = useCode<string>((to, secret, attempt) => requestEmailCode("reset", to, secret, attempt));
    const t = words();
    const at = { at: steps.indexOf(step) + 1, of: steps.length };
    const foot = (
        <a href={hrefTo({ at: "login" })} class="button subtle">
            {t.forgotBack}
        </a>
    );

    async function send(event: Event): Promise<void> {
        event.preventDefault();
        if (!looksLikeEmail(email)) return setError(t.errorEmailInvalid);
        setBusy(true);
        setError(undefined);
        try {
            await code.ask(email.trim());
            setStep("code");
        } catch (reason) {
            setError(t[errorText(reason, { M_INVALID_PARAM: "errorEmailInvalid", M_LIMIT_EXCEEDED: "errorCodesTooOften" })]);
        } finally {
            setBusy(false);
        }
    }

    if (step === "code" && code.proof)
        return (
            <CardPage title={t.codeTitle} lead={t.forgotCodeText} step={at} foot={foot}>
                <CodeEntry
                    proof={code.proof}
                    medium="email"
                    shownContact={email.trim()}
                    onProven={() => setStep("password")}
                    onResend={() => code.ask(email.trim())}
                    onChangeContact={() => setStep("email")}
                />
            </CardPage>
        );
    if (step === "password" && code.proof)
        return (
            <CardPage title={t.forgotPasswordTitle} lead={t.forgotPasswordText} step={at} foot={foot}>
                <PasswordForm
                    name={email.trim()}
                    label={t.passwordNew}
                    action={t.passwordChange}
                    onRefused={(reason) => {
                        if (errorCode(reason) !== "M_UNAUTHORIZED") return;
                        setStep("code");
                        showToast(t.errorLinkUnused, "error");
                    }}
                    onDone={async (password) => {
                        if (!code.proof) return;
                        await resetPassword(code.proof, password);
                        showToast(t.passwordChanged);
                        replace({ at: "login" });
                    }}
                />
            </CardPage>
        );
    return (
        <CardPage title={t.forgot} lead={t.forgotText} step={at} foot={foot}>
            <form class="stack" noValidate onSubmit={(event) => void send(event)}>
                <Field
                    label={t.email}
                    type="email"
                    value={email}
                    onInput={setEmail}
                    error={error}
                    hint={t.forgotHint}
                    input={{ autoComplete: "email", autocapitalize: "none", spellcheck: false, autofocus: true, maxLength: 254 }}
                />
                <Button type="submit" kind="primary" wide busy={busy}>
                    {t.codeSend}
                </Button>
            </form>
        </CardPage>
    );
}
