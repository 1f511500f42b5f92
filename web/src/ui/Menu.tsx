/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";
import { usePlacement } from "./usePlacement";

interface MenuProps {
    label: string;
    onClose: () => void;
    class?: string;
    prefer?: "above" | "below";
    align?: "start" | "end";
    children: ComponentChildren;
}

/** A list of commands: arrows move, Escape and clicks elsewhere close. */
export function Menu({ label, onClose, class: extra = "", prefer = "below", align = "end", children }: MenuProps) {
    const ref = useRef<HTMLDivElement>(null);
    usePlacement(ref, prefer, align);
    useEffect(() => {
        const before = document.activeElement;
        const buttons = () => [...(ref.current?.querySelectorAll<HTMLElement>(".menu-item") ?? [])];
        buttons()[0]?.focus({ preventScroll: true });
        const outside = (event: Event) => {
            if (!ref.current?.contains(event.target as Node)) onClose();
        };
        const key = (event: KeyboardEvent) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (event.key === "Escape" || event.key === "Tab") {
                event.preventDefault();
                event.stopPropagation();
                onClose();
                if (before instanceof HTMLElement) before.focus();
            } else if (step) {
                event.preventDefault();
                const all = buttons();
                const at = all.indexOf(document.activeElement as HTMLElement);
                all[(at + step + all.length) % all.length]?.focus();
            }
        };
        document.addEventListener("pointerdown", outside, true);
        document.addEventListener("scroll", outside, true);
        document.addEventListener("keydown", key, true);
        return () => {
            document.removeEventListener("pointerdown", outside, true);
            document.removeEventListener("scroll", outside, true);
            document.removeEventListener("keydown", key, true);
        };
    }, []);
    return (
        <div ref={ref} class={`menu ${extra}`} role="menu" aria-label={label}>
            {children}
        </div>
    );
}

interface MenuItemProps {
    icon: IconName;
    danger?: boolean;
    onClick: () => void;
    children: ComponentChildren;
}

export const MenuItem = ({ icon, danger, onClick, children }: MenuItemProps) => (
    <button type="button" role="menuitem" class={danger ? "menu-item danger" : "menu-item"} onClick={onClick}>
        <Icon name={icon} />
        {children}
    </button>
);
