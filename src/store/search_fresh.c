/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_fresh.h"

#include "store/search_rows.h"

enum { MOST_BYTES = 4 << 20 };

static void add(struct search_fresh *fresh, const struct event *event)
{
    if (!search_may_say(event))
        return;
    vec_push(&fresh->events, event_ref(event));
    fresh->bytes += sizeof *event + event->pdu.len + event->client.len;
}

/* Where the first notice begins is not known: what it tells of is read from the rows. */
void search_fresh_add(struct search_fresh *fresh, const struct notice *notice)
{
    if (!fresh->upto) {
        search_fresh_clear(fresh, notice->pos);
        return;
    }
    for (size_t i = 0; i < notice->room_count; i++)
        for (size_t j = 0; j < notice->rooms[i].event_count; j++)
            add(fresh, notice->rooms[i].events[j]);
    fresh->upto = notice->pos;
    if (fresh->bytes > MOST_BYTES)
        search_fresh_clear(fresh, notice->pos);
}

static int by_place(const void *a, const void *b)
{
    int64_t left = (*(const struct event *const *)a)->pos, right = (*(const struct event *const *)b)->pos;
    return (left > right) - (left < right);
}

/* A notice has them room by room. */
void search_fresh_sort(struct search_fresh *fresh)
{
    if (fresh->events.count)
        qsort(fresh->events.items, fresh->events.count, sizeof *fresh->events.items, by_place);
}

void search_fresh_clear(struct search_fresh *fresh, int64_t from)
{
    for (size_t i = 0; i < fresh->events.count; i++)
        event_unref(&fresh->events.items[i]);
    fresh->events.count = 0;
    fresh->bytes = 0;
    fresh->from = fresh->upto = from;
}

void search_fresh_fini(struct search_fresh *fresh)
{
    search_fresh_clear(fresh, 0);
    vec_fini(&fresh->events);
}
