/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useId, useMemo, useState } from "preact/hooks";
import { language, words } from "../../i18n";
import { countries, guessCountry, searchCountries, type Country } from "../../model/countries";
import { Dialog } from "../../ui/Dialog";
import { ErrorText } from "../../ui/ErrorText";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";

export interface PhoneValue {
    country: string;
    number: string;
}

export function firstPhone(): PhoneValue {
    const list = countries("en");
    return { country: guessCountry(navigator.languages, list)?.code ?? "CN", number: "" };
}

interface PhoneFieldProps {
    value: PhoneValue;
    onInput: (value: PhoneValue) => void;
    error?: string | undefined;
    hint?: string;
}

/** A number typed with its calling code picks the country by itself. */
function adopt(list: readonly Country[], typed: string, present: string): PhoneValue {
    const digits = /^\s*(?:\+|00)\s*([\d\s-]+)$/.exec(typed)?.[1]?.replace(/\D/g, "");
    if (!digits) return { country: present, number: typed };
    const own = list.find((c) => c.code === present);
    if (own && digits.startsWith(own.calling)) return { country: present, number: digits.slice(own.calling.length) };
    const main: Record<string, string> = { "1": "US", "7": "RU", "39": "IT", "44": "GB", "47": "NO", "61": "AU", "358": "FI" };
    for (let length = 3; length >= 1; length--) {
        const calling = digits.slice(0, length);
        const found = list.filter((c) => c.calling === calling);
        const country = found.find((c) => c.code === main[calling]) ?? found[0];
        if (country && digits.length > length + 2) return { country: country.code, number: digits.slice(length) };
    }
    return { country: present, number: typed };
}

export function PhoneField({ value, onInput, error, hint }: PhoneFieldProps) {
    const id = useId();
    const [open, setOpen] = useState(false);
    const t = words();
    const list = useMemo(() => countries(language.value), [language.value]);
    const country = list.find((c) => c.code === value.country);
    return (
        <div class="field">
            <label for={id}>{t.phone}</label>
            <div class="phone-row">
                <button type="button" class="country-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
                    <span class="visually-hidden">{t.country}: </span>
                    <span aria-hidden="true" class="flag">
                        {country?.flag}
                    </span>
                    <span class="visually-hidden">{country?.name} </span>+{country?.calling}
                    <Icon name="down" mini />
                </button>
                <input
                    id={id}
                    class="input"
                    type="tel"
                    inputMode="tel"
                    autoComplete="tel-national"
                    maxLength={24}
                    value={value.number}
                    placeholder={t.phonePlaceholder}
                    aria-invalid={error ? "true" : undefined}
                    aria-describedby={`${id}-hint`}
                    onInput={(event) => onInput(adopt(list, event.currentTarget.value, value.country))}
                />
            </div>
            <div id={`${id}-hint`} aria-live="polite">
                {error ? <ErrorText text={error} /> : hint && <div class="hint">{hint}</div>}
            </div>
            {open && (
                <CountryDialog
                    list={list}
                    chosen={value.country}
                    onChoose={(code) => {
                        setOpen(false);
                        onInput({ ...value, country: code });
                    }}
                    onClose={() => setOpen(false)}
                />
            )}
        </div>
    );
}

interface CountryDialogProps {
    list: readonly Country[];
    chosen: string;
    onChoose: (code: string) => void;
    onClose: () => void;
}

function CountryDialog({ list, chosen, onChoose, onClose }: CountryDialogProps) {
    const [query, setQuery] = useState("");
    const [active, setActive] = useState(0);
    const t = words();
    const other = useMemo(() => countries(language.value === "en" ? "zh-CN" : "en"), [language.value]);
    const found = searchCountries(list, query, other);
    const key = (event: KeyboardEvent) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            const next = Math.max(0, Math.min(found.length - 1, active + step));
            setActive(next);
            document.getElementById(`country-${found[next]?.code}`)?.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter" && found[active]) {
            event.preventDefault();
            onChoose(found[active].code);
        }
    };
    return (
        <Dialog title={t.country} onClose={onClose} class="tall">
            <Field
                label={t.countrySearch}
                hideLabel
                value={query}
                onInput={(text) => {
                    setQuery(text);
                    setActive(0);
                }}
                input={{
                    type: "search",
                    placeholder: t.countrySearch,
                    autofocus: true,
                    role: "combobox",
                    "aria-expanded": true,
                    "aria-controls": "country-list",
                    "aria-activedescendant": found[active] ? `country-${found[active].code}` : undefined,
                    onKeyDown: key,
                }}
            />
            <ul id="country-list" class="country-list" role="listbox" aria-label={t.country}>
                {found.map((country, index) => (
                    <li
                        key={country.code}
                        id={`country-${country.code}`}
                        role="option"
                        aria-selected={country.code === chosen}
                        class={index === active ? "active" : ""}
                        onClick={() => onChoose(country.code)}
                    >
                        <span class="flag" aria-hidden="true">
                            {country.flag}
                        </span>
                        <span class="grow">{country.name}</span>
                        <span class="quiet">+{country.calling}</span>
                    </li>
                ))}
            </ul>
            {found.length === 0 && <p class="quiet">{t.nothingFound}</p>}
        </Dialog>
    );
}
