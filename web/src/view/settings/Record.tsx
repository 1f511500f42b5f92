/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import type { RecordPage } from "../../api/record";
import { language, words } from "../../i18n";
import type { TextKey } from "../../i18n/dictionary";
import { fullTime } from "../../i18n/format";
import { errorText } from "../../model/errors";
import type { OwnEntry } from "../../model/log";
import { judgeRecord, loadRecord, loadTitles, type Verdict } from "../../state/record";
import { session } from "../../state/session";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { consentName } from "./consents";

const kinds: Record<string, TextKey> = {
    read: "recordKindRead",
    refused: "recordKindRefused",
    export: "recordKindExport",
    consent: "recordKindConsent",
    erasure: "recordKindErasure",
    retention: "recordKindRetention",
    hold: "recordKindHold",
    backup: "recordKindBackup",
    command: "recordKindCommand",
};
const actors: Record<string, TextKey> = {
    user: "recordByUser",
    service: "recordByService",
    application_service: "recordByAppservice",
    job: "recordByJob",
    command: "recordByCommand",
    staff: "recordByStaff",
};
const commands: Record<string, TextKey> = {
    create: "recordDidCreate",
    reset: "recordDidReset",
    lock: "recordDidLock",
    unlock: "recordDidUnlock",
};
const faults = {
    signature: "recordBrokenSignature",
    key: "recordBrokenKey",
    shrunk: "recordBrokenShrunk",
    fork: "recordBrokenFork",
    entry: "recordBrokenEntry",
    tree: "recordBrokenTree",
} satisfies Record<string, TextKey>;

/** Who used one's data, when, for what and why (obligation 5.1), checked against the public log (4.8). */
export function Record() {
    const [record, setRecord] = useState<RecordPage>();
    const [verdict, setVerdict] = useState<Verdict>();
    const [error, setError] = useState<string>();
    const [title, setTitle] = useState<(name: string) => string>();
    const t = words();
    const spoken = language.value;

    async function load(): Promise<void> {
        const send = session.peek()?.authorized.fetch;
        if (!send) return;
        const loaded = await loadRecord(send);
        setRecord(loaded);
        setVerdict(await judgeRecord(loaded));
    }
    useEffect(() => void load().catch((reason) => setError(t[errorText(reason)])), []);
    useEffect(() => void loadTitles(spoken).then((titles) => setTitle(() => titles), () => undefined), [spoken]);

    return (
        <>
            <h2 class="panel-heading">{t.recordTitle}</h2>
            <p class="quiet">{t.recordText}</p>
            {error && <ErrorText text={error} />}
            {record && !verdict && !error && <p class="quiet" role="status">{t.recordChecking}</p>}
            {record && verdict && <VerdictText verdict={verdict} entries={record.entries.length} />}
            {!record && !error && <Spinner />}
            {record?.entries.length === 0 && <p class="quiet">{t.recordNone}</p>}
            <ul class="device-list">
                {record?.entries
                    .slice()
                    .reverse()
                    .map((one) => <EntryRow key={one.index} one={one} title={title ?? ((name) => name)} />)}
            </ul>
        </>
    );
}

function VerdictText({ verdict, entries }: { verdict: Verdict; entries: number }) {
    const t = words();
    if (verdict.is === "unable") return <p class="quiet" role="status">{t.recordUnable}</p>;
    if (verdict.is === "good")
        return (
            <p class="hint good" role="status">
                <Icon name="check" mini /> {verdict.first ? t.recordFirst(entries, verdict.size) : t.recordHolds(entries, verdict.size)}
            </p>
        );
    return (
        <>
            <ErrorText text={`${t.recordBroken}. ${t[faults[verdict.what]]}`} />
            <p>{t.recordBrokenText}</p>
            <code class="fingerprint record-proof">{verdict.proof.join("\n\n")}</code>
        </>
    );
}

interface Said {
    kind?: string;
    actor?: string;
    field?: string;
    purpose?: string;
    reason?: string;
    detail?: string;
    count?: number;
}

/** The entry's own words, put into the reader's language where the server has set phrases. */
function detailOf(said: Said, title: (name: string) => string): string | undefined {
    const t = words();
    const [, word, what] = said.detail?.match(/^(given|withdrawn): (\w+)$/) ?? [];
    const command = commands[said.detail ?? ""];
    if (said.kind === "consent" && what) return (word === "given" ? t.recordGiven : t.recordWithdrawn)(consentName(what, title));
    return said.kind === "command" && command ? t[command] : said.detail;
}

function EntryRow({ one, title }: { one: OwnEntry; title: (name: string) => string }) {
    const t = words();
    const said: Said = JSON.parse(one.entry);
    const actor = actors[said.actor ?? ""];
    const about = [
        said.field ? title(said.field) : undefined,
        said.purpose && said.purpose !== "none" ? t.recordFor(title(said.purpose)) : undefined,
        said.count && said.count > 1 ? t.recordTimes(said.count) : undefined,
        detailOf(said, title),
    ].filter(Boolean);
    return (
        <li class="device">
            <span class="device-icon">
                <Icon name={said.kind === "refused" ? "close" : "eye"} />
            </span>
            <span class="grow">
                <strong class="device-name">{t[kinds[said.kind ?? ""] ?? "recordKindOther"]}</strong>
                <span class="quiet small device-seen">
                    {fullTime(one.ts)}
                    {actor ? ` · ${t[actor]}` : ""}
                </span>
                <span class="quiet small device-seen">{about.join(" · ")}</span>
                {said.reason && <span class="quiet small device-seen">{t.recordReason(said.reason)}</span>}
                <details class="quiet small">
                    <summary>{t.recordRaw(one.index)}</summary>
                    <code class="fingerprint">{one.entry}</code>
                </details>
            </span>
        </li>
    );
}
