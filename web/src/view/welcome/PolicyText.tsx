/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { readPolicy, type Policy } from "../../api/policy";
import { language, words } from "../../i18n";
import { safeAddress } from "../../model/linkify";
import { leaveTo } from "../../state/dialogs";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Spinner } from "../../ui/Spinner";

/** The policy in the language of the page, as the server has it now. */
export function usePolicy(): { policy?: Policy; failed: boolean; again: () => void } {
    const [policy, setPolicy] = useState<Policy>();
    const [failed, setFailed] = useState(false);
    const [tries, setTries] = useState(0);
    const wanted = language.value;
    useEffect(() => {
        let current = true;
        setFailed(false);
        readPolicy(wanted).then(
            (text) => current && setPolicy(text),
            () => current && setFailed(true),
        );
        return () => void (current = false);
    }, [wanted, tries]);
    return { ...(policy ? { policy } : {}), failed, again: () => setTries(tries + 1) };
}

/** Links in the policy lead outside, so they go through the same door as all others. */
function onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest("a");
    const href = link?.getAttribute("href");
    if (!href || href.startsWith("#")) return;
    if (new URL(href, location.href).origin === location.origin) return;
    event.preventDefault();
    const address = safeAddress(new URL(href, location.href).href);
    if (address) leaveTo(address);
}

/** What is said with the policy and is no part of its text. */
function Beside({ policy }: { policy: Policy }) {
    const t = words();
    const next = policy.announced;
    return (
        <>
            {next && (
                <p class="notice">
                    {t.policyAnnounced(next.version, next.effective)} {next.documents[policy.language]?.says}{" "}
                    <a href={`/policy/archive?lang=${policy.language}`} target="_blank" rel="noopener">
                        {t.policyCompare}
                    </a>
                </p>
            )}
            {policy.status_html && (
                <details class="notice">
                    <summary>{t.policyStatus}</summary>
                    <div dangerouslySetInnerHTML={{ __html: policy.status_html }} />
                </details>
            )}
        </>
    );
}

export function PolicyText({ policy, failed, again }: ReturnType<typeof usePolicy>) {
    const t = words();
    if (!policy)
        return (
            <div class="centered">
                {failed ? (
                    <>
                        <ErrorText text={t.errorOffline} />
                        <Button icon="retry" onClick={again}>
                            {t.tryAgain}
                        </Button>
                    </>
                ) : (
                    <Spinner large />
                )}
            </div>
        );
    const show = (id: string) => document.getElementById(`section-${id}`)?.scrollIntoView({ behavior: "smooth" });
    return (
        <div class="policy" lang={policy.language}>
            <nav class="policy-contents" aria-label={t.policyContents}>
                <h2>{t.policyContents}</h2>
                <ol>
                    {policy.sections
                        .filter((section) => section.id !== "0")
                        .map((section) => (
                            <li key={section.id}>
                                <button type="button" onClick={() => show(section.id)}>
                                    <span class="number">{section.id}</span>
                                    {section.title}
                                </button>
                            </li>
                        ))}
                </ol>
            </nav>
            <article class="policy-text" onClick={onClick}>
                <h1>{policy.title}</h1>
                <p class="quiet small">
                    {t.policyVersion(policy.version, policy.effective)} ·{" "}
                    <a href={`/policy/data?lang=${policy.language}`} target="_blank" rel="noopener">
                        {t.whatWeHold}
                    </a>
                </p>
                <Beside policy={policy} />
                {policy.sections.map((section) => (
                    <section key={section.id} id={`section-${section.id}`}>
                        <h2>
                            {section.id !== "0" && <span class="number">{section.id}</span>}
                            {section.title}
                        </h2>
                        <div dangerouslySetInnerHTML={{ __html: section.html }} />
                    </section>
                ))}
            </article>
        </div>
    );
}
