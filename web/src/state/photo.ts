/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { signal } from "@preact/signals";
import type { Facing } from "../platform/camera";
import { route } from "./route";

interface PhotoAsked {
    facing: Facing;
    /** What becomes of it, on the button that says so. */
    action: string;
    answer: (file: File | undefined) => void;
}

export const photoAsked = signal<PhotoAsked | undefined>(undefined);

/** Going elsewhere is a no. */
route.subscribe(() => photoAsked.peek()?.answer(undefined));

/** Lets the person take a picture; resolves with none when they think better of it. */
export const takePhoto = (facing: Facing, action: string) =>
    new Promise<File | undefined>((resolve) => {
        photoAsked.value = {
            facing,
            action,
            answer: (file) => {
                photoAsked.value = undefined;
                resolve(file);
            },
        };
    });
