/* SPDX-License-Identifier: AGPL-3.0-or-later */
export const Spinner = ({ large = false }: { large?: boolean }) => (
    <span class={large ? "spinner large" : "spinner"} aria-hidden="true" />
);
