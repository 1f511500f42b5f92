/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { EmojiMapping } from "matrix-js-sdk/lib/crypto-api";
import { words } from "../../i18n";

/** With their names: some look alike, some people don't see them, and over the telephone only names help. */
export function Emojis({ emoji }: { emoji: EmojiMapping[] }) {
    const t = words();
    return (
        <ol class="sas">
            {emoji.map(([symbol, name], i) => (
                <li key={i}>
                    <span class="sas-emoji" aria-hidden="true">
                        {symbol}
                    </span>
                    <span class="sas-name">{t.sasName(name)}</span>
                </li>
            ))}
        </ol>
    );
}
