/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { intervalText, slowModeChoices } from "../../model/slowMode";
import { Choice } from "../../ui/Choice";

interface SlowModeProps {
    interval: number;
    mayChange: boolean;
    busy: boolean;
    onChange: (interval: number) => void;
}

/** How often each member may write: a choice for those who may make it, a sentence for the others. */
export function SlowMode({ interval, mayChange, busy, onChange }: SlowModeProps) {
    const t = words();
    if (!mayChange) return interval ? <p class="quiet small">{t.slowModeIs(intervalText(interval))}</p> : null;
    const offered = slowModeChoices.includes(interval) || !interval ? slowModeChoices : [...slowModeChoices, interval];
    return (
        <Choice
            label={t.slowMode}
            hint={t.slowModeHint}
            value={String(interval)}
            disabled={busy}
            onChange={(value) => onChange(Number(value))}
            options={[
                { value: "0", text: t.slowModeOff },
                ...offered.map((choice) => ({ value: String(choice), text: t.slowModeEvery(intervalText(choice)) })),
            ]}
        />
    );
}
