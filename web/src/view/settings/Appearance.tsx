/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { language, setLanguage, words } from "../../i18n";
import { chooseTheme, theme } from "../../state/theme";
import { Segmented } from "../../ui/Segmented";

export function Appearance() {
    const t = words();
    const themes = [
        { value: "system", text: t.themeSystem },
        { value: "light", text: t.themeLight },
        { value: "dark", text: t.themeDark },
    ] as const;
    const languages = [
        { value: "en", text: "English" },
        { value: "zh-CN", text: "简体中文" },
    ] as const;
    return (
        <>
            <div class="field">
                <h2 class="field-label">{t.theme}</h2>
                <Segmented label={t.theme} options={themes} value={theme.value} onChange={chooseTheme} />
            </div>
            <div class="field">
                <h2 class="field-label">{t.language}</h2>
                <Segmented label={t.language} options={languages} value={language.value} onChange={(value) => void setLanguage(value)} />
            </div>
        </>
    );
}
