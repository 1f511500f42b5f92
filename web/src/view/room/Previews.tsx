/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useId, useState } from "preact/hooks";
import { words } from "../../i18n";

interface PreviewsProps {
    on: boolean;
    encrypted: boolean;
    mayChange: boolean;
    busy: boolean;
    /** Resolves to whether it was done. */
    onChange: (on: boolean) => Promise<boolean>;
}

/** Whether links show what their pages are about: a switch for those who may, a sentence for the others. */
export function Previews({ on, encrypted, mayChange, busy, onChange }: PreviewsProps) {
    const t = words();
    const hint = useId();
    /* What was chosen shows until the room has heard of it, or was told no. */
    const [chosen, setChosen] = useState(on);
    useEffect(() => setChosen(on), [on]);
    async function choose(next: boolean): Promise<void> {
        setChosen(next);
        if (!(await onChange(next))) setChosen(on);
    }
    /* The server would have to be told each link that it can't read. */
    if (encrypted) return mayChange ? <p class="quiet small">{t.previewsEncrypted}</p> : null;
    if (!mayChange) return <p class="quiet small">{on ? t.previewsAreOn : t.previewsAreOff}</p>;
    return (
        <div class="field">
            <label class="check-row">
                <input
                    type="checkbox"
                    role="switch"
                    checked={chosen}
                    disabled={busy}
                    aria-describedby={hint}
                    onChange={(event) => void choose(event.currentTarget.checked)}
                />
                {t.previewsShow}
            </label>
            <p id={hint} class="hint">
                {t.previewsHint}
            </p>
        </div>
    );
}
