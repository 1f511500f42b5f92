/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { words } from "../../i18n";
import { go, hrefTo } from "../../state/route";
import { Icon } from "../../ui/Icon";
import { Search } from "./Search";

/** Search in all chats, as a place of its own. */
export function SearchPlace() {
    const t = words();
    return (
        <section
            class="search-place"
            aria-label={t.searchMessages}
            onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && go({ at: "home" })}
        >
            <header class="room-head">
                <a class="icon-button only-narrow" href={hrefTo({ at: "home" })} aria-label={t.back}>
                    <Icon name="back" />
                </a>
                <h1 class="clip grow">{t.searchMessages}</h1>
            </header>
            <Search />
        </section>
    );
}
