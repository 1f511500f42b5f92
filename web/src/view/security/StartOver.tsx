/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { securityAsk, startOver } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { StepText } from "./StepText";

/** For whoever has lost everything: what is gone then is said before it is. */
export function StartOver() {
    const [understood, setUnderstood] = useState(false);
    const [busy, setBusy] = useState(false);
    const t = words();
    const close = () => (securityAsk.value = undefined);

    async function begin(): Promise<void> {
        setBusy(true);
        try {
            if (!(await startOver())) return;
            securityAsk.value = "save";
            showToast(t.startOverDone);
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        } finally {
            setBusy(false);
        }
    }

    return (
        <Dialog title={t.startOverTitle} onClose={close}>
            <StepText>{t.startOverText}</StepText>
            <ul class="loss-list">
                {[t.startOverLost, t.startOverDevices, t.startOverPeople].map((text) => (
                    <li key={text}>
                        <Icon name="close" mini />
                        {text}
                    </li>
                ))}
                <li class="kept">
                    <Icon name="check" mini />
                    {t.startOverKept}
                </li>
            </ul>
            <label class="check-row">
                <input type="checkbox" checked={understood} onChange={(event) => setUnderstood(event.currentTarget.checked)} />
                {t.startOverUnderstood}
            </label>
            <div class="dialog-actions">
                <Button onClick={close}>{t.cancel}</Button>
                <Button kind="danger" disabled={!understood} busy={busy} onClick={() => void begin()}>
                    {t.startOverAction}
                </Button>
            </div>
        </Dialog>
    );
}
