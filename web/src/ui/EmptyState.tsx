/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

interface EmptyStateProps {
    icon: IconName;
    title: string;
    text: string;
    children?: ComponentChildren;
}

/** A place with nothing in it says what could be there, and how to begin. */
export const EmptyState = ({ icon, title, text, children }: EmptyStateProps) => (
    <div class="centered empty">
        <span class="empty-icon">
            <Icon name={icon} />
        </span>
        <h2>{title}</h2>
        <p class="quiet">{text}</p>
        {children && <div class="empty-actions">{children}</div>}
    </div>
);
