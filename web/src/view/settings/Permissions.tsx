/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { language, words } from "../../i18n";
import { errorText } from "../../model/errors";
import { camera, lookUpCamera, permitCamera } from "../../state/camera";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

/** What may be used here and can be taken back (obligation 1.14). Given it is where it is needed, with its terms shown. */
export function Permissions() {
    const [busy, setBusy] = useState(false);
    const t = words();
    const purpose = camera.value;
    useEffect(() => void lookUpCamera().catch(() => undefined), [language.value]);

    async function withdraw(): Promise<void> {
        setBusy(true);
        try {
            await permitCamera(false, "settings");
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        } finally {
            setBusy(false);
        }
    }

    if (!purpose) return null;
    return (
        <section>
            <h2 class="panel-heading">{t.permissions}</h2>
            <ul class="device-list">
                <li class="device">
                    <span class="device-icon">
                        <Icon name="camera" />
                    </span>
                    <span class="grow">
                        <strong class="device-name">{purpose.title}</strong>
                        <span class="role">{purpose.granted ? t.permissionOn : t.permissionOff}</span>
                        <span class="quiet small device-seen">
                            {purpose.words} {t.permissionText}
                        </span>
                    </span>
                    {purpose.granted && (
                        <span class="device-actions">
                            <Button compact busy={busy} onClick={() => void withdraw()}>
                                {t.permissionWithdraw}
                            </Button>
                        </span>
                    )}
                </li>
            </ul>
        </section>
    );
}
