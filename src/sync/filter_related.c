/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/filter_related.h"

enum { MAX_RELATED = 200 };

static bool list_has(const struct filter_list *list, str item)
{
    if (!list)
        return true;
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], item))
            return true;
    return false;
}

enum rc filter_related_allows(struct tx *tx, const struct room *room, const struct visibility *visibility,
                              const struct event_filter *filter, const struct event *event, bool *ret_allowed)
{
    *ret_allowed = true;
    if (!filter->related_by_rel_types && !filter->related_by_senders)
        return RC_OK;
    struct event_list children;
    TRY(events_related(tx, room, event->event_id, STR_NONE, STR_NONE, 0, INT64_MAX, true, MAX_RELATED, &children));
    for (size_t i = 0; i < children.count; i++) {
        const struct event *child = children.items[i];
        if (!child->redacted && (!visibility || visibility_allows(visibility, child))
            && list_has(filter->related_by_rel_types, child->relation_type)
            && list_has(filter->related_by_senders, child->sender))
            return RC_OK;
    }
    *ret_allowed = false;
    return RC_OK;
}
