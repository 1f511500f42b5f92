/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { go, replace, route } from "../../state/route";
import { rooms } from "../../state/rooms";

function isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** In the chat on the screen, else in all. False: one is there already. */
export function openSearch(): boolean {
    const place = route.peek();
    if (place.at === "search" || (place.at === "room" && place.panel === "search")) return false;
    const joined = place.at === "room" && rooms.peek().some((room) => room.roomId === place.roomId && room.membership === "join");
    if (place.at === "room" && joined) (place.panel ? replace : go)({ at: "room", roomId: place.roomId, panel: "search" });
    else go({ at: "search" });
    return true;
}

/** Ctrl+F or ⌘F, and / where nobody types. A second time the browser's own search opens. */
export function onSearchKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.shiftKey) return;
    const find = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f";
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.target);
    if ((find || slash) && document.querySelector("dialog[open]") === null && openSearch()) event.preventDefault();
}
