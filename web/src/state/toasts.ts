/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal } from "@preact/signals";

export interface Toast {
    id: number;
    text: string;
    kind: "info" | "error";
}

export const toasts = signal<Toast[]>([]);
let next = 1;

export function showToast(text: string, kind: Toast["kind"] = "info"): void {
    const toast = { id: next++, text, kind };
    toasts.value = [...toasts.value.slice(-2), toast];
    setTimeout(() => dismissToast(toast.id), kind === "error" ? 8_000 : 4_000);
}

export function dismissToast(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
