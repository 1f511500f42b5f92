/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { Hold } from "../../api/rights";
import { words } from "../../i18n";
import { fullTime } from "../../i18n/format";

/** What law keeps, with its reason (obligation 5.9). */
export function Holds({ holds }: { holds: readonly Hold[] }) {
    const t = words();
    if (holds.length === 0) return null;
    return (
        <div class="hint-warning">
            <p>{t.cancelHeld}</p>
            <ul>
                {holds.map((hold) => (
                    <li key={hold.since_ts}>{t.cancelHold(hold.reason, fullTime(hold.since_ts))}</li>
                ))}
            </ul>
        </div>
    );
}
