/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readConsents } from "../../api/consents";
import { answerPolicy, readBound, type Bound } from "../../api/rights";
import "../../styles/panel.css";
import "../../styles/rights.css";
import "../../styles/security.css";
import { language, words } from "../../i18n";
import { errorText } from "../../model/errors";
import { session, signOut } from "../../state/session";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";
import { Toasts } from "../../ui/Toasts";
import { Dialogs } from "../dialogs/Dialogs";
import { CancelAccount } from "../settings/CancelAccount";
import { TakeAlong } from "../settings/OwnData";
import { CardPage } from "./Page";

type Place = "question" | "declined" | "copy" | "cancel";

/** The last word to the version in force, if it was a no. */
async function isDeclined(fetch: Parameters<typeof readBound>[0], { in_force }: Bound): Promise<boolean> {
    const { consents } = await readConsents(language.peek(), fetch);
    const last = consents.findLast((one) => one.purpose === "service");
    return last?.granted === false && last.version === in_force.version;
}

/** A version of the policy that needs a yes of one's own is in force. A no leads somewhere, too (obligation 6.1). */
export function NewPolicy() {
    const [bound, setBound] = useState<Bound>();
    const [place, setPlace] = useState<Place>("question");
    const [declined, setDeclined] = useState(false);
    const [busy, setBusy] = useState<"yes" | "no">();
    const [error, setError] = useState<string>();
    const t = words();
    const send = session.peek()?.authorized.fetch;

    async function load(): Promise<void> {
        setError(undefined);
        if (!send) return;
        try {
            const found = await readBound(send);
            const no = await isDeclined(send, found);
            setDeclined(no);
            setPlace(no ? "declined" : "question");
            setBound(found);
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    useEffect(() => void load(), []);

    async function answer(agree: boolean): Promise<void> {
        if (!send || !bound) return;
        setBusy(agree ? "yes" : "no");
        setError(undefined);
        try {
            await answerPolicy(bound.in_force, language.peek(), agree, send);
            if (agree) return location.reload();
            setDeclined(true);
            setPlace("declined");
        } catch (reason) {
            await load();
            setError(t[errorText(reason, { "ORG.PARLEY.TEXT_CHANGED": "newPolicyAgain" })]);
        }
        setBusy(undefined);
    }

    const back = () => setPlace(declined ? "declined" : "question");
    const page = (title: string, lead: string | undefined, children: ComponentChildren) => (
        <>
            <CardPage title={title} lead={lead}>
                {children}
                {error && <ErrorText text={error} />}
            </CardPage>
            <Dialogs />
            <Toasts />
        </>
    );
    if (!bound)
        return page(
            t.newPolicyTitle,
            undefined,
            error ? (
                <Button wide icon="retry" onClick={() => void load()}>
                    {t.tryAgain}
                </Button>
            ) : (
                <Spinner large />
            ),
        );
    const { in_force: version } = bound;
    switch (place) {
        case "copy":
            return page(
                t.copyTitle,
                undefined,
                <>
                    <TakeAlong />
                    <Button wide icon="back" onClick={back}>
                        {t.back}
                    </Button>
                </>,
            );
        case "cancel":
            return page(t.cancelAccount, undefined, <CancelAccount onBack={back} />);
        case "declined":
            return page(
                t.newPolicyDeclinedTitle,
                bound.bound ? t.newPolicyDeclinedText(version.version, bound.bound.version) : t.newPolicyDeclinedNone(version.version),
                <>
                    <Button wide kind="primary" onClick={() => setPlace("question")}>
                        {t.newPolicyReconsider}
                    </Button>
                    <Otherwise onPlace={setPlace} />
                </>,
            );
        case "question":
            return page(
                t.newPolicyTitle,
                t.newPolicyText,
                <>
                    <Novelty bound={bound} />
                    <div class="two-answers">
                        <Button busy={busy === "no"} disabled={!!busy} onClick={() => void answer(false)}>
                            {t.newPolicyNo}
                        </Button>
                        <Button busy={busy === "yes"} disabled={!!busy} onClick={() => void answer(true)}>
                            {t.agreeYes}
                        </Button>
                    </div>
                    <Otherwise onPlace={setPlace} />
                </>,
            );
    }
}

/** What is new, and where to read it. */
function Novelty({ bound: { bound, in_force: version } }: { bound: Bound }) {
    const t = words();
    const text = version.documents[language.value];
    const compare = new URLSearchParams({ from: bound?.version ?? "", to: version.version, lang: language.value });
    return (
        <div class="policy-news">
            <p>
                <strong>{t.policyVersion(version.version, version.effective)}</strong>
            </p>
            {text && <p>{text.says}</p>}
            <p>
                <a href={`/policy/${language.value}`} target="_blank" rel="noopener">
                    {t.newPolicyWhole}
                </a>
                {bound && (
                    <>
                        {" · "}
                        <a href={`/policy/archive/compare?${compare}`} target="_blank" rel="noopener">
                            {t.newPolicyChanges}
                        </a>
                    </>
                )}
            </p>
        </div>
    );
}

/** What is open to everybody, whatever they say to it. */
function Otherwise({ onPlace }: { onPlace: (place: Place) => void }) {
    const t = words();
    const leave = () => {
        const userId = session.peek()?.userId;
        if (userId) void signOut(userId);
    };
    return (
        <div class="otherwise">
            <p class="quiet small">{t.newPolicyOtherwise}</p>
            <Button wide icon="download" onClick={() => onPlace("copy")}>
                {t.newPolicyCopy}
            </Button>
            <Button wide icon="trash" kind="danger-plain" onClick={() => onPlace("cancel")}>
                {t.cancelAccount}
            </Button>
            <Button wide kind="subtle" icon="leave" onClick={leave}>
                {t.signOut}
            </Button>
        </div>
    );
}
