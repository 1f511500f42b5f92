/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/announcements.h"

#include "store/gate.h"
#include "store/seal.h"
#include "json/json.h"

static str context_of(struct tx *tx, uint64_t nid)
{
    return arena_printf(tx->arena, "announcement:%llu", (unsigned long long)nid);
}

static str text_of(struct tx *tx, const struct announcement *announcement)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_bool(doc, object, "pinned", announcement->pinned);
    json_set_bool(doc, object, "ends", announcement->ends);
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        if (announcement->text[l].len)
            json_set_str(doc, object, language_tag((enum language)l), announcement->text[l]);
    return json_mut_text(tx->arena, object);
}

static enum rc next_nid(struct tx *tx, uint64_t *ret_nid)
{
    struct db_query q;
    int64_t count = 0;
    TRY(db_query(tx_vault(tx), &q, "SELECT coalesce(max(nid), 0) + 1, count(*) FROM announcement", NULL));
    if (db_next(&q)) {
        *ret_nid = (uint64_t)db_column_i64(&q, 0);
        count = db_column_i64(&q, 1);
    }
    TRY(db_done(&q, NULL));
    return count < ANNOUNCEMENTS_WAITING ? RC_OK : RC_LIMITED;
}

enum rc announcements_add(struct tx *tx, const struct announcement *announcement)
{
    uint64_t nid = 0;
    str sealed;
    struct db_query q;
    TRY(next_nid(tx, &nid));
    TRY(seal_for(tx, announcement->subject_nid, context_of(tx, nid), text_of(tx, announcement), &sealed));
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO announcement(nid, subject, told_up_to, made_ms, sealed) VALUES(?1, ?2, 0, ?3, ?4)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)announcement->subject_nid);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    db_bind_blob(&q, 4, sealed);
    return db_run(&q, NULL);
}

static enum rc open_text(struct tx *tx, struct announcement *announcement, str sealed)
{
    const struct personal *value;
    yyjson_val *object;
    str text;
    TRY(seal_open(tx, announcement->subject_nid, context_of(tx, announcement->nid), sealed, &value));
    TRY(gate_release_declared(tx, announcement->subject_nid, FIELD_ANNOUNCEMENT, value, &text));
    TRY(json_parse_object(tx->arena, text, false, &object, NULL));
    TRY(json_get_bool(object, "pinned", false, &announcement->pinned, NULL));
    TRY(json_get_bool(object, "ends", false, &announcement->ends, NULL));
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        TRY(json_get_str(object, language_tag((enum language)l), &announcement->text[l], NULL));
    return RC_OK;
}

enum rc announcements_next(struct tx *tx, struct announcement *ret_announcement)
{
    struct announcement found = {0};
    str sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT nid, subject, told_up_to, sealed FROM announcement ORDER BY nid LIMIT 1",
                 NULL));
    if (db_next(&q)) {
        found.nid = (uint64_t)db_column_i64(&q, 0);
        found.subject_nid = (uint64_t)db_column_i64(&q, 1);
        found.told_up_to = (uint64_t)db_column_i64(&q, 2);
        sealed = arena_dup(tx->arena, db_column_str(&q, 3));
    }
    TRY(db_done(&q, NULL));
    if (!found.nid)
        return RC_NOT_FOUND;
    /* Whoever was erased since: the rest of the row goes with what else is theirs. */
    enum rc rc = open_text(tx, &found, sealed);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *ret_announcement = found;
    return RC_OK;
}

enum rc announcements_note_told(struct tx *tx, uint64_t nid, uint64_t told_up_to)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE announcement SET told_up_to = ?2 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)told_up_to);
    return db_run(&q, NULL);
}

enum rc announcements_end(struct tx *tx, uint64_t nid)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM announcement WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    TRY(db_run(&q, NULL));
    tx_empty_logs(tx);
    return RC_OK;
}
