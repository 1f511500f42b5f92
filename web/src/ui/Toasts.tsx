/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef } from "preact/hooks";
import { words } from "../i18n";
import { dismissToast, toasts } from "../state/toasts";
import { IconButton } from "./Button";

/** Raised again with each toast: over a dialog that was opened after the one before. */
export function Toasts() {
    const ref = useRef<HTMLDivElement>(null);
    useEffect(() => {
        ref.current?.hidePopover?.();
        if (toasts.value.length > 0) ref.current?.showPopover?.();
    }, [toasts.value]);
    return (
        <div ref={ref} class="toasts" popover="manual" role="status" aria-live="polite">
            {toasts.value.map((toast) => (
                <div key={toast.id} class={`toast ${toast.kind}`}>
                    <span>{toast.text}</span>
                    <IconButton icon="close" label={words().close} onClick={() => dismissToast(toast.id)} />
                </div>
            ))}
        </div>
    );
}
