/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useAutofocus } from "../../ui/useAutofocus";

/** What a step says. It takes the focus as it appears, so that it is read out and Tab goes on from here. */
export function StepText({ children }: { children: ComponentChildren }) {
    const ref = useRef<HTMLParagraphElement>(null);
    useAutofocus(ref, true);
    return (
        <p ref={ref} class="step-text" tabIndex={-1} autofocus>
            {children}
        </p>
    );
}
