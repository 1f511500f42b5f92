/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Filters from any text: what parses can be asked anything, and exclusion always wins. */
#include "sync/filter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const str types[] = {STR_INIT("m.room.message"), STR_INIT("m.room.member"), STR_INIT(""), STR_INIT("*")};
static const str senders[] = {STR_INIT("@a:b"), STR_INIT("")};

static bool names(const struct filter_list *list, str item)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], item))
            return true;
    return false;
}

static void ask(const struct event_filter *filter)
{
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (size_t s = 0; s < sizeof senders / sizeof *senders; s++) {
            bool allowed = event_filter_allows_type(filter, types[t], senders[s]);
            if (allowed && (names(&filter->not_types, types[t]) || names(&filter->not_senders, senders[s])))
                abort();
            if (!allowed && filter->plain)
                abort();
        }
    if (filter->limit < 0 || filter->limit > FILTER_MAX_LIMIT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct filter filter;
    yyjson_val *object;
    if (json_parse_object(&arena, str_from(data, size), true, &object, NULL) == RC_OK
        && filter_parse(&arena, object, &filter, NULL) == RC_OK) {
        const struct event_filter *parts[] = {&filter.presence,          &filter.account_data, &filter.ephemeral,
                                              &filter.room_account_data, &filter.state,        &filter.timeline};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            ask(parts[i]);
        if (filter_allows_room(&filter, S("!r")) && names(&filter.not_rooms, S("!r")))
            abort();
    }
    arena_fini(&arena);
    return 0;
}
