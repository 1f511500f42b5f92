/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/media_use.h"

#include "store/media.h"
#include "store/store.h"

#include <string.h>

enum { USES_MAX = 8, ID_MAX = 64 }; /* of one event; more are not kept track of, and so never removed */

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The next id behind the prefix in *text, which moves on. */
static bool next_id(str *text, str prefix, str *ret_id)
{
    const char *found;
    while (text->len && (found = memmem(text->ptr, text->len, prefix.ptr, prefix.len))) {
        str rest = str_skip(*text, (size_t)(found - text->ptr) + prefix.len);
        size_t len = 0;
        while (len < rest.len && is_id_char(rest.ptr[len]))
            len++;
        *text = str_skip(rest, len);
        *ret_id = str_head(rest, len);
        if (len && len <= ID_MAX)
            return true;
    }
    return false;
}

enum rc media_use_forget(struct tx *tx, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM media_use WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, pos);
    return db_run(&q, NULL);
}

static enum rc note_all(struct tx *tx, str text, int64_t pos)
{
    str prefix = arena_printf(tx->arena, "mxc://%.*s/", STR_ARG(store_server_name(tx->store))), id;
    for (int i = 0; i < USES_MAX && next_id(&text, prefix, &id); i++) {
        struct db_query q;
        TRY(db_query(tx_chat(tx), &q, "INSERT OR IGNORE INTO media_use(media, pos) VALUES(?1, ?2)", NULL));
        db_bind_text(&q, 1, id);
        db_bind_i64(&q, 2, pos);
        TRY(db_run(&q, NULL));
    }
    return RC_OK;
}

enum rc media_use_note(struct tx *tx, const struct event *event)
{
    /* With this nearly all messages are done. */
    bool shows = memmem(event->content.ptr, event->content.len, "mxc://", 6) != NULL;
    return shows ? note_all(tx, event->content, event->pos) : RC_OK;
}

enum rc media_use_note_profile(struct tx *tx, uint64_t user_nid, str url)
{
    TRY(media_use_forget(tx, -(int64_t)user_nid));
    return note_all(tx, url, -(int64_t)user_nid);
}

static enum rc used_at(struct tx *tx, int64_t pos, str ids[USES_MAX], size_t *ret_count)
{
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT media FROM media_use WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, pos);
    while (count < USES_MAX && db_next(&q))
        ids[count++] = arena_dup(tx->arena, db_column_str(&q, 0));
    *ret_count = count;
    return db_done(&q, NULL);
}

/* RC_NOT_FOUND: it is shown elsewhere, or is not the sender's. */
static enum rc unused_file(struct tx *tx, str id, uint64_t owner_nid, str *ret_file)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT file FROM media m WHERE id = ?1 AND owner = ?2 AND state = 1"
                 " AND NOT EXISTS(SELECT 1 FROM media_use u WHERE u.media = m.id)",
                 NULL));
    db_bind_text(&q, 1, id);
    db_bind_i64(&q, 2, (int64_t)owner_nid);
    bool found = db_next(&q);
    if (found)
        *ret_file = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc remove_row(struct tx *tx, str id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM media WHERE id = ?1", NULL));
    db_bind_text(&q, 1, id);
    return db_run(&q, NULL);
}

enum rc media_use_end(struct tx *tx, int64_t pos, uint64_t sender_nid, struct media_files *ret_files)
{
    str ids[USES_MAX], *names = arena_array(tx->arena, str, USES_MAX);
    size_t count;
    *ret_files = (struct media_files){names, 0};
    TRY(used_at(tx, pos, ids, &count));
    if (!count)
        return RC_OK;
    TRY(media_use_forget(tx, pos));
    for (size_t i = 0; i < count; i++) {
        enum rc rc = unused_file(tx, ids[i], sender_nid, &names[ret_files->count]);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        TRY(remove_row(tx, ids[i]));
        bool shared; /* by an upload of the same bytes */
        TRY(media_knows_file(tx, names[ret_files->count], &shared));
        ret_files->count += !shared;
    }
    return RC_OK;
}
