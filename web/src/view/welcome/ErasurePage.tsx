/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { readErasure, type Erasure } from "../../api/rights";
import "../../styles/rights.css";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { errorCode, errorText } from "../../model/errors";
import { saveBlob } from "../../platform/images";
import { hrefTo } from "../../state/route";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { Holds } from "../settings/Holds";
import { CardPage } from "./Page";

const often = 3_000;
const seldom = 60_000;

/** How the end of an account stands, for whoever has its claim: the account itself may be gone (obligations 5.4, 5.5). */
export function ErasurePage({ claim }: { claim: string }) {
    const [erasure, setErasure] = useState<Erasure>();
    const [error, setError] = useState<unknown>();
    const [tries, setTries] = useState(0);
    const t = words();

    useEffect(() => {
        let timer: ReturnType<typeof setTimeout>;
        let gone = false;
        async function look(): Promise<void> {
            try {
                const found = await readErasure(claim);
                if (gone) return;
                setErasure(found);
                setError(undefined);
                if (found.state === "erased") return;
                const left = (found.due_ts ?? 0) - Date.now();
                timer = setTimeout(() => void look(), found.state === "waiting" ? Math.max(often, Math.min(seldom, left)) : often);
            } catch (reason) {
                if (!gone) setError(reason);
            }
        }
        void look();
        return () => {
            gone = true;
            clearTimeout(timer);
        };
    }, [claim, tries]);

    async function copyAddress(): Promise<void> {
        await navigator.clipboard.writeText(location.href);
        showToast(t.linkCopied);
    }
    const foot = (
        <a class="button subtle" href={hrefTo({ at: "home" })}>
            {t.erasureLeave}
        </a>
    );

    if (error)
        return errorCode(error) === "M_NOT_FOUND" ? (
            <CardPage title={t.erasureNoneTitle} lead={t.erasureNone} foot={foot}>
                <a class="button primary wide" href={hrefTo({ at: "login" })}>
                    {t.signIn}
                </a>
            </CardPage>
        ) : (
            <CardPage title={t.erasureTitle} foot={foot}>
                <ErrorText text={t[errorText(error)]} />
                <Button wide icon="retry" onClick={() => setTries(tries + 1)}>
                    {t.tryAgain}
                </Button>
            </CardPage>
        );
    if (!erasure)
        return (
            <CardPage title={t.erasureTitle} foot={foot}>
                <Spinner large />
            </CardPage>
        );
    const due = fullTime(erasure.due_ts ?? erasure.asked_ts);
    const { certificate } = erasure;
    if (erasure.state === "erased")
        return (
            <CardPage title={t.erasedTitle} lead={t.erasedText} foot={foot}>
                {certificate && (
                    <Button
                        wide
                        kind="primary"
                        icon="download"
                        onClick={() => saveBlob(new Blob([JSON.stringify(certificate, null, 2)], { type: "application/json" }), "parley-certificate.json")}
                    >
                        {t.erasedCertificate}
                    </Button>
                )}
                <p class="quiet small">{t.erasedCertificateText}</p>
            </CardPage>
        );
    const undoable = erasure.state === "waiting" && erasure.undoable;
    const lead = undoable ? t.erasureUndoable(due) : erasure.state === "waiting" ? t.erasureWaiting(due) : t.erasureWorking;
    return (
        <CardPage title={t.erasureTitle} lead={lead} foot={foot}>
            {erasure.state === "erasing" && <Spinner large />}
            <Holds holds={erasure.holds ?? []} />
            {undoable && (
                <a class="button primary wide" href={hrefTo({ at: "login" })}>
                    <Icon name="retry" />
                    {t.erasureUndo}
                </a>
            )}
            <Button wide icon="copy" onClick={() => void copyAddress()}>
                {t.erasureCopy}
            </Button>
            <p class="quiet small">{t.erasureKeep}</p>
        </CardPage>
    );
}
