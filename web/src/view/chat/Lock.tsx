/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { Icon } from "../../ui/Icon";

/** Beside the name of a chat that nobody outside it can read. */
export const Lock = () => (
    <span class="lock-mark" role="img" aria-label={words().encrypted} title={words().encrypted}>
        <Icon name="lock" mini />
    </span>
);
