/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { duration } from "../../i18n/format";
import { offered } from "../../model/lifetime";
import { lifetimeBounds } from "../../state/lifetimes";
import { Choice } from "../../ui/Choice";

interface LifetimeProps {
    lifetime: number;
    mayChange: boolean;
    busy: boolean;
    onChange: (lifetime: number) => void;
}

/** After how long messages disappear here: a choice for those who may make it, a sentence for the others. */
export function Lifetime({ lifetime, mayChange, busy, onChange }: LifetimeProps) {
    const t = words();
    if (!mayChange) return lifetime ? <p class="quiet small">{t.disappearAfter(duration(lifetime))}</p> : null;
    /* One that another app has set stands among the others. */
    const choices = [...new Set([...offered(lifetimeBounds.value), lifetime])].sort((a, b) => (a || Infinity) - (b || Infinity));
    return (
        <Choice
            label={t.disappearLabel}
            hint={t.disappearHint}
            value={String(lifetime)}
            disabled={busy}
            onChange={(value) => onChange(Number(value))}
            options={choices.map((choice) => ({ value: String(choice), text: choice ? duration(choice) : t.disappearNever }))}
        />
    );
}
