/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Questions of sliding sync from any text: what is read keeps the limits, and a joined config covers what it was joined
 * of. */
#include "sync/sliding/connections.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check_config(const struct sliding_config *config)
{
    need(config->timeline_limit >= 0 && config->timeline_limit <= SLIDING_TIMELINE_MAX);
    need(config->state_count <= SLIDING_STATE_MAX);
}

static void check_covers(const struct sliding_config *joined, const struct sliding_config *one)
{
    struct kept_config *kept = kept_config_new(joined);
    need(kept_config_covers(kept, one));
    need(joined->timeline_limit >= one->timeline_limit);
    kept_config_unref(&kept);
}

static void check_list(const struct sliding_list *list)
{
    check_config(&list->config);
    need(list->range_count <= SLIDING_RANGES_MAX);
    for (size_t i = 0; i < list->range_count; i++)
        need(list->ranges[i][0] >= 0 && list->ranges[i][0] <= list->ranges[i][1]);
}

static void check(struct arena *arena, const struct sliding_question *question)
{
    const struct sliding_config *all = NULL;
    need(question->list_count <= SLIDING_LISTS_MAX && question->subscription_count <= SLIDING_SUBSCRIPTIONS_MAX);
    for (size_t i = 0; i < question->list_count; i++) {
        check_list(&question->lists[i]);
        all = sliding_config_join(arena, all, &question->lists[i].config);
    }
    for (size_t i = 0; i < question->subscription_count; i++) {
        check_config(&question->subscriptions[i].config);
        all = sliding_config_join(arena, all, &question->subscriptions[i].config);
    }
    for (size_t i = 0; i < question->list_count; i++)
        check_covers(all, &question->lists[i].config);
    for (size_t i = 0; i < question->subscription_count; i++)
        check_covers(all, &question->subscriptions[i].config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct sliding_question question;
    struct error err;
    yyjson_val *body;
    if (json_parse_object(&arena, str_from(data, size), true, &body, NULL) == RC_OK
        && sliding_question_read(&arena, body, S("@me:example.org"), &question, &err) == RC_OK)
        check(&arena, &question);
    arena_fini(&arena);
    return 0;
}
