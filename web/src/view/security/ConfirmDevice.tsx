/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { securityAsk, ways } from "../../state/recovery";
import { showToast } from "../../state/toasts";
import { askOwnDevices } from "../../state/verification";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Icon, type IconName } from "../../ui/Icon";
import { EnterKey } from "./EnterKey";
import { StepText } from "./StepText";

/** A device somebody has just signed in on: is it the account's owner? */
export function ConfirmDevice() {
    const [busy, setBusy] = useState(false);
    const t = words();
    const { device, key, passphrase } = ways.value;
    const later = () => (securityAsk.value = undefined);

    async function byDevice(): Promise<void> {
        setBusy(true);
        try {
            await askOwnDevices();
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        } finally {
            setBusy(false);
        }
    }

    if (securityAsk.value === "key" && key)
        return (
            <Dialog key="key" title={t.confirmTitle} onClose={later}>
                <EnterKey onBack={() => (securityAsk.value = "confirm")} />
            </Dialog>
        );
    return (
        <Dialog key="ways" title={t.confirmTitle} onClose={later}>
            <StepText>{device || key ? t.confirmText : t.confirmNothing}</StepText>
            <div class="way-list">
                {device && <Way icon="device" title={t.confirmByDevice} text={t.confirmByDeviceText} busy={busy} onClick={() => void byDevice()} />}
                {key && (
                    <Way
                        icon="key"
                        title={passphrase ? t.confirmByKeyOrPhrase : t.confirmByKey}
                        text={t.confirmByKeyText}
                        onClick={() => (securityAsk.value = "key")}
                    />
                )}
            </div>
            <div class="dialog-actions">
                <Button kind={device || key ? "subtle" : "plain"} onClick={() => (securityAsk.value = "reset")}>
                    {device || key ? t.confirmNeither : t.startOverTitle}
                </Button>
                <Button onClick={later}>{t.confirmLater}</Button>
            </div>
        </Dialog>
    );
}

interface WayProps {
    icon: IconName;
    title: string;
    text: string;
    busy?: boolean;
    onClick: () => void;
}

function Way({ icon, title, text, busy, onClick }: WayProps) {
    return (
        <button type="button" class="way" disabled={busy} onClick={onClick}>
            <span class="device-icon">
                <Icon name={icon} />
            </span>
            <span class="grow">
                <strong>{title}</strong>
                <span class="quiet small">{text}</span>
            </span>
            <Icon name="forward" mini />
        </button>
    );
}
