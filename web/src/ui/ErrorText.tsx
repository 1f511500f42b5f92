/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { Icon } from "./Icon";

export const ErrorText = ({ text }: { text: string }) => (
    <p class="error" role="alert">
        <Icon name="alert" />
        <span>{text}</span>
    </p>
);
