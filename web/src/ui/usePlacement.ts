/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

const gap = 6;
const margin = 8;

/**
 * Puts something that floats (position: fixed) beside what it belongs to, its parent element: above or below as
 * preferred if there is room, and always whole on the screen.
 */
export function usePlacement(ref: RefObject<HTMLElement | null>, prefer: "above" | "below", align: "start" | "end"): void {
    useLayoutEffect(() => {
        const box = ref.current;
        const anchor = box?.parentElement?.getBoundingClientRect();
        if (!box || !anchor) return;
        const { offsetWidth: width, offsetHeight: height } = box;
        const above = anchor.top - gap - height;
        const below = anchor.bottom + gap;
        const fitsBelow = below + height <= innerHeight - margin;
        const wanted = prefer === "above" ? (above >= margin || !fitsBelow ? above : below) : fitsBelow ? below : above;
        const left = align === "start" ? anchor.left : anchor.right - width;
        box.style.top = `${Math.max(margin, Math.min(wanted, innerHeight - margin - height))}px`;
        box.style.left = `${Math.max(margin, Math.min(left, innerWidth - margin - width))}px`;
    }, []);
}
