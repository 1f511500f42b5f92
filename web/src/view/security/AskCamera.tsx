/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useState } from "preact/hooks";
import { words } from "../../i18n";
import { errorText } from "../../model/errors";
import { camera, permitCamera } from "../../state/camera";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Spinner } from "../../ui/Spinner";

/** Before the camera's first use: for what, and on which terms (obligations 0.3, 1.14). The browser asks once more. */
export function AskCamera({ surface }: { surface: string }) {
    const [busy, setBusy] = useState(false);
    const t = words();
    const purpose = camera.value;
    if (!purpose) return <Spinner large />;

    async function permit(): Promise<void> {
        setBusy(true);
        try {
            await permitCamera(true, surface);
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
            setBusy(false);
        }
    }
    return (
        <div class="ask-camera">
            <p>
                <strong>{purpose.title}</strong> · {purpose.words}
            </p>
            {purpose.supplement && (
                <div
                    class="supplement small"
                    lang={purpose.language}
                    role="region"
                    aria-label={purpose.supplement.title}
                    tabIndex={0}
                    dangerouslySetInnerHTML={{ __html: purpose.supplement.html }}
                />
            )}
            <Button icon="camera" kind="primary" busy={busy} onClick={() => void permit()}>
                {t.cameraPermit}
            </Button>
        </div>
    );
}
