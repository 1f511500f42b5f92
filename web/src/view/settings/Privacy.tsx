/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { readConsents, type Consents } from "../../api/consents";
import { language, words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { hrefTo } from "../../state/route";
import { session } from "../../state/session";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { consentName } from "./consents";

/** What this account has agreed to, and when. */
export function Privacy() {
    const [consents, setConsents] = useState<Consents>();
    const [error, setError] = useState<string>();
    const t = words();
    const spoken = language.value;
    useEffect(() => {
        const send = session.peek()?.authorized.fetch;
        if (send) readConsents(spoken, send).then(setConsents, (reason) => setError(t[errorText(reason)]));
    }, [spoken]);
    /** As the server calls an optional purpose. */
    const title = (name: string) => consents?.purposes.find(({ purpose }) => purpose === name)?.title ?? name;
    return (
        <>
            <a class="button plain" href={hrefTo({ at: "policy" })}>
                <Icon name="privacy" />
                {t.readPolicy}
            </a>
            <a class="button plain" href={`/policy/data?lang=${language.value}`} target="_blank" rel="noopener">
                <Icon name="eye" />
                {t.whatWeHold}
            </a>
            <a class="button plain" href={hrefTo({ at: "settings", page: "permissions" })}>
                <Icon name="settings" />
                {t.permissions}
            </a>
            <h2 class="panel-heading">{t.consents}</h2>
            {error && <ErrorText text={error} />}
            {!consents && !error && <Spinner />}
            {consents?.consents.length === 0 && <p class="quiet">{t.consentsNone}</p>}
            <ul class="device-list">
                {consents?.consents.map((consent) => (
                    <li key={`${consent.purpose} ${consent.ts}`} class="device">
                        <span class="device-icon">
                            <Icon name={consent.granted ? "check" : "close"} />
                        </span>
                        <span class="grow">
                            <strong class="device-name">{consentName(consent.purpose, title)}</strong>
                            <span class="quiet small device-seen">
                                {consent.granted ? t.consentGiven(fullTime(consent.ts)) : t.consentWithdrawn(fullTime(consent.ts))}
                                {consent.version ? ` · ${t.version(consent.version)}` : ""}
                            </span>
                            {consent.sha256 && <code class="fingerprint">{consent.sha256}</code>}
                        </span>
                    </li>
                ))}
            </ul>
        </>
    );
}
