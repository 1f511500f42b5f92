/* SPDX-License-Identifier: AGPL-3.0-or-later */
/** Did the event happen inside something of that class? By its path: what was clicked may be gone by now. */
export const within = (event: Event, name: string): boolean =>
    event.composedPath().some((node) => node instanceof Element && node.classList.contains(name));
