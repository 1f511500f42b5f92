/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/to_device.h"

#include "base/vec.h"
#include "store/gate.h"
#include "store/seal.h"
#include "store/to_device_queue.h"

static str seal_context(struct arena *arena, int64_t pos)
{
    return arena_printf(arena, "to_device:%lld", (long long)pos);
}

static void bind_key(struct db_query *q, struct to_device_place of)
{
    db_bind_i64(q, 1, (int64_t)of.user_nid);
    db_bind_i64(q, 2, (int64_t)of.device_nid);
}

/* ---- sending ---- */

str to_device_text(struct arena *arena, str sender, str type, str content)
{
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, S("{\"type\":"));
    strbuf_add_json(&text, type);
    strbuf_add(&text, S(",\"sender\":"));
    strbuf_add_json(&text, sender);
    strbuf_add(&text, S(",\"content\":"));
    strbuf_add(&text, content);
    strbuf_add_char(&text, '}');
    str result = strbuf_to_arena(&text, arena);
    strbuf_fini(&text);
    return result;
}

enum rc to_device_put(struct tx *tx, uint64_t sender_nid, struct to_device_place to, str text)
{
    str sealed;
    TRY(to_device_queue_take(tx, to, text.len));
    int64_t pos = tx_next_pos(tx);
    TRY(seal_for(tx, to.user_nid, seal_context(tx->arena, pos), text, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO to_device(user, device, pos, sender, ts, size, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 NULL));
    bind_key(&q, to);
    db_bind_i64(&q, 3, pos);
    db_bind_i64(&q, 4, (int64_t)sender_nid);
    db_bind_i64(&q, 5, env_now_ms(tx->env));
    db_bind_i64(&q, 6, (int64_t)text.len);
    db_bind_blob(&q, 7, sealed);
    TRY(db_run(&q, NULL));
    tx_notify_user(tx, to.user_nid, NOTICE_TO_DEVICE, 0);
    return RC_OK;
}

/* As for events: a number instead of the device's words, for the path of the request. */
static int64_t txn_key(struct tx *tx, struct to_device_place from, str type, str txn_id)
{
    str place = arena_printf(tx->arena, "%llu:%llu:%zu:", (unsigned long long)from.user_nid,
                             (unsigned long long)from.device_nid, type.len);
    int64_t key;
    memcpy(&key, seal_blind(tx, "to-device-txn", arena_concat(tx->arena, place, type, txn_id)).ptr, sizeof key);
    return key;
}

enum rc to_device_note_sent(struct tx *tx, struct to_device_place from, str type, str txn_id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO to_device_sent(user, device, txn, ts) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(user, device, txn) DO NOTHING",
                 NULL));
    bind_key(&q, from);
    db_bind_i64(&q, 3, txn_key(tx, from, type, txn_id));
    db_bind_i64(&q, 4, env_now_ms(tx->env));
    TRY(db_run(&q, NULL));
    return db_changes(tx_chat(tx)) ? RC_OK : RC_EXISTS;
}

/* ---- receiving ---- */

struct waiting {
    int64_t pos;
    str sealed;
};
typedef VEC(struct waiting) waiting_list;

static enum rc collect(struct tx *tx, struct to_device_place of, int64_t from, int64_t to, size_t limit,
                       waiting_list *list, bool *ret_cut)
{
    size_t bytes = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT pos, sealed FROM to_device WHERE user = ?1 AND device = ?2 AND pos > ?3 AND pos <= ?4"
                 " ORDER BY pos",
                 NULL));
    bind_key(&q, of);
    db_bind_i64(&q, 3, from);
    db_bind_i64(&q, 4, to);
    *ret_cut = false;
    while (!*ret_cut && db_next(&q)) {
        str sealed = db_column_str(&q, 1);
        *ret_cut = list->count == limit || (list->count && bytes + sealed.len > TO_DEVICE_PAGE_BYTES);
        if (*ret_cut)
            break;
        bytes += sealed.len;
        vec_push(list, ((struct waiting){db_column_i64(&q, 0), arena_dup(tx->arena, sealed)}));
    }
    return db_done(&q, NULL);
}

static enum rc open_text(struct tx *tx, uint64_t user_nid, int64_t pos, str sealed, str *ret_text)
{
    const struct personal *value;
    TRY(seal_open(tx, user_nid, seal_context(tx->arena, pos), sealed, &value));
    return gate_release_declared(tx, user_nid, FIELD_TO_DEVICE, value, ret_text);
}

static enum rc add(struct tx *tx, uint64_t user_nid, const struct waiting *waiting, struct strbuf *events)
{
    str text;
    TRY(open_text(tx, user_nid, waiting->pos, waiting->sealed, &text));
    if (events->len)
        strbuf_add_char(events, ',');
    strbuf_add(events, text);
    return RC_OK;
}

enum rc to_device_read(struct tx *tx, struct to_device_place of, int64_t from, int64_t to, size_t limit,
                       struct to_device_page *ret_page)
{
    struct strbuf events = STRBUF_INIT;
    waiting_list list = {0};
    bool cut;
    enum rc rc = collect(tx, of, from, to, limit < TO_DEVICE_PAGE ? limit : TO_DEVICE_PAGE, &list, &cut);
    for (size_t i = 0; rc == RC_OK && i < list.count; i++)
        rc = add(tx, of.user_nid, &list.items[i], &events);
    if (rc == RC_OK)
        *ret_page = (struct to_device_page){.events = strbuf_to_arena(&events, tx->arena),
                                            .count = list.count,
                                            .last = !cut         ? to
                                                    : list.count ? list.items[list.count - 1].pos
                                                                 : from,
                                            .more = cut};
    strbuf_fini(&events);
    vec_fini(&list);
    return rc;
}

/* The inner question is answered by an index, without the messages themselves. */
static enum rc read_of_user(struct tx *tx, uint64_t user_nid, int64_t from, struct to_device_message *messages,
                            size_t *ret_count)
{
    size_t bytes = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT pos, device, ts, sealed FROM to_device WHERE pos IN (SELECT pos FROM to_device"
                 " WHERE user = ?1 AND pos > ?2 ORDER BY pos LIMIT ?3) ORDER BY pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, TO_DEVICE_PAGE);
    for (*ret_count = 0; bytes < TO_DEVICE_PAGE_BYTES && db_next(&q); bytes += messages[(*ret_count)++].text.len)
        messages[*ret_count] = (struct to_device_message){
            .pos = db_column_i64(&q, 0),
            .device_nid = (uint64_t)db_column_i64(&q, 1),
            .sent_ms = db_column_i64(&q, 2),
            .text = arena_dup(tx->arena, db_column_str(&q, 3)),
        };
    return db_done(&q, NULL);
}

enum rc to_device_of_user(struct tx *tx, uint64_t user_nid, int64_t from, struct to_device_message **ret_messages,
                          size_t *ret_count, bool *ret_more)
{
    struct to_device_message *messages = arena_array(tx->arena, struct to_device_message, TO_DEVICE_PAGE);
    size_t bytes = 0;
    TRY(read_of_user(tx, user_nid, from, messages, ret_count));
    for (size_t i = 0; i < *ret_count; i++) {
        bytes += messages[i].text.len;
        TRY(open_text(tx, user_nid, messages[i].pos, messages[i].text, &messages[i].text));
    }
    *ret_more = *ret_count == TO_DEVICE_PAGE || bytes >= TO_DEVICE_PAGE_BYTES;
    *ret_messages = messages;
    return RC_OK;
}

/* What is let go of here was sealed for its device alone, which has it: the logs need not be emptied each time. */
enum rc to_device_forget(struct tx *tx, struct to_device_place of, int64_t up_to)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM to_device WHERE user = ?1 AND device = ?2 AND pos <= ?3", NULL));
    bind_key(&q, of);
    db_bind_i64(&q, 3, up_to);
    TRY(db_run(&q, NULL));
    to_device_queue_recount(tx, of.device_nid);
    return RC_OK;
}

enum rc to_device_forget_device(struct tx *tx, struct to_device_place of)
{
    struct db_query q;
    TRY(to_device_forget(tx, of, INT64_MAX));
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM to_device_sent WHERE user = ?1 AND device = ?2", NULL));
    bind_key(&q, of);
    return db_run(&q, NULL);
}
