/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { words } from "../i18n";
import { IconButton } from "./Button";
import { ErrorText } from "./ErrorText";
import { useAutofocus } from "./useAutofocus";

interface FieldProps {
    label: string;
    value: string;
    onInput: (value: string) => void;
    hint?: ComponentChildren;
    error?: string | undefined;
    type?: "text" | "password" | "search" | "tel" | "email";
    hideLabel?: boolean;
    input?: Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onInput">;
    children?: ComponentChildren;
}

export function Field({ label, value, onInput, hint, error, type = "text", hideLabel, input, children }: FieldProps) {
    const id = useId();
    const ref = useRef<HTMLInputElement>(null);
    useAutofocus(ref, input?.autofocus === true);
    /* As a plain object: the types tell each kind of input apart, this passes any through. */
    const attributes: object = {
        ...input,
        id,
        type,
        class: "input",
        "aria-invalid": error ? "true" : undefined,
        "aria-describedby": `${id}-hint`,
        ref,
    };
    return (
        <div class="field">
            <label for={id} class={hideLabel ? "visually-hidden" : ""}>
                {label}
            </label>
            <div class="input-row">
                <input {...attributes} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
                {children}
            </div>
            <div id={`${id}-hint`} aria-live="polite">
                {error ? <ErrorText text={error} /> : hint ? <div class="hint">{hint}</div> : null}
            </div>
        </div>
    );
}

interface PasswordProps {
    label: string;
    value: string;
    onInput: (value: string) => void;
    fresh?: boolean;
    hint?: ComponentChildren;
    error?: string | undefined;
    autofocus?: boolean;
}

export function PasswordField({ label, value, onInput, fresh, hint, error, autofocus }: PasswordProps) {
    const [shown, setShown] = useState(false);
    const t = words();
    return (
        <Field
            label={label}
            value={value}
            onInput={onInput}
            hint={hint}
            error={error}
            type={shown ? "text" : "password"}
            input={{
                autoComplete: fresh ? "new-password" : "current-password",
                autocapitalize: "none",
                spellcheck: false,
                maxLength: 256,
                autofocus: autofocus ?? false,
            }}
        >
            <IconButton
                icon={shown ? "eyeOff" : "eye"}
                label={shown ? t.hidePassword : t.showPassword}
                onClick={() => setShown(!shown)}
            />
        </Field>
    );
}
