/* SPDX-License-Identifier: AGPL-3.0-or-later */
/** Tells whether there is room for one column only (styles/chat.css), now and whenever that changes. */
export function watchNarrow(onChange: (narrow: boolean) => void): void {
    const query = matchMedia("(max-width: 48rem)");
    query.addEventListener("change", () => onChange(query.matches));
    onChange(query.matches);
}
