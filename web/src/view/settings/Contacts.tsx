/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { ThreepidMedium } from "matrix-js-sdk/lib/@types/threepids";
import { requestEmailCode, type CodeProof } from "../../api/account";
import { words } from "../../i18n";
import { looksLikeEmail } from "../../model/email";
import { errorCode, errorText } from "../../model/errors";
import { askPassword, confirm } from "../../state/dialogs";
import { withPassword } from "../../state/security";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { CodeEntry } from "../welcome/CodeEntry";
import { useCode } from "../welcome/useCode";

interface Held {
    phone?: string;
    email?: string;
}

/** By what the account can be reached: its number, and an e-mail address if its owner wants (obligation 1.7). */
export function Contacts() {
    const [held, setHeld] = useState<Held>();
    const [editing, setEditing] = useState(false);
    const [error, setError] = useState<string>();
    const t = words();
    const client = session.value?.client;

    async function load(): Promise<void> {
        try {
            const found: Held = {};
            for (const { medium, address } of (await client?.getThreePids())?.threepids ?? []) {
                if (medium === ThreepidMedium.Email) found.email = address;
                else found.phone = address;
            }
            setHeld(found);
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    useEffect(() => void load(), []);

    async function remove(email: string): Promise<void> {
        if (!(await confirm(t.emailRemoveTitle(email), t.emailRemoveText, t.emailRemove, true))) return;
        try {
            await client?.deleteThreePid(ThreepidMedium.Email, email);
            showToast(t.emailRemoved);
            await load();
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        }
    }

    if (error) return <ErrorText text={error} />;
    if (!held)
        return (
            <div class="centered">
                <Spinner large />
            </div>
        );
    return (
        <>
            <p class="quiet">{t.contactsText}</p>
            <ul class="device-list">
                {held.phone && (
                    <li class="device">
                        <span class="device-icon">
                            <Icon name="phone" />
                        </span>
                        <span class="grow">
                            <strong class="device-name">+{held.phone}</strong>
                            <span class="quiet small device-seen">{t.contactsPhoneText}</span>
                        </span>
                    </li>
                )}
                {held.email && (
                    <li class="device">
                        <span class="device-icon">
                            <Icon name="mail" />
                        </span>
                        <span class="grow">
                            <strong class="device-name">{held.email}</strong>
                            <span class="quiet small device-seen">{t.contactsEmailText}</span>
                        </span>
                        {!editing && (
                            <span class="device-actions">
                                <Button compact onClick={() => setEditing(true)}>
                                    {t.emailChange}
                                </Button>
                                <Button compact kind="danger-plain" onClick={() => void remove(held.email ?? "")}>
                                    {t.emailRemove}
                                </Button>
                            </span>
                        )}
                    </li>
                )}
            </ul>
            {editing ? (
                <NewEmail
                    onCancel={() => setEditing(false)}
                    onAdded={() => {
                        setEditing(false);
                        showToast(t.emailAdded);
                        void load();
                    }}
                />
            ) : (
                !held.email && (
                    <>
                        <p class="quiet">{t.emailWhy}</p>
                        <Button icon="mail" onClick={() => setEditing(true)}>
                            {t.emailAdd}
                        </Button>
                    </>
                )
            )}
        </>
    );
}

interface NewEmailProps {
    onCancel: () => void;
    onAdded: () => void;
}

/** The address, the code sent to it, and the password once more. */
function NewEmail({ onCancel, onAdded }: NewEmailProps) {
    const [email, setEmail] = useState("");
    const [error, setError] = useState<string>();
    const [busy, setBusy] = useState(false);
    const [proven, setProven] = useState<CodeProof>();
    const fetch = session.value?.authorized.fetch;
    const code = useCode<string>((to, secret, attempt) => requestEmailCode("add", to, secret, attempt, fetch));
    const t = words();

    async function send(event: Event): Promise<void> {
        event.preventDefault();
        if (!looksLikeEmail(email)) return setError(t.errorEmailInvalid);
        await attempt(() => code.ask(email.trim()));
    }

    async function attempt(work: () => Promise<void>): Promise<void> {
        setBusy(true);
        setError(undefined);
        try {
            await work();
        } catch (reason) {
            explain(reason);
        } finally {
            setBusy(false);
        }
    }

    function explain(reason: unknown): void {
        const key = errorText(reason, {
            M_INVALID_PARAM: "errorEmailInvalid",
            M_LIMIT_EXCEEDED: "errorCodesTooOften",
            M_FORBIDDEN: "errorPasswordWrong",
            M_THREEPID_IN_USE: "errorEmailInUse",
            M_THREEPID_DENIED: "errorEmailDenied",
        });
        setError(t[key]);
    }

    /** Whoever gives no password, or a wrong one, may still do so: the address stays proven for a while. */
    async function add(proof: CodeProof): Promise<void> {
        const data = { sid: proof.sid, client_secret: proof.clientSecret };
        const post = async (auth?: object) =>
            session.peek()?.client.addThreePidOnly({ ...data, ...(auth ? { auth: auth as { type: string } } : {}) });
        try {
            if (await withPassword(askPassword, post)) return onAdded();
        } catch (reason) {
            if (errorCode(reason) === "M_THREEPID_AUTH_FAILED") throw reason; /* it is not proven yet */
            explain(reason);
        }
        setProven(proof);
    }

    const cancel = (
        <Button compact onClick={onCancel}>
            {t.cancel}
        </Button>
    );
    if (proven)
        return (
            <div class="form">
                <p class="quiet">{t.emailProven(email.trim())}</p>
                {error && <ErrorText text={error} />}
                <div class="dialog-actions">
                    {cancel}
                    <Button compact kind="primary" busy={busy} onClick={() => void attempt(() => add(proven))}>
                        {t.emailAdd}
                    </Button>
                </div>
            </div>
        );
    if (code.proof) {
        const proof = code.proof;
        return (
            <CodeEntry
                proof={proof}
                medium="email"
                shownContact={email.trim()}
                onProven={() => add(proof)}
                onResend={() => code.ask(email.trim())}
                onChangeContact={code.forget}
            />
        );
    }
    return (
        <form class="form" noValidate onSubmit={(event) => void send(event)}>
            <Field
                label={t.email}
                type="email"
                value={email}
                onInput={setEmail}
                error={error}
                hint={t.emailHint}
                input={{ autoComplete: "email", autocapitalize: "none", spellcheck: false, autofocus: true, maxLength: 254 }}
            />
            <div class="dialog-actions">
                {cancel}
                <Button compact type="submit" kind="primary" busy={busy}>
                    {t.codeSend}
                </Button>
            </div>
        </form>
    );
}
