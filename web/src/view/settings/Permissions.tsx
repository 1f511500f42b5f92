/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Consent, Purpose } from "../../api/consents";
import { language, words } from "../../i18n";
import type { TextKey } from "../../i18n/dictionary";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { cameraDenied } from "../../platform/camera";
import { consents, lookUpPermissions, permit } from "../../state/permissions";
import { loadNotifying, notifying } from "../../state/notifications";
import { hrefTo } from "../../state/route";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorText } from "../../ui/ErrorText";
import { Icon, type IconName } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { Switch } from "../../ui/Switch";
import { AskPermission, Terms } from "../camera/AskPermission";
import { ConsentHistory } from "./ConsentHistory";

/** What the app itself can make use of. Other purposes are shown once another app has been permitted them. */
const used = ["camera"];
const icons: Record<string, IconName> = { camera: "camera", pictures: "image" };

/** Everything that is optional: what it is for, whether it is permitted, and what was said to it (obligations 1.14, 1.17, 5.6). */
export function Permissions() {
    const [error, setError] = useState<string>();
    const [asking, setAsking] = useState<string>();
    const t = words();
    const known = consents.value;
    useEffect(() => void look(), [language.value]);

    async function look(): Promise<void> {
        setError(undefined);
        try {
            await lookUpPermissions();
        } catch (reason) {
            setError(t[errorText(reason)]);
        }
    }
    async function change(purpose: Purpose, on: boolean): Promise<void> {
        if (on) return setAsking(purpose.purpose);
        try {
            await permit(purpose.purpose, false, "settings");
            showToast(t.permissionOffToast(purpose.title));
        } catch (reason) {
            showToast(`${t.permissionOffUnsaved} ${t[errorText(reason)]}`, "error");
        }
    }

    const asked = known?.purposes.find(({ purpose }) => purpose === asking);
    return (
        <>
            <p class="quiet">{t.permissionsText}</p>
            {error && (
                <>
                    <ErrorText text={error} />
                    <Button icon="retry" onClick={() => void look()}>
                        {t.tryAgain}
                    </Button>
                </>
            )}
            {!known && !error && <Spinner />}
            <ul class="device-list">
                {known?.purposes
                    .filter(({ purpose, granted }) => granted || used.includes(purpose))
                    .map((purpose) => (
                        <PurposeRow
                            key={purpose.purpose}
                            purpose={purpose}
                            history={known.consents.filter((one) => one.purpose === purpose.purpose)}
                            onChange={(on) => void change(purpose, on)}
                        />
                    ))}
                <NotificationsRow />
                <Row icon="image" title={t.permissionFiles} text={t.permissionFilesText} />
            </ul>
            {asked && (
                <Dialog title={t.permissionAskTitle(asked.title)} onClose={() => setAsking(undefined)}>
                    <AskPermission
                        purpose={asked}
                        surface="settings"
                        action={t.permissionGive}
                        icon={icons[asked.purpose] ?? "check"}
                        onGiven={() => setAsking(undefined)}
                    />
                </Dialog>
            )}
        </>
    );
}

interface RowProps {
    icon: IconName;
    title: string;
    text: string;
    action?: ComponentChildren;
    children?: ComponentChildren;
}

const Row = ({ icon, title, text, action, children }: RowProps) => (
    <li class="device permission">
        <span class="device-icon">
            <Icon name={icon} />
        </span>
        <strong class="device-name">{title}</strong>
        {action}
        <p class="quiet small permission-more">{text}</p>
        {children}
    </li>
);

interface PurposeRowProps {
    purpose: Purpose;
    history: Consent[];
    onChange: (on: boolean) => void;
}

function PurposeRow({ purpose, history, onChange }: PurposeRowProps) {
    const [blocked, setBlocked] = useState(false);
    const t = words();
    const isCamera = purpose.purpose === "camera";
    useEffect(() => {
        if (isCamera) void cameraDenied().then(setBlocked);
    }, []);
    const last = history.at(-1);
    const state = purpose.granted ? t.permissionOn : last ? t.permissionTakenBack : t.permissionUnasked;
    return (
        <Row
            icon={icons[purpose.purpose] ?? "settings"}
            title={purpose.title}
            text={purpose.words}
            action={<Switch label={purpose.title} on={purpose.granted} onChange={onChange} />}
        >
            <div class="permission-more small">
                <p role="status">
                    <strong>{state}</strong>
                    {last && <span class="quiet"> · {fullTime(last.ts)}</span>}
                </p>
                <p class="quiet">{t.permissionText}</p>
                {isCamera && blocked && <p class="hint-warning">{t.cameraDenied}</p>}
                {purpose.supplement && (
                    <details>
                        <summary>{t.permissionTerms}</summary>
                        <Terms purpose={purpose} />
                    </details>
                )}
                <details>
                    <summary>{t.permissionHistory}</summary>
                    <ConsentHistory entries={history} />
                </details>
            </div>
        </Row>
    );
}

const notifyingTexts = {
    on: "permissionOn",
    open: "permissionOn",
    off: "permissionOff",
    denied: "permissionBlocked",
    unsupported: "permissionUnsupported",
} satisfies Record<string, TextKey>;

/** Of this device, not of the account: switched where it is explained. */
function NotificationsRow() {
    const t = words();
    const present = session.value;
    const state = notifying.value;
    useEffect(() => {
        if (present) void loadNotifying(present).catch(() => undefined);
    }, [present]);
    return (
        <Row
            icon="bell"
            title={t.notifications}
            text={t.permissionNotificationsText}
            action={
                <a class="button plain compact" href={hrefTo({ at: "settings", page: "notifications" })} aria-label={t.permissionNotificationsChange}>
                    {t.permissionChange}
                </a>
            }
        >
            {state && (
                <p class="permission-more small">
                    <strong>{t[notifyingTexts[state]]}</strong>
                    <span class="quiet"> · {t.deviceThis}</span>
                </p>
            )}
        </Row>
    );
}
