/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef, useState } from "preact/hooks";
import { language, words, type Language } from "../../i18n";
import { emojiGroups, searchEmoji, type Emoji } from "../../model/emoji";
import { readPreference, writePreference } from "../../platform/preferences";
import { Spinner } from "../../ui/Spinner";
import { usePlacement } from "../../ui/usePlacement";

const load: Record<Language, () => Promise<Emoji[]>> = {
    en: () => import("emoji-picker-element-data/en/cldr/data.json").then((module) => module.default as Emoji[]),
    "zh-CN": () => import("emoji-picker-element-data/zh/cldr/data.json").then((module) => module.default as Emoji[]),
};

const recentCount = 18;
const readRecent = () => (readPreference("emoji") ?? "").split(" ").filter(Boolean);

interface EmojiPickerProps {
    onChoose: (emoji: string) => void;
    onClose: () => void;
    align: "start" | "end";
}

export function EmojiPicker({ onChoose, onClose, align }: EmojiPickerProps) {
    const [all, setAll] = useState<Emoji[]>();
    const [query, setQuery] = useState("");
    const [recent] = useState(readRecent);
    const box = useRef<HTMLDivElement>(null);
    usePlacement(box, "above", align);
    const t = words();

    useEffect(() => void load[language.value]().then(setAll), [language.value]);
    useEffect(() => {
        const outside = (event: Event) => {
            if (!box.current?.contains(event.target as Node)) onClose();
        };
        document.addEventListener("pointerdown", outside, true);
        return () => document.removeEventListener("pointerdown", outside, true);
    }, []);

    function choose(emoji: string): void {
        writePreference("emoji", [emoji, ...readRecent().filter((e) => e !== emoji)].slice(0, recentCount).join(" "));
        onChoose(emoji);
    }

    function onKeyDown(event: KeyboardEvent): void {
        if (event.key === "Escape") {
            event.preventDefault();
            event.stopPropagation();
            return onClose();
        }
        const target = event.target as HTMLElement;
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 9, ArrowUp: -9 }[event.key];
        if (!step) return;
        const buttons = [...(box.current?.querySelectorAll<HTMLElement>(".emoji-grid button") ?? [])];
        const at = buttons.indexOf(target);
        if (at < 0 && event.key !== "ArrowDown") return;
        event.preventDefault();
        buttons[at < 0 ? 0 : Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
    }

    const grid = (list: readonly { emoji: string; annotation?: string }[]) => (
        <div class="emoji-grid">
            {list.map(({ emoji, annotation }) => (
                <button key={emoji} type="button" tabIndex={-1} title={annotation} aria-label={annotation ?? emoji} onClick={() => choose(emoji)}>
                    {emoji}
                </button>
            ))}
        </div>
    );

    const names = [t.emojiSmileys, t.emojiPeople, "", t.emojiNature, t.emojiFood, t.emojiTravel, t.emojiActivities, t.emojiObjects, t.emojiSymbols, t.emojiFlags];
    return (
        <div ref={box} class="emoji-picker" role="dialog" aria-label={t.emoji} onKeyDown={onKeyDown}>
            <input
                class="input"
                type="search"
                aria-label={t.emojiSearch}
                placeholder={t.emojiSearch}
                autofocus
                value={query}
                onInput={(event) => setQuery(event.currentTarget.value)}
                ref={(input) => {
                    if (input && !query) input.focus();
                }}
            />
            <div class="emoji-scroll" tabIndex={0}>
                {!all ? (
                    <div class="centered">
                        <Spinner />
                    </div>
                ) : query.trim() ? (
                    grid(searchEmoji(all, query))
                ) : (
                    <>
                        {recent.length > 0 && (
                            <section>
                                <h3>{t.emojiRecent}</h3>
                                {grid(recent.map((emoji) => ({ emoji })))}
                            </section>
                        )}
                        {emojiGroups(all).map(({ group, list }) => (
                            <section key={group}>
                                <h3>{names[group]}</h3>
                                {grid(list)}
                            </section>
                        ))}
                    </>
                )}
            </div>
        </div>
    );
}
