/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { fetchStorageUse, type StorageUse } from "../../api/media";
import { words } from "../../i18n";
import { fileSize } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { fullnessOf, shareOf } from "../../model/storage";
import { session } from "../../state/session";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";

/** How much of one's room on the server is taken, and what to do when little is left. */
export function Storage() {
    const [use, setUse] = useState<StorageUse>();
    const [error, setError] = useState<string>();
    const t = words();
    useEffect(() => {
        const present = session.peek();
        if (present) fetchStorageUse(present.authorized).then(setUse, (reason) => setError(t[errorText(reason)]));
    }, []);
    return (
        <section class="storage">
            <h2 class="panel-heading">{t.storage}</h2>
            {error && <ErrorText text={error} />}
            {use ? <Use use={use} /> : !error && <div class="progress" />}
        </section>
    );
}

function Use({ use }: { use: StorageUse }) {
    const t = words();
    const fullness = fullnessOf(use);
    const [used, most] = [fileSize(use.bytes), fileSize(use.max_bytes)];
    const said = use.files > 0 ? t.storageUsed(used, most, use.files) : t.storageEmpty(most);
    return (
        <>
            <div
                class={`progress ${fullness}`}
                role="meter"
                aria-label={t.storage}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={Math.round(shareOf(use) * 100)}
                aria-valuetext={said}
            >
                <span style={{ transform: `scaleX(${shareOf(use)})` }} />
            </div>
            <p class="quiet small">{said}</p>
            {fullness !== "roomy" && (
                <p class={`storage-warning ${fullness}`}>
                    <Icon name="alert" mini />
                    {fullness === "full" ? t.storageFull : t.storageNear}
                </p>
            )}
            {fullness !== "roomy" && <p class="quiet small">{t.storageAdvice}</p>}
            {use.files_today >= use.max_files_a_day && <p class="quiet small">{t.storageDay(use.max_files_a_day)}</p>}
        </>
    );
}
