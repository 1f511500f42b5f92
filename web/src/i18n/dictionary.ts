/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { en } from "./en";

type Texts<T> = {
    [Key in keyof T]: T[Key] extends (...values: infer Values) => string ? (...values: Values) => string : string;
};

/** What each language must provide: the same keys as English, taking the same values. tsc holds them to it. */
export type Dictionary = Texts<typeof en>;
/** The keys of the texts that take no value. */
export type TextKey = { [Key in keyof Dictionary]: Dictionary[Key] extends string ? Key : never }[keyof Dictionary] & string;
