/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../i18n";
import { dismissToast, toasts } from "../state/toasts";
import { IconButton } from "./Button";

export function Toasts() {
    return (
        <div class="toasts" role="status" aria-live="polite">
            {toasts.value.map((toast) => (
                <div key={toast.id} class={`toast ${toast.kind}`}>
                    <span>{toast.text}</span>
                    <IconButton icon="close" label={words().close} onClick={() => dismissToast(toast.id)} />
                </div>
            ))}
        </div>
    );
}
