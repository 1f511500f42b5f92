/* SPDX-License-Identifier: AGPL-3.0-or-later */
interface SegmentedProps<T extends string> {
    label: string;
    options: readonly { value: T; text: string }[];
    value: T;
    onChange: (value: T) => void;
}

/** A choice of few: radio buttons in one piece, moved through with the arrows. */
export function Segmented<T extends string>({ label, options, value, onChange }: SegmentedProps<T>) {
    const move = (event: KeyboardEvent) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const at = options.findIndex((option) => option.value === value);
        const next = options[(at + step + options.length) % options.length];
        if (!next) return;
        onChange(next.value);
        const group = event.currentTarget as HTMLElement;
        (group.children[options.indexOf(next)] as HTMLElement | undefined)?.focus();
    };
    return (
        <div class="segmented" role="radiogroup" aria-label={label} onKeyDown={move}>
            {options.map((option) => (
                <button
                    key={option.value}
                    type="button"
                    role="radio"
                    aria-checked={option.value === value}
                    tabIndex={option.value === value ? 0 : -1}
                    onClick={() => onChange(option.value)}
                >
                    {option.text}
                </button>
            ))}
        </div>
    );
}
