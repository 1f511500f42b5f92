/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { minimumPasswordLength } from "../../model/password";

export function StrengthMeter({ strength, empty }: { strength: 0 | 1 | 2 | 3 | 4; empty: boolean }) {
    const t = words();
    const texts = [t.passwordTooShort(minimumPasswordLength), t.strengthWeak, t.strengthFair, t.strengthGood, t.strengthStrong];
    return (
        <span class="strength">
            <span class={`strength-bars level-${empty ? 0 : strength}`} aria-hidden="true">
                <i />
                <i />
                <i />
                <i />
            </span>
            <span>{empty ? t.passwordHint(minimumPasswordLength) : texts[strength]}</span>
        </span>
    );
}
