/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The questions. Each function counts exactly, and no account for more than its query's bounds. */
#include "base/language.h"
#include "base/map.h"
#include "privacy/desensitise.h"
#include "privacy/statistics_private.h"
#include "store/users.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

enum {
    MESSAGES_MOST = 40,
    MESSAGE_DAYS = 7,
    ROOMS_MOST = 3,
    MONTHS = 12,
    NOT_COUNTED = USER_DEACTIVATED | USER_GUEST | USER_SERVER | USER_MACHINE
};

static void number_add(struct statistics_numbers *numbers, str label)
{
    numbers->numbers[numbers->count++] = (struct statistics_number){.label = label};
}

static int64_t today_ms(struct tx *tx)
{
    int64_t now = env_now_ms(tx->env);
    return now - now % DAY_MS;
}

/* Today and the days before it, newest first. */
static void number_add_days(struct tx *tx, struct statistics_numbers *numbers, int first, int count)
{
    for (int day = first; day < first + count; day++)
        number_add(numbers, desensitise_time(tx->arena, today_ms(tx) - day * DAY_MS));
}

/* ---- accounts ---- */

static size_t last_seen_number(int64_t today, int64_t seen_ms)
{
    if (seen_ms >= today)
        return 0;
    int64_t days = (today - seen_ms + DAY_MS - 1) / DAY_MS;
    return days < 7 ? (size_t)days : days < 30 ? 7 : days < 90 ? 8 : 9;
}

static enum rc count_last_seen(struct tx *tx, struct statistics_numbers *numbers)
{
    struct db_query q;
    number_add_days(tx, numbers, 0, 7);
    number_add(numbers, S("7 to 29 days ago"));
    number_add(numbers, S("30 to 89 days ago"));
    number_add(numbers, S("before, or never"));
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT coalesce(max(d.seen_ms), 0) FROM user u LEFT JOIN device d ON d.user_nid = u.nid"
                 " WHERE (u.flags & ?1) = 0 GROUP BY u.nid",
                 NULL));
    db_bind_i64(&q, 1, NOT_COUNTED);
    while (db_next(&q))
        numbers->numbers[last_seen_number(today_ms(tx), db_column_i64(&q, 0))].exact++;
    return db_done(&q, NULL);
}

/* "2026-11" and the months before it, newest first. */
static void number_add_months(struct tx *tx, struct statistics_numbers *numbers, int count)
{
    int64_t at = today_ms(tx);
    for (int i = 0; i < count; i++) {
        str day = desensitise_time(tx->arena, at);
        number_add(numbers, str_head(day, 7));
        int of_month = (day.ptr[8] - '0') * 10 + day.ptr[9] - '0';
        at -= of_month * DAY_MS;
    }
}

static enum rc count_joined(struct tx *tx, struct statistics_numbers *numbers)
{
    struct db_query q;
    number_add_months(tx, numbers, MONTHS);
    number_add(numbers, S("before"));
    TRY(db_query(tx_chat(tx), &q, "SELECT created FROM user WHERE (flags & ?1) = 0", NULL));
    db_bind_i64(&q, 1, NOT_COUNTED);
    while (db_next(&q)) {
        struct arena arena = ARENA_INIT;
        str month = str_head(desensitise_time(&arena, db_column_i64(&q, 0)), 7);
        size_t at = 0;
        while (at < MONTHS && !str_eq(numbers->numbers[at].label, month))
            at++;
        numbers->numbers[at].exact++;
        arena_fini(&arena);
    }
    return db_done(&q, NULL);
}

/* By the text the policy was last agreed to in. */
static enum rc count_language(struct tx *tx, struct statistics_numbers *numbers)
{
    struct db_query q;
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        number_add(numbers, str_of(language_tag((enum language)l)));
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT c.language, c.granted FROM consent c JOIN (SELECT max(nid) AS nid FROM consent"
                 " WHERE purpose = 'service' GROUP BY subject_nid) latest ON latest.nid = c.nid",
                 NULL));
    while (db_next(&q)) {
        enum language language = language_of_tag(db_column_str(&q, 0));
        if (db_column_i64(&q, 1) && language < LANGUAGE_COUNT)
            numbers->numbers[language].exact++;
    }
    return db_done(&q, NULL);
}

/* ---- messages ---- */

/* Below the first event that is not older than that: times grow with positions, give or take a clock's corrections. */
static enum rc pos_before(struct tx *tx, int64_t ms, int64_t *ret_pos)
{
    int64_t low = 0, high = tx_pos(tx) + 1;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2, at = INT64_MAX;
        struct db_query q;
        TRY(db_query(tx_chat(tx), &q, "SELECT ts FROM event WHERE pos >= ?1 ORDER BY pos LIMIT 1", NULL));
        db_bind_i64(&q, 1, middle);
        if (db_next(&q))
            at = db_column_i64(&q, 0);
        TRY(db_done(&q, NULL));
        if (at < ms)
            low = middle;
        else
            high = middle;
    }
    *ret_pos = low;
    return RC_OK;
}

/* Who writes a lot counts for the last MESSAGES_MOST of it. */
static enum rc count_messages(struct tx *tx, struct statistics_numbers *numbers)
{
    struct db_query q;
    int64_t end = today_ms(tx), begin = end - MESSAGE_DAYS * DAY_MS, pos, left = 0;
    uint64_t sender = 0;
    number_add_days(tx, numbers, 1, MESSAGE_DAYS);
    TRY(pos_before(tx, begin - DAY_MS, &pos));
    TRY(db_query(
        tx_chat(tx), &q,
        "SELECT sender, (?3 - 1 - ts) / 86400000, count(*) FROM event"
        " WHERE pos >= ?1 AND skey IS NULL AND sender > 0 AND ts >= ?2 AND ts < ?3 GROUP BY 1, 2 ORDER BY 1, 2",
        NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, begin);
    db_bind_i64(&q, 3, end);
    while (db_next(&q)) {
        if ((uint64_t)db_column_i64(&q, 0) != sender)
            left = MESSAGES_MOST;
        sender = (uint64_t)db_column_i64(&q, 0);
        int64_t counted = db_column_i64(&q, 2) < left ? db_column_i64(&q, 2) : left;
        numbers->numbers[db_column_i64(&q, 1)].exact += counted;
        left -= counted;
    }
    return db_done(&q, NULL);
}

/* ---- rooms ---- */

static size_t size_number(int64_t members)
{
    static const int64_t largest[] = {1, 2, 5, 10, 50, 200};
    size_t i = 0;
    while (i < sizeof largest / sizeof *largest && members > largest[i])
        i++;
    return i;
}

/* The members of each room; everyone is in ROOMS_MOST of them at most, the ones they have been in for longest. */
static enum rc members_count(struct tx *tx, struct map *rooms)
{
    struct db_query q;
    uint64_t user = 0;
    int left = 0;
    TRY(db_query(tx_chat(tx), &q, "SELECT user, room FROM membership WHERE membership = ?1 ORDER BY user, pos", NULL));
    db_bind_i64(&q, 1, MEMBERSHIP_JOIN);
    while (db_next(&q)) {
        uint64_t room = (uint64_t)db_column_i64(&q, 1);
        if ((uint64_t)db_column_i64(&q, 0) != user)
            left = ROOMS_MOST;
        user = (uint64_t)db_column_i64(&q, 0);
        if (left-- <= 0)
            continue;
        int64_t *members = map_get(rooms, room);
        if (!members) {
            members = arena_new(tx->arena, int64_t);
            map_put(rooms, room, members);
        }
        ++*members;
    }
    return db_done(&q, NULL);
}

static enum rc count_rooms(struct tx *tx, struct statistics_numbers *numbers)
{
    static const char *const labels[] = {"1", "2", "3 to 5", "6 to 10", "11 to 50", "51 to 200", "more"};
    struct map rooms = MAP_INIT;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        number_add(numbers, str_of(labels[i]));
    enum rc rc = members_count(tx, &rooms);
    size_t at = 0;
    for (int64_t *members; rc == RC_OK && (members = map_next(&rooms, &at, NULL, NULL));)
        numbers->numbers[size_number(*members)].exact++;
    map_fini(&rooms);
    return rc;
}

const struct statistics_query statistics_queries[] = {
    {.name = "accounts-last-seen",
     .title = "Accounts, by when they were last seen",
     .fields = {FIELD_ACCOUNT, FIELD_DEVICE},
     .most = 1,
     .most_each = 1,
     .count = count_last_seen},
    {.name = "accounts-joined",
     .title = "Accounts, by the month they were made",
     .fields = {FIELD_ACCOUNT},
     .most = 1,
     .most_each = 1,
     .count = count_joined},
    {.name = "accounts-language",
     .title = "Accounts, by the language they agreed to the policy in",
     .fields = {FIELD_CONSENT},
     .most = 1,
     .most_each = 1,
     .count = count_language},
    {.name = "messages",
     .title = "Messages of the last seven days, at most 40 of each account",
     .fields = {FIELD_EVENT},
     .most = MESSAGES_MOST,
     .most_each = MESSAGES_MOST,
     .count = count_messages},
    /* One member more takes a room from one class to the next. */
    {.name = "rooms-size",
     .title = "Rooms by number of members, each account in at most 3",
     .fields = {FIELD_MEMBERSHIP},
     .most = 2 * ROOMS_MOST,
     .most_each = ROOMS_MOST,
     .count = count_rooms},
};
const size_t statistics_query_count = sizeof statistics_queries / sizeof *statistics_queries;
