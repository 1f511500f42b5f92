/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/holds.h"

#include "base/strbuf.h"
#include "store/gate.h"
#include "store/lifetimes.h"
#include "store/seal.h"

static str context(struct tx *tx, int64_t nid)
{
    return arena_printf(tx->arena, "hold:%lld", (long long)nid);
}

/* The reason speaks of the subject, and must be readable when the subject's key is none of ours: the server's own. */
enum rc holds_place(struct tx *tx, uint64_t subject, str reason, bool quiet)
{
    struct db_query q;
    str sealed;
    TRY(db_query(tx_vault(tx), &q, "SELECT coalesce(max(nid), 0) + 1 FROM hold", NULL));
    int64_t nid = db_next(&q) ? db_column_i64(&q, 0) : 1;
    TRY(db_done(&q, NULL));
    TRY(seal_for(tx, 0, context(tx, nid), reason, &sealed));
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO hold(nid, subject, placed_ms, quiet, sealed) VALUES(?1, ?2, ?3, ?4, ?5)", NULL));
    db_bind_i64(&q, 1, nid);
    db_bind_i64(&q, 2, (int64_t)subject);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    db_bind_i64(&q, 4, quiet);
    db_bind_blob(&q, 5, sealed);
    return db_run(&q, NULL);
}

enum rc holds_lift(struct tx *tx, uint64_t subject)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE hold SET lifted_ms = ?2 WHERE subject = ?1 AND lifted_ms = 0", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    TRY(db_run(&q, NULL));
    if (!db_changes(tx_vault(tx)))
        return RC_NOT_FOUND;
    return lifetimes_walk_again(tx, subject);
}

enum rc holds_live(struct tx *tx, uint64_t subject, bool *ret_held)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT 1 FROM hold WHERE subject = ?1 AND lifted_ms = 0", NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    *ret_held = db_next(&q);
    return db_done(&q, NULL);
}

enum rc holds_list(struct tx *tx, uint64_t subject, uint64_t after, size_t limit, struct hold **ret_holds,
                   size_t *ret_count)
{
    struct hold *holds = arena_array(tx->arena, struct hold, limit + 1);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT nid, subject, placed_ms, lifted_ms, quiet, sealed FROM hold"
                 " WHERE (?1 = 0 OR subject = ?1) AND nid > ?2 ORDER BY nid LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, (int64_t)after);
    db_bind_i64(&q, 3, (int64_t)limit);
    enum rc rc = RC_OK;
    while (rc == RC_OK && db_next(&q)) {
        struct hold *hold = &holds[count++];
        *hold = (struct hold){.nid = (uint64_t)db_column_i64(&q, 0),
                              .subject = (uint64_t)db_column_i64(&q, 1),
                              .placed_ms = db_column_i64(&q, 2),
                              .lifted_ms = db_column_i64(&q, 3),
                              .quiet = db_column_i64(&q, 4) != 0};
        const struct personal *reason;
        rc = seal_open(tx, 0, context(tx, (int64_t)hold->nid), db_column_str(&q, 5), &reason);
        if (rc == RC_OK)
            /* Reading one that law forbids to speak of stands on nobody's record. */
            rc = gate_release_declared(tx, hold->quiet ? 0 : hold->subject, FIELD_HOLD, reason, &hold->reason);
    }
    enum rc ended = db_done(&q, NULL);
    *ret_holds = holds;
    *ret_count = count;
    return rc == RC_OK ? ended : rc;
}

enum rc holds_subjects(struct tx *tx, str *ret_subjects)
{
    struct strbuf text = STRBUF_INIT;
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT DISTINCT subject FROM hold WHERE lifted_ms = 0 ORDER BY subject", NULL));
    strbuf_add_char(&text, ',');
    while (db_next(&q))
        strbuf_printf(&text, "%lld,", (long long)db_column_i64(&q, 0));
    *ret_subjects = arena_dup(tx->arena, strbuf_str(&text));
    strbuf_fini(&text);
    return db_done(&q, NULL);
}
