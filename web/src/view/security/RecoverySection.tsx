/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { confirm } from "../../state/dialogs";
import { maySaveRecoveryKey, securityAsk, standing } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

/** Where this device and the recovery key stand, and what can be done about it. */
export function RecoverySection() {
    const t = words();

    async function anew(): Promise<void> {
        try {
            if (!(await maySaveRecoveryKey())) return showToast(t.recoveryElsewhere, "error");
            if (await confirm(t.recoveryAnewTitle, t.recoveryAnewText, t.recoveryAnew)) securityAsk.value = "save";
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        }
    }

    if (standing.value === "unknown") return null;
    if (standing.value === "unconfirmed")
        return (
            <section class="recovery-card wanting">
                <Icon name="alert" />
                <p class="grow">{t.confirmText}</p>
                <div class="device-actions">
                    <Button compact kind="subtle" onClick={() => (securityAsk.value = "reset")}>
                        {t.recoveryStartOver}
                    </Button>
                    <Button compact kind="primary" onClick={() => (securityAsk.value = "confirm")}>
                        {t.confirmTitle}
                    </Button>
                </div>
            </section>
        );
    const saved = standing.value === "complete";
    return (
        <section class={saved ? "recovery-card" : "recovery-card wanting"}>
            <Icon name="key" />
            <p class="grow">{saved ? t.recoveryHave : t.recoveryHaveNot}</p>
            <div class="device-actions">
                {saved ? (
                    <Button compact onClick={() => void anew()}>
                        {t.recoveryAnew}
                    </Button>
                ) : (
                    <Button compact kind="primary" onClick={() => (securityAsk.value = "save")}>
                        {t.recoveryTitle}
                    </Button>
                )}
            </div>
        </section>
    );
}
