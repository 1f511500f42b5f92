/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { words } from "../i18n";
import { IconButton } from "./Button";

interface DialogProps {
    title: string;
    onClose: () => void;
    children: ComponentChildren;
    class?: string;
}

/** The platform's own modal dialog: focus stays inside, Escape and a click beside it close it. */
export function Dialog({ title, onClose, children, class: extra = "" }: DialogProps) {
    const ref = useRef<HTMLDialogElement>(null);
    const heading = useId();
    useEffect(() => {
        const before = document.activeElement;
        ref.current?.showModal();
        return () => {
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={ref}
            class={`dialog ${extra}`}
            aria-labelledby={heading}
            onClose={onClose}
            onPointerDown={(event) => event.target === ref.current && onClose()}
        >
            <header class="dialog-head">
                <h2 id={heading}>{title}</h2>
                <IconButton icon="close" label={words().close} onClick={onClose} />
            </header>
            <div class="dialog-body">{children}</div>
        </dialog>
    );
}
