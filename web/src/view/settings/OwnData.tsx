/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { language, words } from "../../i18n";
import { fileSize } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { saveBlob } from "../../platform/images";
import { copying, startCopying, stopCopying, type Copying } from "../../state/ownData";
import { hrefTo } from "../../state/route";
import { Button } from "../../ui/Button";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { LinkRow } from "./LinkRow";

/** Everything that is held of oneself: to see, to take along, and who looked at it (obligation 5.1). */
export function OwnData() {
    const t = words();
    return (
        <>
            <h2 class="panel-heading">{t.copyTitle}</h2>
            <TakeAlong />
            <h2 class="panel-heading">{t.ownDataSee}</h2>
            <ul class="device-list">
                <LinkRow icon="file" title={t.whatWeHold} text={t.whatWeHoldText} href={`/policy/data?lang=${language.value}`} outside />
                <LinkRow icon="eye" title={t.recordTitle} text={t.ownDataRecordText} href={hrefTo({ at: "settings", page: "record" })} />
                <LinkRow icon="check" title={t.consents} text={t.ownDataConsentsText} href={hrefTo({ at: "settings", page: "privacy" })} />
            </ul>
        </>
    );
}

/** A copy in a form that machines can read: asked for, watched, saved. */
export function TakeAlong() {
    const t = words();
    const now = copying.value;
    return (
        <div class="take-along">
            <p class="quiet">{t.copyAbout}</p>
            {!now && (
                <Button icon="download" kind="primary" onClick={() => void startCopying()}>
                    {t.copyMake}
                </Button>
            )}
            {now && <Progress now={now} />}
        </div>
    );
}

function Progress({ now }: { now: Copying }) {
    const t = words();
    switch (now.at) {
        case "working":
            return (
                <div class="state-row">
                    <Spinner />
                    <p class="grow" role="status">
                        {t.copyWorking(now.rows)}
                    </p>
                    <Button compact onClick={stopCopying}>
                        {t.cancel}
                    </Button>
                </div>
            );
        case "failed":
            return (
                <>
                    <ErrorText text={t[errorText(now.reason)]} />
                    <Button icon="retry" onClick={() => void startCopying()}>
                        {t.tryAgain}
                    </Button>
                </>
            );
        case "ready":
            return (
                <>
                    <div class="state-row">
                        <Icon name="check" />
                        <p class="grow" role="status">
                            <strong class="anywhere">{now.name}</strong>
                            <span class="quiet small device-seen">{t.copyReady(fileSize(now.file.size), now.rows)}</span>
                        </p>
                    </div>
                    <div class="button-row">
                        <Button icon="download" kind="primary" onClick={() => saveBlob(now.file, now.name)}>
                            {t.copySave}
                        </Button>
                        <Button onClick={() => void (stopCopying(), startCopying())}>{t.copyAnew}</Button>
                    </div>
                </>
            );
    }
}
