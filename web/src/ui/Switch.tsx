/* SPDX-License-Identifier: AGPL-3.0-or-later */
interface SwitchProps {
    label: string;
    on: boolean;
    disabled?: boolean;
    onChange: (on: boolean) => void;
}

/** On or off, at once: nothing has to be saved. */
export const Switch = ({ label, on, disabled, onChange }: SwitchProps) => (
    <button type="button" role="switch" class="switch" aria-checked={on} aria-label={label} disabled={disabled} onClick={() => onChange(!on)} />
);
