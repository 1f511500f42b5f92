/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useState } from "preact/hooks";
import { words } from "../../i18n";
import { searchPeople, type Found } from "../../state/roomActions";
import { localpart, session } from "../../state/session";
import { Avatar } from "../../ui/Avatar";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";

interface PeoplePickerProps {
    chosen: readonly Found[];
    onToggle: (person: Found) => void;
    /** People who needn't be offered, being there already. */
    without?: ReadonlySet<string>;
    autofocus?: boolean;
}

/** Somebody whose exact name was typed can be chosen even if the directory doesn't list them. */
function exact(term: string, self: string): Found | undefined {
    const server = self.slice(self.indexOf(":") + 1);
    const name = term.replace(/^@/, "").toLowerCase();
    if (/^[a-z0-9._=/-]+$/.test(name)) return { userId: `@${name}:${server}`, name };
    return /^[a-z0-9._=/-]+:\S+$/.test(name) ? { userId: `@${name}`, name: localpart(`@${name}`) } : undefined;
}

export function PeoplePicker({ chosen, onToggle, without, autofocus }: PeoplePickerProps) {
    const [term, setTerm] = useState("");
    const [found, setFound] = useState<Found[]>([]);
    const [busy, setBusy] = useState(false);
    const t = words();
    const self = session.value?.userId ?? "";

    useEffect(() => {
        const wanted = term.trim();
        if (!wanted) return setFound([]);
        let current = true;
        setBusy(true);
        const timer = setTimeout(() => {
            void searchPeople(wanted.replace(/^@/, ""))
                .catch((): Found[] => [])
                .then((people) => {
                    if (!current) return;
                    const named = exact(wanted, self);
                    const all = named && !people.some((p) => p.userId === named.userId) ? [...people, named] : people;
                    setFound(all.filter((p) => p.userId !== self && !without?.has(p.userId)));
                    setBusy(false);
                });
        }, 250);
        return () => {
            current = false;
            clearTimeout(timer);
        };
    }, [term]);

    const has = (userId: string) => chosen.some((person) => person.userId === userId);
    return (
        <div class="people-picker">
            {chosen.length > 0 && (
                <ul class="chips" aria-label={t.chosenPeople}>
                    {chosen.map((person) => (
                        <li key={person.userId}>
                            <button type="button" class="chip" onClick={() => onToggle(person)} aria-label={t.removePerson(person.name)}>
                                {person.name}
                                <Icon name="close" mini />
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            <Field
                label={t.findPeople}
                value={term}
                onInput={setTerm}
                type="search"
                hint={t.findPeopleHint}
                input={{ autocapitalize: "none", autoComplete: "off", spellcheck: false, autofocus: autofocus ?? false, placeholder: t.accountName }}
            />
            <ul class="people-found" aria-busy={busy}>
                {busy && found.length === 0 && (
                    <li class="centered short">
                        <Spinner />
                    </li>
                )}
                {found.map((person) => (
                    <li key={person.userId}>
                        <button
                            type="button"
                            class="person-row"
                            aria-pressed={has(person.userId)}
                            onClick={() => {
                                onToggle(person);
                                setTerm("");
                            }}
                        >
                            <Avatar id={person.userId} name={person.name} mxc={person.avatar} />
                            <span class="grow">
                                <strong class="clip">{person.name}</strong>
                                <span class="quiet small clip">{person.userId}</span>
                            </span>
                            {has(person.userId) && <Icon name="check" />}
                        </button>
                    </li>
                ))}
            </ul>
        </div>
    );
}

/** Adds the person, or takes them out again. */
export const toggled = (list: readonly Found[], person: Found): Found[] =>
    list.some((p) => p.userId === person.userId) ? list.filter((p) => p.userId !== person.userId) : [...list, person];
