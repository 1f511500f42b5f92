/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy, then the question of age, then the agreement: nothing is asked or kept before (obligations 0.1, 0.2, 0.5). */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { agreement } from "../../state/agreement";
import { forgetInvitation } from "../../state/invitation";
import { go, hrefTo } from "../../state/route";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { CardPage, TopBar } from "./Page";
import { PolicyText, usePolicy } from "./PolicyText";

type Step = "policy" | "age" | "agree" | "minor";

export function FirstVisit() {
    const [step, setStep] = useState<Step>("policy");
    const reading = usePolicy();
    const t = words();

    const refuse = () => {
        agreement.value = undefined;
        forgetInvitation();
        setStep("minor");
    };
    const agree = () => {
        if (!reading.policy) return;
        agreement.value = { language: reading.policy.language, sha256: reading.policy.sha256 };
        go({ at: "signup" });
    };

    if (step === "minor")
        return (
            <CardPage title={t.minorTitle} lead={t.minorText}>
                <p class="note">
                    <Icon name="privacy" />
                    {t.minorNothingKept}
                </p>
                <Button wide onClick={() => setStep("policy")}>
                    {t.back}
                </Button>
            </CardPage>
        );

    if (step === "age")
        return (
            <CardPage title={t.ageTitle} lead={t.ageText} step={{ at: 2, of: 3 }}>
                <div class="stack">
                    <Button kind="primary" wide autofocus onClick={() => setStep("agree")}>
                        {t.ageYes}
                    </Button>
                    <Button wide onClick={refuse}>
                        {t.ageNo}
                    </Button>
                </div>
            </CardPage>
        );

    if (step === "agree")
        return (
            <CardPage title={t.agreeTitle} lead={t.agreeText} step={{ at: 3, of: 3 }}>
                <p class="note">
                    <Icon name="privacy" />
                    {t.agreeRecorded}
                </p>
                <div class="stack">
                    <Button kind="primary" wide autofocus disabled={!reading.policy} onClick={agree}>
                        {t.agreeYes}
                    </Button>
                    <Button kind="subtle" wide onClick={() => setStep("policy")}>
                        {t.agreeReadAgain}
                    </Button>
                </div>
            </CardPage>
        );

    return (
        <div class="outside">
            <TopBar />
            <main class="policy-stage" tabIndex={0}>
                <div class="policy-intro">
                    <h1>{t.welcomeTitle}</h1>
                    <p class="lead">{t.welcomeText}</p>
                </div>
                <PolicyText {...reading} />
            </main>
            <footer class="policy-bar">
                <a class="button subtle" href={hrefTo({ at: "login" })}>
                    {t.haveAccount}
                </a>
                <Button kind="primary" disabled={!reading.policy} onClick={() => setStep("age")}>
                    {t.continue}
                </Button>
            </footer>
        </div>
    );
}
