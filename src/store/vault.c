/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/vault.h"

#include "store/seal.h"

#include <stdio.h>

/* A field's blind indexes are kinds of their own: the same value in two fields must not look alike. */
static str field_blind(struct tx *tx, const char *field, str value)
{
    char use[64];
    snprintf(use, sizeof use, "field:%s", field);
    return seal_blind(tx, use, value);
}

static str field_context(struct tx *tx, const char *field, uint64_t item)
{
    return arena_printf(tx->arena, "personal:%s:%llu", field, (unsigned long long)item);
}

enum rc vault_get(struct tx *tx, uint64_t subject, const char *field, uint64_t item, const struct personal **ret_value)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT sealed FROM personal WHERE subject = ?1 AND field = ?2 AND item = ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(field));
    db_bind_i64(&q, 3, (int64_t)item);
    enum rc rc = RC_NOT_FOUND;
    if (db_next(&q))
        rc = seal_open(tx, subject, field_context(tx, field, item), db_column_str(&q, 0), ret_value);
    TRY(db_done(&q, NULL));
    return rc;
}

static enum rc find_blind(struct tx *tx, const char *field, str blind, uint64_t *ret_subject)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT subject FROM personal WHERE field = ?1 AND blind = ?2 LIMIT 1", NULL));
    db_bind_text(&q, 1, str_of(field));
    db_bind_blob(&q, 2, blind);
    bool found = db_next(&q);
    uint64_t subject = found ? (uint64_t)db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    if (!found)
        return RC_NOT_FOUND;
    *ret_subject = subject;
    return RC_OK;
}

enum rc vault_find(struct tx *tx, const char *field, str value, uint64_t *ret_subject)
{
    return find_blind(tx, field, field_blind(tx, field, value), ret_subject);
}

static enum rc check_unique(struct tx *tx, uint64_t subject, const char *field, str blind)
{
    uint64_t owner;
    enum rc rc = find_blind(tx, field, blind, &owner);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    return rc == RC_OK && owner != subject ? RC_EXISTS : rc;
}

enum rc vault_written_ms(struct tx *tx, uint64_t subject, const char *field, uint64_t item, int64_t *ret_ms)
{
    struct db_query q;
    bool found = false;
    TRY(db_query(tx_vault(tx), &q, "SELECT written_ms FROM personal WHERE subject = ?1 AND field = ?2 AND item = ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(field));
    db_bind_i64(&q, 3, (int64_t)item);
    if (db_next(&q)) {
        found = true;
        *ret_ms = db_column_i64(&q, 0);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc vault_set(struct tx *tx, uint64_t subject, const char *field, uint64_t item, str value, bool blind, bool unique)
{
    str found_by = blind || unique ? field_blind(tx, field, value) : STR_NONE;
    if (unique)
        TRY(check_unique(tx, subject, field, found_by));
    str sealed;
    TRY(seal_for(tx, subject, field_context(tx, field, item), value, &sealed));
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT OR REPLACE INTO personal(subject, field, item, sealed, blind, written_ms)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(field));
    db_bind_i64(&q, 3, (int64_t)item);
    db_bind_blob(&q, 4, sealed);
    db_bind_blob(&q, 5, found_by);
    db_bind_i64(&q, 6, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc vault_set_coarse(struct tx *tx, uint64_t subject, const char *field, uint64_t item, str coarse)
{
    str sealed;
    TRY(seal_for(tx, subject, field_context(tx, field, item), coarse, &sealed));
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "UPDATE personal SET sealed = ?4, blind = NULL, coarse = 1"
                 " WHERE subject = ?1 AND field = ?2 AND item = ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(field));
    db_bind_i64(&q, 3, (int64_t)item);
    db_bind_blob(&q, 4, sealed);
    return db_run(&q, NULL);
}

enum rc vault_remove(struct tx *tx, uint64_t subject, const char *field, uint64_t item)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM personal WHERE subject = ?1 AND field = ?2 AND item = ?3", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, str_of(field));
    db_bind_i64(&q, 3, (int64_t)item);
    return db_run(&q, NULL);
}
