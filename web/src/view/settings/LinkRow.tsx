/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { Icon, type IconName } from "../../ui/Icon";

interface LinkRowProps {
    icon: IconName;
    title: string;
    text: string;
    href: string;
    danger?: boolean;
    /** In a tab of its own. */
    outside?: boolean;
}

/** One of several places to go on to, and what is there. */
export const LinkRow = ({ icon, title, text, href, danger, outside }: LinkRowProps) => (
    <li>
        <a class={danger ? "device link-row danger" : "device link-row"} href={href} {...(outside ? { target: "_blank", rel: "noopener" } : {})}>
            <span class="device-icon">
                <Icon name={icon} />
            </span>
            <span class="grow">
                <strong class="device-name">{title}</strong>
                <span class="quiet small device-seen">{text}</span>
            </span>
            <Icon name="forward" />
        </a>
    </li>
);
