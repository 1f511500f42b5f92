/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { hueOf, initialOf } from "../model/person";
import { picture } from "../state/media";
import { Icon, type IconName } from "./Icon";

interface AvatarProps {
    id: string;
    name: string;
    mxc?: string | undefined;
    size?: "xs" | "s" | "m" | "l" | "xl";
    group?: boolean;
    /** Instead of a picture or letter. */
    icon?: IconName | undefined;
}

const thumbnail = { width: 96, height: 96, method: "crop" } as const;

/** A picture, or the name's first letter on the person's colour. Decoration: the name always stands beside it. */
export function Avatar({ id, name, mxc, size = "m", group = false, icon }: AvatarProps) {
    const shown = mxc ? picture({ mxc, type: "" }, thumbnail).value : undefined;
    return (
        <span class={`avatar size-${size} ${icon ? "with-icon" : `hue-${hueOf(id)}`}${group ? " group" : ""}`} aria-hidden="true">
            {icon ? <Icon name={icon} /> : shown?.state === "ready" ? <img src={shown.url} alt="" draggable={false} /> : initialOf(name)}
        </span>
    );
}
