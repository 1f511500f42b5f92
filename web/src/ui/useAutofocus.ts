/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** The attribute works for a page as it loads; what is drawn later is focused by hand. */
export function useAutofocus(ref: RefObject<HTMLElement | null>, wanted: boolean | undefined): void {
    useEffect(() => {
        if (wanted) ref.current?.focus();
    }, []);
}
