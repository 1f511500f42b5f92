/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { readReceipt, type Consent } from "../../api/consents";
import { words } from "../../i18n";
import type { TextKey } from "../../i18n/dictionary";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { saveBlob } from "../../platform/images";
import { session } from "../../state/session";
import { showToast } from "../../state/toasts";
import { Button } from "../../ui/Button";

const places: Record<string, TextKey> = {
    settings: "placeSettings",
    verification: "placeVerification",
    photo: "placePhoto",
};

/** What was said to a purpose, newest first, with the receipt of each (obligation 1.17). */
export function ConsentHistory({ entries }: { entries: readonly Consent[] }) {
    const t = words();
    if (entries.length === 0) return <p class="quiet">{t.consentsNone}</p>;

    async function save({ id }: Consent): Promise<void> {
        try {
            const send = session.peek()?.authorized.fetch;
            const receipt = send && (await readReceipt(id, send));
            if (receipt) saveBlob(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }), `parley-receipt-${id}.json`);
        } catch (reason) {
            showToast(t[errorText(reason)], "error");
        }
    }
    return (
        <ol class="consent-history">
            {entries.toReversed().map((entry) => {
                const when = entry.granted ? t.consentGiven(fullTime(entry.ts)) : t.consentWithdrawn(fullTime(entry.ts));
                const place = places[entry.surface ?? ""];
                return (
                    <li key={entry.id}>
                        <span class="grow">
                            {when}
                            {place && ` · ${t[place]}`}
                            {entry.version && ` · ${t.version(entry.version)}`}
                        </span>
                        <Button compact kind="subtle" icon="download" label={`${t.receiptSave}: ${when}`} onClick={() => void save(entry)}>
                            {t.receiptSave}
                        </Button>
                    </li>
                );
            })}
        </ol>
    );
}
