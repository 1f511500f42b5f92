/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal } from "@preact/signals";
import { formatRoute, parseRoute, type Route } from "../model/route";

export const route = signal<Route>(parseRoute(location.hash));

addEventListener("hashchange", () => (route.value = parseRoute(location.hash)));

export function go(to: Route): void {
    const hash = formatRoute(to);
    if (location.hash !== hash) location.hash = hash;
    route.value = to;
}

/** Like go, but "back" skips the present place. */
export function replace(to: Route): void {
    history.replaceState(history.state, "", formatRoute(to));
    route.value = to;
}

export const hrefTo = formatRoute;
