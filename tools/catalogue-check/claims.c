/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/technical.h"
#include "census.h"

#include <stdarg.h>
#include <stdio.h>

static const char *place_words(enum place place)
{
    switch (place) {
    case PLACE_CHAT: return "column of chat.db";
    case PLACE_VAULT: return "column of vault.db";
    case PLACE_KEYS: return "column of keys.db";
    case PLACE_SEARCH: return "column of search.db";
    case PLACE_LOG: return "log field";
    case PLACE_COOKIE: return "cookie";
    case PLACE_HEADER: return "header";
    case PLACE_BROWSER: return "key of the browser's storage";
    case PLACE_FILES:
    case PLACE_MEMORY: break;
    }
    return "place";
}

/* What the check can look for. */
static bool is_visible(enum place place)
{
    return place != PLACE_FILES && place != PLACE_MEMORY;
}

void census_find(struct census *census, const char *format, ...)
{
    va_list args;
    char line[512];
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    strbuf_printf(&census->report, "%s\n", line);
    census->findings++;
}

static struct claim *claim_of(const struct census *census, enum place place, str table, str name)
{
    for (size_t i = 0; i < census->claims.count; i++) {
        struct claim *claim = &census->claims.items[i];
        if (claim->place == place && str_eq(claim->table, table) && str_eq(claim->name, name))
            return claim;
    }
    return NULL;
}

static void add(struct census *census, struct claim claim)
{
    const struct claim *other = claim_of(census, claim.place, claim.table, claim.name);
    if (!other)
        vec_push(&census->claims, claim);
    else if (!other->is_value || !claim.is_value)
        census_find(census, "catalogue: %s \"%.*s%s%.*s\" is claimed by %s and by %s", place_words(claim.place),
                    STR_ARG(claim.table), claim.table.len ? "." : "", STR_ARG(claim.name), other->by, claim.by);
}

static bool lists(const char *names, const char *name)
{
    for (str rest = str_of(names), one; rest.len;) {
        rest = str_split(rest, ' ', &one);
        if (str_eq(one, str_of(name)))
            return true;
    }
    return false;
}

static void add_all(struct census *census, struct claim like, const char *names)
{
    for (str rest = str_of(names); rest.len;) {
        rest = str_split(rest, ' ', &like.name);
        if (like.name.len)
            add(census, like);
    }
}

static void add_row(struct census *census, const struct catalogue_row *row)
{
    struct claim claim = {.place = row->place, .table = str_of(row->table), .by = row->name};
    if (!is_visible(row->place))
        return;
    claim.is_value = row->place == PLACE_VAULT && row->keeper != KEEPER_MODULE;
    if (row->columns)
        add_all(census, claim, row->columns);
    else /* a header, a log field, a cookie: its name is where it is */
        add(census, (struct claim){.place = row->place, .table = S(""), .name = claim.table, .by = row->name});
    if (row->subject_column && !lists(row->columns, row->subject_column))
        census_find(census, "catalogue: %s says its subject is in %s, which it does not claim", row->name,
                    row->subject_column);
    if (row->time_column && !lists(row->columns, row->time_column))
        census_find(census, "catalogue: %s says its time is in %s, which it does not claim", row->name,
                    row->time_column);
}

void census_init(struct census *census)
{
    *census = (struct census){.arena = ARENA_INIT, .report = STRBUF_INIT};
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        add_row(census, catalogue_row((enum personal_field)field));
    for (size_t i = 0; i < catalogue_technical_count; i++) {
        const struct technical *entry = &catalogue_technical[i];
        struct claim claim = {.place = entry->place, .table = str_of(entry->table), .by = "technical.c"};
        if (!entry->table)
            claim.table = S("");
        add_all(census, claim, entry->names);
    }
}

void census_fini(struct census *census)
{
    vec_fini(&census->claims);
    strbuf_fini(&census->report);
    arena_fini(&census->arena);
}

void census_seen(struct census *census, enum place place, str table, str name, str where)
{
    struct claim *claim = claim_of(census, place, table, name);
    if (claim)
        claim->seen = true;
    else
        census_find(census, "%.*s: %s \"%.*s%s%.*s\" is not in the catalogue", STR_ARG(where), place_words(place),
                    STR_ARG(table), table.len ? "." : "", STR_ARG(name));
}

void census_unused(struct census *census)
{
    for (size_t i = 0; i < census->claims.count; i++) {
        const struct claim *claim = &census->claims.items[i];
        if (!claim->seen)
            census_find(census, "catalogue: %s names %s \"%.*s%s%.*s\", which does not exist (any more)", claim->by,
                        place_words(claim->place), STR_ARG(claim->table), claim->table.len ? "." : "",
                        STR_ARG(claim->name));
    }
}
