/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/statistics.h"

#include "privacy/statistics.h"
#include "store/act.h"

#include <stdio.h>

struct looking {
    str query, answer;
    struct statistics_standing standing;
};

static enum rc look(struct tx *tx, void *arg)
{
    struct looking *looking = arg;
    enum rc rc = statistics_last(tx, looking->query, &looking->answer);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return statistics_standing(tx, &looking->standing);
}

static enum rc tell(struct store *store, struct arena *arena, const struct account_request *request, char *told,
                    struct error *err)
{
    static const struct act act = {.actor = ACTOR_COMMAND,
                                   .purpose = PURPOSE_STATISTICS,
                                   .purposes = PURPOSE_BIT(PURPOSE_STATISTICS),
                                   .basis = BASIS_CONTRACT,
                                   .reason = "what was published of statistics"};
    struct looking looking = {.query = request->query, .answer = S("null")};
    if (request->release)
        TRY(statistics_ask(store, arena, request->query, &looking.answer, err));
    enum rc rc = store_write_wait(store, &act, arena, look, &looking);
    if (rc != RC_OK)
        return error_set(err, rc, "%s", rc_name(rc));
    int len =
        snprintf(told, ACCOUNT_TOLD_MAX, "{\"answer\":%.*s,\"left_micro\":%lld,\"renewed_ms\":%lld}",
                 STR_ARG(looking.answer), (long long)looking.standing.left, (long long)looking.standing.renewed_ms);
    return len < ACCOUNT_TOLD_MAX ? RC_OK : error_set(err, RC_TOO_LARGE, "the answer is too long");
}

enum rc statistics_tell(struct store *store, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                        struct error *err)
{
    struct arena arena = ARENA_INIT;
    enum rc rc = tell(store, &arena, request, ret_told, err);
    arena_fini(&arena);
    return rc;
}
