/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/statistics.h"

#include "privacy/audit.h"
#include "privacy/noise.h"
#include "privacy/statistics_private.h"

#define MICRO INT64_C(1000000)
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* Noise is beyond n scales of itself with probability below e^-n. */
static int64_t scales(const struct statistics_query *query, int64_t n)
{
    return (n * query->most * MICRO + STATISTICS_EPSILON - 1) / STATISTICS_EPSILON;
}

/* A group below the minimum is shown by noise that is seven scales high: less than once in a thousand times. */
static int64_t least_shown(const struct statistics_query *query)
{
    return STATISTICS_GROUP_MIN * query->most_each + scales(query, 7);
}

int64_t statistics_noisy(struct env *env, const struct statistics_query *query, int64_t exact, bool *ret_shown)
{
    int64_t noisy = exact + noise_laplace(env, (uint64_t)(query->most * MICRO), (uint64_t)STATISTICS_EPSILON);
    *ret_shown = noisy >= least_shown(query);
    return noisy;
}

static const struct statistics_query *query_find(str name)
{
    for (size_t i = 0; i < statistics_query_count; i++) {
        if (str_eq(name, str_of(statistics_queries[i].name)))
            return &statistics_queries[i];
    }
    return NULL;
}

const char *statistics_query_name(size_t i)
{
    return i < statistics_query_count ? statistics_queries[i].name : NULL;
}

const char *statistics_query_title(size_t i)
{
    return i < statistics_query_count ? statistics_queries[i].title : NULL;
}

/* ---- one answer ---- */

struct asking {
    const struct statistics_query *query;
    str answer;
    struct error *err;
};

static str answer_text(struct tx *tx, const struct statistics_query *query, const struct statistics_numbers *numbers)
{
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "{\"query\":\"%s\",\"title\":\"%s\",\"at_ms\":%lld,\"epsilon_micro\":%lld,\"margin\":%lld,",
                  query->name, query->title, (long long)env_now_ms(tx->env), (long long)STATISTICS_EPSILON,
                  (long long)scales(query, 3));
    strbuf_add(&out, S("\"numbers\":["));
    for (size_t i = 0; i < numbers->count; i++) {
        bool shown;
        int64_t noisy = statistics_noisy(tx->env, query, numbers->numbers[i].exact, &shown);
        strbuf_add(&out, i ? S(",{\"label\":") : S("{\"label\":"));
        strbuf_add_json(&out, numbers->numbers[i].label);
        strbuf_add(&out, S(",\"count\":"));
        if (shown)
            strbuf_add_i64(&out, noisy);
        else
            strbuf_add(&out, S("null"));
        strbuf_add_char(&out, '}');
    }
    strbuf_add(&out, S("]}"));
    str text = strbuf_to_arena(&out, tx->arena);
    strbuf_fini(&out);
    return text;
}

static enum rc check_budget(struct tx *tx, struct error *err)
{
    struct statistics_standing standing;
    TRY(statistics_standing(tx, &standing));
    if (standing.left >= STATISTICS_EPSILON)
        return RC_OK;
    int64_t days = (standing.renewed_ms - env_now_ms(tx->env) + DAY_MS - 1) / DAY_MS;
    return error_set(err, RC_LIMITED,
                     "the privacy budget is spent: a year's answers may tell so much of a person and no more;"
                     " the next one is possible in %lld days",
                     (long long)days);
}

static enum rc check_fields(struct tx *tx, const struct statistics_query *query)
{
    for (size_t i = 0; i < sizeof query->fields / sizeof *query->fields && query->fields[i]; i++)
        TRY(gate_check(tx, 0, query->fields[i], PURPOSE_STATISTICS));
    return RC_OK;
}

static enum rc record(struct tx *tx, const struct statistics_query *query)
{
    const struct audit_entry entry = {
        .kind = AUDIT_STATISTICS,
        .purpose = PURPOSE_STATISTICS,
        .detail = arena_printf(tx->arena, "%s, %lld micro epsilon", query->name, (long long)STATISTICS_EPSILON)};
    return audit_append(tx, &entry);
}

/* Maybe more than once, when the commit has to be repeated: of the answers only the one that was paid for leaves. */
static enum rc ask_run(struct tx *tx, void *arg)
{
    struct asking *asking = arg;
    struct statistics_numbers numbers = {.count = 0};
    int64_t now = env_now_ms(tx->env);
    enum rc rc = statistics_answered(tx, str_of(asking->query->name), now - now % DAY_MS, &asking->answer);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(check_budget(tx, asking->err));
    TRY(check_fields(tx, asking->query));
    TRY(asking->query->count(tx, &numbers));
    asking->answer = answer_text(tx, asking->query, &numbers);
    TRY(statistics_spend(tx, asking->query, asking->answer));
    return record(tx, asking->query);
}

enum rc statistics_ask(struct store *store, struct arena *arena, str query, str *ret_answer, struct error *err)
{
    static const struct act act = {.actor = ACTOR_COMMAND,
                                   .purpose = PURPOSE_STATISTICS,
                                   .purposes = PURPOSE_BIT(PURPOSE_STATISTICS),
                                   .basis = BASIS_CONTRACT,
                                   .reason = "statistics without identities"};
    struct error local = {.text = ""};
    struct asking asking = {.query = query_find(query), .err = &local};
    if (!asking.query)
        return error_set(err, RC_NOT_FOUND, "there is no such statistic");
    /* Returns after the commit is durable. */
    enum rc rc = store_write_wait(store, &act, arena, ask_run, &asking);
    if (rc != RC_OK)
        return error_set(err, rc, "%s", local.text[0] ? local.text : rc_name(rc));
    *ret_answer = asking.answer;
    return RC_OK;
}

enum rc statistics_standing(struct tx *tx, struct statistics_standing *ret_standing)
{
    int64_t spent = 0, oldest_ms = 0;
    TRY(statistics_spent(tx, &spent, &oldest_ms));
    *ret_standing = (struct statistics_standing){
        .left = STATISTICS_BUDGET - spent, .renewed_ms = oldest_ms ? oldest_ms + STATISTICS_PERIOD_DAYS * DAY_MS : 0};
    return RC_OK;
}

enum rc statistics_last(struct tx *tx, str query, str *ret_answer)
{
    return statistics_answered(tx, query, INT64_MIN, ret_answer);
}
