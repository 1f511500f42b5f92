/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";
import { Spinner } from "./Spinner";
import { useAutofocus } from "./useAutofocus";

interface ButtonProps {
    kind?: "primary" | "plain" | "subtle" | "danger" | "danger-plain";
    type?: "button" | "submit";
    icon?: IconName;
    busy?: boolean;
    disabled?: boolean;
    wide?: boolean;
    compact?: boolean;
    autofocus?: boolean;
    /** Where the words on it don't tell it from others. */
    label?: string;
    onClick?: (event: MouseEvent) => void;
    children: ComponentChildren;
}

export function Button({ kind = "plain", type = "button", icon, busy, disabled, wide, compact, autofocus, label, onClick, children }: ButtonProps) {
    const ref = useRef<HTMLButtonElement>(null);
    useAutofocus(ref, autofocus);
    const shape = `button ${kind}${wide ? " wide" : ""}${compact ? " compact" : ""}`;
    return (
        <button ref={ref} type={type} class={shape} disabled={disabled || busy} aria-label={label} aria-busy={busy} autofocus={autofocus} onClick={onClick}>
            {busy ? <Spinner /> : icon && <Icon name={icon} />}
            {children}
        </button>
    );
}

interface IconButtonProps {
    icon: IconName;
    label: string;
    pressed?: boolean;
    expanded?: boolean;
    disabled?: boolean;
    onClick?: (event: MouseEvent) => void;
}

export function IconButton({ icon, label, pressed, expanded, disabled, onClick }: IconButtonProps) {
    return (
        <button
            type="button"
            class="icon-button"
            aria-label={label}
            title={label}
            aria-pressed={pressed}
            aria-expanded={expanded}
            disabled={disabled}
            onClick={onClick}
        >
            <Icon name={icon} />
        </button>
    );
}
