/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useMemo, useState } from "preact/hooks";
import { accountNameAvailable, register, requestCode, type Phone } from "../../api/account";
import { language, words } from "../../i18n";
import { countries } from "../../model/countries";
import { errorCode, errorText } from "../../model/errors";
import { validAccountName } from "../../model/password";
import { deviceName } from "../../platform/device";
import { agreement } from "../../state/agreement";
import { takeInvitation } from "../../state/invitation";
import { hrefTo, replace } from "../../state/route";
import { beginSession } from "../../state/session";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Spinner } from "../../ui/Spinner";
import { CodeEntry } from "./CodeEntry";
import { CardPage } from "./Page";
import { PasswordForm } from "./PasswordForm";
import { firstPhone, PhoneField } from "./PhoneField";
import { TokenForm } from "./TokenForm";
import { useCode } from "./useCode";
import { useRegistration } from "./useRegistration";

type Step = "token" | "name" | "phone" | "code" | "password";
const steps: Step[] = ["name", "phone", "code", "password"];

/** Where a new or returning person goes: to the group they were invited to, or home. */
export function enter(): void {
    const token = takeInvitation();
    replace(token ? { at: "invite", token } : { at: "home" });
}

export function SignUp() {
    const [step, setStep] = useState<Step>();
    const [name, setName] = useState("");
    const [phone, setPhone] = useState(firstPhone);
    const [phoneError, setPhoneError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const code = useCode<Phone>((to, secret, attempt) => requestCode("register", to, secret, attempt));
    const registration = useRegistration((begun) => setStep(begun?.needsToken ? "token" : "name"));
    const t = words();
    const all: Step[] = registration.needsToken ? ["token", ...steps] : steps;
    const at = { at: all.indexOf(step ?? "name") + 1, of: all.length };
    const calling = useMemo(() => countries(language.value).find((c) => c.code === phone.country)?.calling, [phone.country]);

    const foot = (
        <a href={hrefTo({ at: "login" })} class="button subtle">
            {t.haveAccount}
        </a>
    );

    async function sendCode(event: Event): Promise<void> {
        event.preventDefault();
        if (!phone.number.trim()) return setPhoneError(t.errorPhoneMissing);
        setBusy(true);
        setPhoneError(undefined);
        try {
            await code.ask(phone);
            setStep("code");
        } catch (reason) {
            setPhoneError(t[errorText(reason, { M_INVALID_PARAM: "errorPhoneInvalid", M_LIMIT_EXCEEDED: "errorCodesTooOften" })]);
        } finally {
            setBusy(false);
        }
    }

    /* A registration may be over before its end: too late, or without its token. */
    async function refused(code: string): Promise<void> {
        if (code === "M_USER_IN_USE") setStep("name");
        if (code !== "M_UNKNOWN" && code !== "M_UNAUTHORIZED") return;
        const { needsToken } = await registration.restart();
        if (needsToken) setStep("token");
    }

    if (!step)
        return (
            <CardPage title={t.createAccount} foot={foot}>
                <Spinner large />
            </CardPage>
        );
    if (step === "token")
        return (
            <CardPage title={t.tokenTitle} lead={t.tokenText} step={at} foot={foot}>
                <TokenForm
                    again={registration.again}
                    onToken={registration.giveToken}
                    onDone={() => setStep(code.proof ? "password" : "name")}
                />
            </CardPage>
        );
    if (step === "name")
        return (
            <CardPage title={t.nameTitle} lead={t.nameText} step={at} foot={foot}>
                <NameForm name={name} onName={setName} onDone={() => setStep("phone")} />
            </CardPage>
        );
    if (step === "phone")
        return (
            <CardPage title={t.phoneTitle} lead={t.phoneText} step={at}>
                <form class="stack" onSubmit={(event) => void sendCode(event)}>
                    <PhoneField value={phone} onInput={setPhone} error={phoneError} hint={t.phoneHint} />
                    <Button type="submit" kind="primary" wide busy={busy}>
                        {t.codeSend}
                    </Button>
                    <Button kind="subtle" wide onClick={() => setStep("name")}>
                        {t.back}
                    </Button>
                </form>
            </CardPage>
        );
    if (step === "code" && code.proof)
        return (
            <CardPage title={t.codeTitle} step={at}>
                <CodeEntry
                    proof={code.proof}
                    medium="sms"
                    shownContact={`+${calling} ${phone.number}`}
                    onProven={() => setStep("password")}
                    onResend={() => code.ask(phone)}
                    onChangeContact={() => setStep("phone")}
                />
            </CardPage>
        );
    return (
        <CardPage title={t.passwordTitle} lead={t.passwordText} step={at}>
            <PasswordForm
                name={name}
                label={t.password}
                action={t.createAccount}
                onRefused={(reason) => void refused(errorCode(reason)).catch(() => undefined)}
                onDone={async (password) => {
                    if (!code.proof || !agreement.value) return;
                    const login = await register({
                        session: await registration.session(),
                        name,
                        password,
                        proof: code.proof,
                        agreement: agreement.value,
                        deviceName: deviceName(),
                    });
                    agreement.value = undefined;
                    enter();
                    await beginSession(login);
                }}
            />
        </CardPage>
    );
}

interface NameFormProps {
    name: string;
    onName: (name: string) => void;
    onDone: () => void;
}

function NameForm({ name, onName, onDone }: NameFormProps) {
    const [free, setFree] = useState<string>();
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const t = words();

    async function check(signal?: AbortSignal): Promise<boolean> {
        try {
            await accountNameAvailable(name, signal);
            setFree(name);
            setError(undefined);
            return true;
        } catch (reason) {
            if (!signal?.aborted) setError(t[errorText(reason)]);
            return false;
        }
    }

    useEffect(() => {
        setFree(undefined);
        setError(name && !validAccountName(name) ? t.errorNameInvalid : undefined);
        if (!validAccountName(name)) return;
        const abort = new AbortController();
        const timer = setTimeout(() => void check(abort.signal), 350);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [name]);

    async function submit(event: Event): Promise<void> {
        event.preventDefault();
        if (!validAccountName(name)) return setError(t.errorNameInvalid);
        setBusy(true);
        if (free === name || (await check())) onDone();
        setBusy(false);
    }

    return (
        <form class="stack" onSubmit={(event) => void submit(event)}>
            <Field
                label={t.accountName}
                value={name}
                onInput={(text) => onName(text.trim().toLowerCase())}
                error={error}
                hint={free === name && name ? <span class="hint good">{t.nameFree}</span> : t.nameHint}
                input={{
                    autoComplete: "username",
                    autocapitalize: "none",
                    spellcheck: false,
                    autofocus: true,
                    maxLength: 64,
                }}
            />
            <Button type="submit" kind="primary" wide busy={busy}>
                {t.continue}
            </Button>
        </form>
    );
}
