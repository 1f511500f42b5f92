/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { leaveStrangers, strangers } from "../../state/devices";
import { restoring, securityAsk, standing } from "../../state/recovery";
import { pauseRecovery, remindsOfRecovery } from "../../state/reminders";
import { go } from "../../state/route";
import { session } from "../../state/session";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";

/** What the keys need of the person, one thing at a time, above whatever else is on the screen. */
export function SecurityBanner() {
    const t = words();
    const userId = session.value?.userId ?? "";
    const waiting = strangers.value;
    if (restoring.value) {
        const { done, total } = restoring.value;
        return (
            <p class="banner" role="status">
                <Spinner />
                {total > 0 ? t.restoringCount(done, total) : t.restoring}
            </p>
        );
    }
    if (standing.value === "unconfirmed")
        return (
            <div class="banner asking" role="status">
                <Icon name="privacy" />
                <span class="grow">{t.confirmBanner}</span>
                <Button compact onClick={() => (securityAsk.value = "confirm")}>
                    {t.confirmAction}
                </Button>
            </div>
        );
    const [stranger] = waiting;
    if (stranger)
        return (
            <div class="banner asking" role="status">
                <Icon name="alert" />
                <span class="grow">
                    {waiting.length === 1 ? t.deviceStranger(stranger.display_name || stranger.device_id) : t.deviceStrangers(waiting.length)}
                </span>
                <Button compact onClick={() => go({ at: "settings", page: "devices" })}>
                    {t.deviceLook}
                </Button>
                <IconButton icon="close" label={t.notNow} onClick={leaveStrangers} />
            </div>
        );
    if (standing.value === "unsaved" && remindsOfRecovery(userId))
        return (
            <div class="banner asking" role="status">
                <Icon name="key" />
                <span class="grow">{t.recoveryBanner}</span>
                <Button compact onClick={() => (securityAsk.value = "save")}>
                    {t.recoveryBannerAction}
                </Button>
                <IconButton icon="close" label={t.notNow} onClick={() => pauseRecovery(userId)} />
            </div>
        );
    return null;
}
