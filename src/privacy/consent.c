/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/consent.h"

#include "store/nid.h"

enum { LEDGER_MAX = 1000 };

enum rc consent_record(struct tx *tx, uint64_t subject, const struct consent *consent)
{
    struct db_query q;
    TRY(db_query(
        tx_vault(tx), &q,
        "INSERT INTO consent (nid, subject_nid, purpose, granted, version, sha256, language, surface, given_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        NULL));
    db_bind_i64(&q, 1, (int64_t)nid_new(tx->env));
    db_bind_i64(&q, 2, (int64_t)subject);
    db_bind_text(&q, 3, consent->purpose);
    db_bind_i64(&q, 4, consent->granted);
    db_bind_text(&q, 5, consent->version);
    db_bind_blob(&q, 6, str_from(consent->sha256, sizeof consent->sha256));
    db_bind_text(&q, 7, consent->language);
    db_bind_text(&q, 8, consent->surface);
    db_bind_i64(&q, 9, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc consent_list(struct tx *tx, uint64_t subject, struct consent **ret_consents, size_t *ret_count)
{
    struct db_query q;
    size_t count = 0, room = 16;
    struct consent *consents = arena_array(tx->arena, struct consent, room);
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT purpose, granted, version, sha256, language, surface, given_ms FROM consent"
                 " WHERE subject_nid = ?1 ORDER BY given_ms, nid",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    while (count < LEDGER_MAX && db_next(&q)) {
        if (count == room) {
            struct consent *more = arena_array(tx->arena, struct consent, 2 * room);
            memcpy(more, consents, count * sizeof *consents);
            consents = more;
            room *= 2;
        }
        struct consent *consent = &consents[count++];
        str sha256 = db_column_str(&q, 3);
        consent->purpose = arena_dup(tx->arena, db_column_str(&q, 0));
        consent->granted = db_column_i64(&q, 1) != 0;
        consent->version = arena_dup(tx->arena, db_column_str(&q, 2));
        if (sha256.len == sizeof consent->sha256)
            memcpy(consent->sha256, sha256.ptr, sha256.len);
        consent->language = arena_dup(tx->arena, db_column_str(&q, 4));
        consent->surface = arena_dup(tx->arena, db_column_str(&q, 5));
        consent->given_ms = db_column_i64(&q, 6);
    }
    TRY(db_done(&q, NULL));
    *ret_consents = consents;
    *ret_count = count;
    return RC_OK;
}
