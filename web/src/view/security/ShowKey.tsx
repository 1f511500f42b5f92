/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";
import { groupsOf } from "../../model/recoveryKey";
import { saveBlob } from "../../platform/images";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { lazy } from "../../ui/lazy";

const QrCode = lazy(() => import("../../ui/QrCode").then((module) => module.QrCode));

/** The key in groups that can be read out and copied by hand, and the ways to take it along. */
export function ShowKey({ recoveryKey }: { recoveryKey: string }) {
    const [code, setCode] = useState(false);
    const [copied, setCopied] = useState(false);
    const t = words();
    const account = session.value?.userId ?? "";

    async function copy(): Promise<void> {
        try {
            await navigator.clipboard.writeText(recoveryKey);
            setCopied(true);
        } catch {
            showToast(t.errorUnknown, "error");
        }
    }
    const download = () => {
        const text = t.recoveryFile(account, fullTime(Date.now()), recoveryKey);
        saveBlob(new Blob([text], { type: "text/plain" }), "parley-recovery-key.txt");
    };

    return (
        <>
            <p class="only-printed">{account}</p>
            <div class="recovery-key" role="group" aria-label={t.recoveryKey}>
                {groupsOf(recoveryKey).map((group, i) => (
                    <code key={i}>{group}</code>
                ))}
            </div>
            {code && (
                <div class="qr-card">
                    <QrCode text={recoveryKey} label={t.recoveryCodeLabel} />
                </div>
            )}
            <div class="key-actions not-printed">
                <Button compact icon={copied ? "check" : "copy"} onClick={() => void copy()}>
                    <span aria-live="polite">{copied ? t.copied : t.recoveryCopy}</span>
                </Button>
                <Button compact icon="download" onClick={download}>
                    {t.recoveryDownload}
                </Button>
                <Button compact icon="print" onClick={() => print()}>
                    {t.recoveryPrint}
                </Button>
                {!code && (
                    <Button compact icon="qr" onClick={() => setCode(true)}>
                        {t.recoveryCode}
                    </Button>
                )}
            </div>
        </>
    );
}
