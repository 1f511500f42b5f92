/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { useEffect, useRef, useState } from "preact/hooks";
import "../../styles/search.css";
import { words } from "../../i18n";
import { dayName } from "../../i18n/format";
import { errorText } from "../../model/errors";
import { createSearch, type Search as SearchState } from "../../state/search";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorText } from "../../ui/ErrorText";
import { Icon } from "../../ui/Icon";
import { Spinner } from "../../ui/Spinner";
import { Result } from "./Result";

/** Whoever still types is not asked for yet. */
const pause = 350;

/** The field and what was found: in one chat, or in all of them. */
export function Search({ roomId }: { roomId?: string }) {
    const [search] = useState(() => createSearch(roomId));
    const field = useRef<HTMLInputElement>(null);
    const box = useRef<HTMLDivElement>(null);
    const t = words();
    const query = search.query.value;
    useEffect(() => field.current?.focus(), []);
    useEffect(() => search.stop, []);
    useEffect(() => {
        const timer = setTimeout(() => void search.run(), query.trim() === "" ? 0 : pause);
        return () => clearTimeout(timer);
    }, [query]);

    /* Down from the field into the results, and on among them. */
    function onKeyDown(event: KeyboardEvent): void {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step || event.isComposing) return;
        const stops = [field.current, ...(box.current?.querySelectorAll<HTMLElement>(".search-result") ?? [])];
        const next = stops[stops.indexOf(document.activeElement as HTMLElement) + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
    }

    return (
        <div ref={box} class="search" onKeyDown={onKeyDown}>
            <form
                class="search-field"
                role="search"
                onSubmit={(event) => {
                    event.preventDefault();
                    void search.run();
                }}
            >
                <Icon name="search" />
                <input
                    ref={field}
                    type="search"
                    class="input"
                    aria-label={roomId ? t.searchInChat : t.searchMessages}
                    placeholder={roomId ? t.searchInChat : t.searchMessages}
                    maxLength={200}
                    value={query}
                    onInput={(event) => (search.query.value = event.currentTarget.value)}
                />
            </form>
            <Results search={search} />
        </div>
    );
}

function Results({ search }: { search: SearchState }) {
    const t = words();
    const found = search.results.value;
    const loading = search.state.value === "loading";
    if (!search.asked.value) return <EmptyState icon="search" title={t.searchTitle} text={t.searchText} />;
    return (
        <>
            <p class="visually-hidden" role="status">
                {loading ? t.searching : t.searchFound(found.length, search.more.value)}
            </p>
            <ul class="search-results" aria-label={t.searchResults}>
                {found.map((result) => (
                    <Result key={result.id} found={result} withRoom={!search.roomId} />
                ))}
            </ul>
            {loading && (
                <div class="centered">
                    <Spinner />
                </div>
            )}
            {search.error.value !== undefined && (
                <div class="search-note">
                    <ErrorText text={t[errorText(search.error.value)]} />
                    <Button compact onClick={() => void search.run()}>
                        {t.tryAgain}
                    </Button>
                </div>
            )}
            {!loading && search.error.value === undefined && found.length === 0 && <p class="search-note quiet">{t.searchNothing}</p>}
            {search.more.value && !loading && (
                <div class="search-note">
                    <Button compact onClick={() => void search.loadMore()}>
                        {t.searchMore}
                    </Button>
                </div>
            )}
            {search.bounded.value && !loading && !search.more.value && (
                <p class="search-note quiet small" role="status">
                    {search.roomId ? t.searchBoundedHere : t.searchBounded}
                </p>
            )}
            <OnThisDevice search={search} />
        </>
    );
}

/** Encrypted messages: said plainly, with a way further back. */
function OnThisDevice({ search }: { search: SearchState }) {
    const t = words();
    const local = search.local.value;
    if (local.rooms === 0 || search.state.value !== "done") return null;
    return (
        <div class="search-note">
            <p class="quiet small" role="status">
                {local.complete ? t.searchLocalAll : t.searchLocal(dayName(local.since))}
            </p>
            {local.busy ? (
                <Button compact onClick={search.stop}>
                    <Spinner /> {t.searchStop}
                </Button>
            ) : (
                !local.complete && (
                    <Button compact onClick={() => void search.searchFurther()}>
                        {t.searchFurther}
                    </Button>
                )
            )}
        </div>
    );
}
