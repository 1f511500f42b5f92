/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";

export function Steps({ at, of }: { at: number; of: number }) {
    return (
        <div class="dialog-steps not-printed" role="img" aria-label={words().stepOf(at, of)}>
            {Array.from({ length: of }, (_, i) => (
                <span key={i} class={i < at ? "done" : ""} />
            ))}
        </div>
    );
}
