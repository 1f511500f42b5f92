/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/pushers.h"

#include "store/gate.h"
#include "store/nid.h"
#include "store/push_people.h"
#include "store/push_queue.h"
#include "store/seal.h"
#include "json/json.h"

#define COLUMNS "nid, user, device, kind, set_ms, sent_pos, sealed"

/* ---- what is sealed ---- */

static str seal_context(struct tx *tx, uint64_t nid)
{
    return arena_printf(tx->arena, "pusher:%llu", (unsigned long long)nid);
}

/* app_id has no line ends. */
static str name_blind(struct tx *tx, str app_id, str pushkey)
{
    return seal_blind(tx, "pusher", arena_concat(tx->arena, app_id, S("\n"), pushkey));
}

struct text {
    const char *key;
    size_t at;
};
static const struct text texts[] = {
    {"app_id", offsetof(struct pusher, app_id)},
    {"pushkey", offsetof(struct pusher, pushkey)},
    {"app_display_name", offsetof(struct pusher, app_name)},
    {"device_display_name", offsetof(struct pusher, device_name)},
    {"profile_tag", offsetof(struct pusher, profile_tag)},
    {"lang", offsetof(struct pusher, lang)},
    {"data", offsetof(struct pusher, data)},
};
enum { TEXTS = sizeof texts / sizeof *texts };

static str *text_of(const struct pusher *pusher, const struct text *text)
{
    return (str *)((char *)pusher + text->at);
}

static str packed(struct tx *tx, const struct pusher *pusher)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    for (size_t i = 0; i < TEXTS; i++)
        if (text_of(pusher, &texts[i])->ptr)
            json_set_str(doc, object, texts[i].key, *text_of(pusher, &texts[i]));
    return json_mut_text(tx->arena, object);
}

static enum rc unpack(struct tx *tx, str sealed, struct pusher *pusher)
{
    const struct personal *value;
    str plain;
    yyjson_val *object;
    TRY(seal_open(tx, pusher->user_nid, seal_context(tx, pusher->nid), sealed, &value));
    TRY(gate_release_declared(tx, pusher->user_nid, FIELD_PUSHER, value, &plain));
    if (json_parse_object(tx->arena, plain, false, &object, NULL) != RC_OK)
        return RC_CRYPTO;
    for (size_t i = 0; i < TEXTS; i++)
        TRY(json_get_str(object, texts[i].key, text_of(pusher, &texts[i]), NULL));
    return RC_OK;
}

/* ---- reading ---- */

static void read_numbers(struct tx *tx, const struct db_query *q, struct pusher *pusher, str *ret_sealed)
{
    *pusher = (struct pusher){.nid = (uint64_t)db_column_i64(q, 0),
                              .user_nid = (uint64_t)db_column_i64(q, 1),
                              .device_nid = (uint64_t)db_column_i64(q, 2),
                              .kind = (enum pusher_kind)db_column_i64(q, 3),
                              .set_ms = db_column_i64(q, 4),
                              .sent_pos = db_column_i64(q, 5)};
    *ret_sealed = arena_dup(tx->arena, db_column_str(q, 6));
}

enum rc pushers_list(struct tx *tx, uint64_t user_nid, struct pusher **ret_pushers, size_t *ret_count)
{
    struct pusher *pushers = arena_array(tx->arena, struct pusher, PUSHERS_MAX_PER_USER);
    str sealed[PUSHERS_MAX_PER_USER];
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM pusher WHERE user = ?1 ORDER BY made_ms, nid", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    for (; count < PUSHERS_MAX_PER_USER && db_next(&q); count++)
        read_numbers(tx, &q, &pushers[count], &sealed[count]);
    TRY(db_done(&q, NULL));
    for (size_t i = 0; i < count; i++)
        TRY(unpack(tx, sealed[i], &pushers[i]));
    *ret_pushers = pushers;
    *ret_count = count;
    return RC_OK;
}

#define IS_LIVE " AND EXISTS (SELECT 1 FROM session s WHERE s.device_nid = pusher.device)"

static enum rc numbers(struct tx *tx, const char *sql, uint64_t user_nid, uint64_t ret_nids[PUSHERS_MAX_PER_USER],
                       size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, sql, NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    for (*ret_count = 0; *ret_count < PUSHERS_MAX_PER_USER && db_next(&q);)
        ret_nids[(*ret_count)++] = (uint64_t)db_column_i64(&q, 0);
    return db_done(&q, NULL);
}

enum rc pushers_numbers(struct tx *tx, uint64_t user_nid, uint64_t ret_nids[PUSHERS_MAX_PER_USER], size_t *ret_count)
{
    return numbers(tx, "SELECT nid FROM pusher WHERE user = ?1", user_nid, ret_nids, ret_count);
}

enum rc pushers_live(struct tx *tx, uint64_t user_nid, uint64_t ret_nids[PUSHERS_MAX_PER_USER], size_t *ret_count)
{
    return numbers(tx, "SELECT nid FROM pusher WHERE user = ?1" IS_LIVE, user_nid, ret_nids, ret_count);
}

enum rc pushers_get_live(struct tx *tx, uint64_t user_nid, uint64_t nid, struct pusher *ret_pusher)
{
    struct db_query q;
    str sealed;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM pusher WHERE nid = ?1 AND user = ?2" IS_LIVE, NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    bool found = db_next(&q);
    if (found)
        read_numbers(tx, &q, ret_pusher, &sealed);
    TRY(db_done(&q, NULL));
    return found ? unpack(tx, sealed, ret_pusher) : RC_NOT_FOUND;
}

/* ---- changing ---- */

static enum rc find(struct tx *tx, uint64_t user_nid, str blind, uint64_t *ret_nid, int64_t *ret_sent_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid, sent_pos FROM pusher WHERE blind = ?1 AND user = ?2", NULL));
    db_bind_blob(&q, 1, blind);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    bool found = db_next(&q);
    if (found) {
        *ret_nid = (uint64_t)db_column_i64(&q, 0);
        *ret_sent_pos = db_column_i64(&q, 1);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc count_of(struct tx *tx, uint64_t user_nid, int64_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM pusher WHERE user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    *ret_count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

static enum rc remove_others(struct tx *tx, uint64_t user_nid, str blind)
{
    uint64_t users[PUSHERS_MAX_PER_USER];
    size_t count;
    do {
        count = 0;
        struct db_query q;
        TRY(db_query(tx_chat(tx), &q, "SELECT user FROM pusher WHERE blind = ?1 AND user <> ?2 LIMIT ?3", NULL));
        db_bind_blob(&q, 1, blind);
        db_bind_i64(&q, 2, (int64_t)user_nid);
        db_bind_i64(&q, 3, PUSHERS_MAX_PER_USER);
        while (count < PUSHERS_MAX_PER_USER && db_next(&q))
            users[count++] = (uint64_t)db_column_i64(&q, 0);
        TRY(db_done(&q, NULL));
        for (size_t i = 0; i < count; i++) {
            uint64_t nid;
            int64_t sent_pos;
            TRY(find(tx, users[i], blind, &nid, &sent_pos));
            TRY(pushers_remove(tx, users[i], nid));
        }
    } while (count == PUSHERS_MAX_PER_USER);
    return RC_OK;
}

static enum rc write_row(struct tx *tx, const struct pusher *pusher, str blind)
{
    str sealed;
    struct db_query q;
    TRY(seal_for(tx, pusher->user_nid, seal_context(tx, pusher->nid), packed(tx, pusher), &sealed));
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO pusher(nid, user, device, kind, blind, made_ms, set_ms, sent_pos, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)"
                 " ON CONFLICT(nid) DO UPDATE SET device = ?3, kind = ?4, set_ms = ?6, sealed = ?8",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)pusher->nid);
    db_bind_i64(&q, 2, (int64_t)pusher->user_nid);
    db_bind_i64(&q, 3, (int64_t)pusher->device_nid);
    db_bind_i64(&q, 4, pusher->kind);
    db_bind_blob(&q, 5, blind);
    db_bind_i64(&q, 6, pusher->set_ms);
    db_bind_i64(&q, 7, pusher->sent_pos);
    db_bind_blob(&q, 8, sealed);
    return db_run(&q, NULL);
}

enum rc pushers_set(struct tx *tx, struct pusher *pusher, bool append)
{
    str blind = name_blind(tx, pusher->app_id, pusher->pushkey);
    enum rc rc = find(tx, pusher->user_nid, blind, &pusher->nid, &pusher->sent_pos);
    if (rc == RC_NOT_FOUND) {
        int64_t count;
        TRY(count_of(tx, pusher->user_nid, &count));
        if (count >= PUSHERS_MAX_PER_USER)
            return RC_LIMITED;
        pusher->nid = nid_new(tx->env);
        pusher->sent_pos = tx_pos(tx);
        tx_notify_user(tx, pusher->user_nid, NOTICE_PUSHERS, 0);
        rc = RC_OK;
    }
    TRY(rc);
    pusher->set_ms = env_now_ms(tx->env);
    TRY(write_row(tx, pusher, blind));
    if (!append)
        TRY(remove_others(tx, pusher->user_nid, blind));
    return push_people_note(tx, pusher->user_nid);
}

static enum rc removed(struct tx *tx, uint64_t user_nid)
{
    if (!db_changes(tx_chat(tx)))
        return RC_OK;
    tx_empty_logs(tx);
    tx_notify_user(tx, user_nid, NOTICE_PUSHERS, 0);
    TRY(push_queue_forget(tx, user_nid));
    return push_people_note(tx, user_nid);
}

enum rc pushers_remove(struct tx *tx, uint64_t user_nid, uint64_t nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM pusher WHERE nid = ?1 AND user = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    TRY(db_run(&q, NULL));
    return removed(tx, user_nid);
}

enum rc pushers_remove_named(struct tx *tx, uint64_t user_nid, str app_id, str pushkey)
{
    uint64_t nid;
    int64_t sent_pos;
    TRY(find(tx, user_nid, name_blind(tx, app_id, pushkey), &nid, &sent_pos));
    return pushers_remove(tx, user_nid, nid);
}

enum rc pushers_drop_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM pusher WHERE device = ?1 AND user = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    TRY(db_run(&q, NULL));
    return removed(tx, user_nid);
}
