/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon";

interface ChoiceProps {
    label: string;
    options: readonly { value: string; text: string }[];
    value: string;
    onChange: (value: string) => void;
    hint?: ComponentChildren;
    disabled?: boolean;
}

/** One of several, by the system's own list: it knows best how its people choose on their device. */
export function Choice({ label, options, value, onChange, hint, disabled }: ChoiceProps) {
    const id = useId();
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <div class="choice">
                <select
                    id={id}
                    class="input"
                    value={value}
                    disabled={disabled}
                    aria-describedby={hint ? `${id}-hint` : undefined}
                    onChange={(event) => onChange(event.currentTarget.value)}
                >
                    {options.map((option) => (
                        <option key={option.value} value={option.value}>
                            {option.text}
                        </option>
                    ))}
                </select>
                <Icon name="down" />
            </div>
            {hint && (
                <div id={`${id}-hint`} class="hint">
                    {hint}
                </div>
            )}
        </div>
    );
}
