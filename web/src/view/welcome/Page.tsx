/* SPDX-License-Identifier: AGPL-3.0-or-later */
import type { ComponentChildren } from "preact";
import { language, setLanguage, words } from "../../i18n";
import { chooseTheme, theme } from "../../state/theme";
import { IconButton } from "../../ui/Button";
import { Segmented } from "../../ui/Segmented";

const languageNames = [
    { value: "en", text: "English" },
    { value: "zh-CN", text: "中文" },
] as const;

export const LanguageSwitch = () => (
    <Segmented
        label="Language · 语言"
        options={languageNames}
        value={language.value}
        onChange={(value) => void setLanguage(value)}
    />
);

function isDark(): boolean {
    return theme.value === "dark" || (theme.value === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

export function TopBar() {
    return (
        <header class="top-bar">
            <a class="brand" href="#/">
                <img src="/icon.svg" alt="" />
                Parley
            </a>
            <span class="grow" />
            <IconButton icon="palette" label={words().switchTheme} onClick={() => chooseTheme(isDark() ? "light" : "dark")} />
            <LanguageSwitch />
        </header>
    );
}

interface CardProps {
    title: string;
    step?: { at: number; of: number };
    lead?: ComponentChildren;
    children: ComponentChildren;
    foot?: ComponentChildren;
}

/** One question at a time, in the middle of a calm page. */
export function CardPage({ title, step, lead, children, foot }: CardProps) {
    return (
        <div class="outside">
            <TopBar />
            <main class="card-stage">
                <section class="card">
                    {step && (
                        <div class="steps" role="img" aria-label={words().stepOf(step.at, step.of)}>
                            {Array.from({ length: step.of }, (_, i) => (
                                <span key={i} class={i < step.at ? "done" : ""} />
                            ))}
                        </div>
                    )}
                    <h1>{title}</h1>
                    {lead && <p class="lead">{lead}</p>}
                    {children}
                </section>
                {foot && <div class="card-foot">{foot}</div>}
            </main>
        </div>
    );
}
