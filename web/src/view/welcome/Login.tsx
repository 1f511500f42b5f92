/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useMemo, useState } from "preact/hooks";
import { loginWithCode, loginWithPassword, requestCode, type Phone } from "../../api/account";
import { language, words } from "../../i18n";
import { countries } from "../../model/countries";
import { errorText } from "../../model/errors";
import { deviceName } from "../../platform/device";
import { hrefTo } from "../../state/route";
import { accounts, beginSession, localpart, signedOutUser, keysLost } from "../../state/session";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Field, PasswordField } from "../../ui/Field";
import { Segmented } from "../../ui/Segmented";
import { CodeEntry } from "./CodeEntry";
import { CardPage } from "./Page";
import { firstPhone, PhoneField } from "./PhoneField";
import { enter } from "./SignUp";
import { useCode } from "./useCode";

type Way = "name" | "phone" | "code";

export function Login() {
    const gone = signedOutUser.value;
    const [way, setWay] = useState<Way>("name");
    const [name, setName] = useState(gone ? localpart(gone) : "");
    const [phone, setPhone] = useState(firstPhone);
    const [password, setPassword] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const code = useCode<Phone>((to, secret, attempt) => requestCode("login", to, secret, attempt));
    const t = words();
    const calling = useMemo(() => countries(language.value).find((c) => c.code === phone.country)?.calling, [phone.country]);
    const ways = [
        { value: "name", text: t.loginByName },
        { value: "phone", text: t.loginByPhone },
        { value: "code", text: t.loginByCode },
    ] as const;

    async function attempt(work: () => Promise<void>): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await work();
        } catch (reason) {
            const wrong = { M_FORBIDDEN: "errorLogin", M_INVALID_PARAM: "errorPhoneInvalid" } as const;
            setError(t[errorText(reason, wrong)]);
        } finally {
            setBusy(false);
        }
    }

    function submit(event: Event): void {
        event.preventDefault();
        if (way !== "name" && !phone.number.trim()) return setError(t.errorPhoneMissing);
        void attempt(async () => {
            if (way === "code") return code.ask(phone);
            const login = await loginWithPassword(way === "name" ? name.trim() : phone, password, deviceName());
            enter();
            await beginSession(login);
        });
    }

    const foot = (
        <>
            {way === "name" && (
                <a href={hrefTo({ at: "forgot" })} class="button subtle">
                    {t.forgot}
                </a>
            )}
            <a href={hrefTo({ at: "welcome" })} class="button subtle">
                {t.noAccount}
            </a>
            {accounts.value.length > 0 && (
                <a href={hrefTo({ at: "accounts" })} class="button subtle">
                    {t.accountsOnDevice}
                </a>
            )}
        </>
    );

    if (way === "code" && code.proof) {
        const proof = code.proof;
        return (
            <CardPage title={t.codeTitle} lead={t.loginCodeText} foot={foot}>
                <CodeEntry
                    proof={proof}
                    medium="sms"
                    shownContact={`+${calling} ${phone.number}`}
                    onProven={async () => {
                        const login = await loginWithCode(proof, deviceName());
                        enter();
                        await beginSession(login);
                    }}
                    onResend={() => code.ask(phone)}
                    onChangeContact={code.forget}
                />
            </CardPage>
        );
    }

    return (
        <CardPage title={t.loginTitle} lead={gone ? (keysLost.value ? t.keysLostText : t.signedOutText)(localpart(gone)) : undefined} foot={foot}>
            <Segmented
                label={t.loginWay}
                options={ways}
                value={way}
                onChange={(next) => {
                    setWay(next);
                    setError(undefined);
                }}
            />
            <form class="stack" onSubmit={submit}>
                {way === "name" ? (
                    <Field
                        key="name"
                        label={t.loginName}
                        value={name}
                        onInput={setName}
                        input={{ autoComplete: "username", autocapitalize: "none", spellcheck: false, autofocus: !name }}
                    />
                ) : (
                    <PhoneField value={phone} onInput={setPhone} />
                )}
                {way !== "code" && <PasswordField label={t.password} value={password} onInput={setPassword} autofocus={!!gone} />}
                {error && <ErrorText text={error} />}
                <Button type="submit" kind="primary" wide busy={busy}>
                    {way === "code" ? t.codeSend : t.signIn}
                </Button>
            </form>
        </CardPage>
    );
}
