/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal, type Signal } from "@preact/signals";
import type { Message } from "../model/timeline";
import { route } from "./route";

export type DialogSpec =
    | { kind: "confirm"; title: string; text: string; action: string; danger: boolean; answer: (yes: boolean) => void }
    | { kind: "choose"; title: string; text: string; first: string; second: string; answer: (chosen: Chosen) => void }
    | { kind: "password"; answer: (password: string | undefined) => void }
    | { kind: "progress"; title: string; line: Signal<string>; stop: () => void }
    | { kind: "leaving"; href: string }
    | { kind: "newGroup" }
    | { kind: "newDirect" }
    | { kind: "picture"; message: Message };

export type Chosen = "first" | "second" | undefined;

export const dialog = signal<DialogSpec | undefined>(undefined);

export const closeDialog = () => (dialog.value = undefined);

/** Going elsewhere closes what was asked, as a no. */
route.subscribe(() => {
    const open = dialog.peek();
    if (open?.kind === "confirm") open.answer(false);
    else if (open?.kind === "password" || open?.kind === "choose") open.answer(undefined);
    else if (open?.kind === "progress") open.stop();
    else closeDialog();
});

export const confirm = (title: string, text: string, action: string, danger = false) =>
    new Promise<boolean>((resolve) => {
        dialog.value = {
            kind: "confirm",
            title,
            text,
            action,
            danger,
            answer: (yes) => {
                closeDialog();
                resolve(yes);
            },
        };
    });

/** Between two ways; neither is an answer, too. */
export const choose = (title: string, text: string, first: string, second: string) =>
    new Promise<Chosen>((resolve) => {
        dialog.value = {
            kind: "choose",
            title,
            text,
            first,
            second,
            answer: (chosen) => {
                closeDialog();
                resolve(chosen);
            },
        };
    });

export const askPassword = () =>
    new Promise<string | undefined>((resolve) => {
        dialog.value = {
            kind: "password",
            answer: (password) => {
                closeDialog();
                resolve(password);
            },
        };
    });

/** Something that takes a while and can be called off. Returns what takes it away again. */
export function showProgress(title: string, line: Signal<string>, stop: () => void): () => void {
    const mine: DialogSpec = { kind: "progress", title, line, stop };
    dialog.value = mine;
    return () => {
        if (dialog.peek() === mine) closeDialog();
    };
}

/** Leads out of Parley, but only after saying to where (obligation 0.4). */
export const leaveTo = (href: string) => (dialog.value = { kind: "leaving", href });
