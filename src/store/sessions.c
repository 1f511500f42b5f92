/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/sessions.h"

#include "base/container.h"
#include "store/gate.h"
#include "store/nid.h"
#include "store/session_cache.h"
#include "store/store_private.h"

#include <stdlib.h>

#define ACCESS_PREFIX "prly_"
#define REFRESH_PREFIX "prlr_"
enum { TOKEN_MAX = 128 };

/* ---- ending ---- */

struct ended {
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
};

static void drop_from_cache(struct store *store, void *arg)
{
    struct ended *ended = arg;
    session_cache_drop(store->sessions, ended->hash);
    free(ended);
}

static void note_ended(struct tx *tx, str access_hash)
{
    struct ended *ended = xmalloc(sizeof *ended);
    memcpy(ended->hash, access_hash.ptr, sizeof ended->hash);
    tx_after_commit(tx, drop_from_cache, free, ended);
}

enum which { OF_DEVICE, OF_NID, OF_PREDECESSOR };

static enum rc end_where(struct tx *tx, enum which which, uint64_t number)
{
    struct db *db = tx_chat(tx);
    struct db_query q;
    switch (which) {
    case OF_DEVICE: TRY(db_query(db, &q, "SELECT access_hash FROM session WHERE device_nid = ?1", NULL)); break;
    case OF_NID: TRY(db_query(db, &q, "SELECT access_hash FROM session WHERE nid = ?1", NULL)); break;
    case OF_PREDECESSOR:
        TRY(db_query(db, &q, "SELECT access_hash FROM session WHERE predecessor = ?1 AND predecessor > 0", NULL));
        break;
    }
    db_bind_i64(&q, 1, (int64_t)number);
    while (db_next(&q))
        note_ended(tx, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    switch (which) {
    case OF_DEVICE: TRY(db_query(db, &q, "DELETE FROM session WHERE device_nid = ?1", NULL)); break;
    case OF_NID: TRY(db_query(db, &q, "DELETE FROM session WHERE nid = ?1", NULL)); break;
    case OF_PREDECESSOR:
        TRY(db_query(db, &q, "DELETE FROM session WHERE predecessor = ?1 AND predecessor > 0", NULL));
        break;
    }
    db_bind_i64(&q, 1, (int64_t)number);
    return db_run(&q, NULL);
}

enum rc sessions_end_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    TRY(end_where(tx, OF_DEVICE, device_nid));
    tx_notify_user(tx, user_nid, NOTICE_SESSION_END, 0);
    return RC_OK;
}

/* The session is in use: what it replaced is over. */
static enum rc confirm(struct tx *tx, uint64_t session_nid, uint64_t predecessor)
{
    struct db_query q;
    TRY(end_where(tx, OF_NID, predecessor));
    TRY(db_query(tx_chat(tx), &q, "UPDATE session SET predecessor = 0 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)session_nid);
    return db_run(&q, NULL);
}

/* ---- finding ---- */

/* A session's first use is often a READ; ending its predecessor is a write of the server's own. */
struct confirm_job {
    struct write_job job;
    struct arena arena;
    uint64_t session_nid, predecessor;
};

static enum rc confirm_run(struct write_job *job, struct tx *tx)
{
    struct confirm_job *self = CONTAINER_OF(job, struct confirm_job, job);
    return confirm(tx, self->session_nid, self->predecessor);
}

static void confirm_done(struct write_job *job, enum rc rc)
{
    struct confirm_job *self = CONTAINER_OF(job, struct confirm_job, job);
    (void)rc; /* if it failed, the predecessor lives until it expires or the rows are read anew: tolerable */
    arena_fini(&self->arena);
    free(self);
}

static void confirm_later(struct store *store, uint64_t session_nid, uint64_t predecessor)
{
    struct confirm_job *self = xcalloc(1, sizeof *self);
    static const struct act act = ACT_SERVICE(PURPOSE_ACCOUNT_SECURITY);
    self->job = (struct write_job){.arena = &self->arena, .act = &act, .run = confirm_run, .done = confirm_done};
    self->session_nid = session_nid;
    self->predecessor = predecessor;
    store_write(store, &self->job);
}

static enum rc read_row(struct tx *tx, const unsigned char *hash, struct session_row *ret_row)
{
    struct db_query q;
    bool found = false;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT s.nid, s.user_nid, s.device_nid, s.predecessor, s.expires_ms, d.device_id"
                 " FROM session s JOIN device d ON d.nid = s.device_nid WHERE s.access_hash = ?1",
                 NULL));
    db_bind_blob(&q, 1, str_from(hash, CRYPTO_TOKEN_HASH_SIZE));
    if (db_next(&q)) {
        found = true;
        *ret_row = (struct session_row){
            .nid = (uint64_t)db_column_i64(&q, 0),
            .user_nid = (uint64_t)db_column_i64(&q, 1),
            .device_nid = (uint64_t)db_column_i64(&q, 2),
            .predecessor = (uint64_t)db_column_i64(&q, 3),
            .expires_ms = db_column_i64(&q, 4),
            .device_id = arena_dup(tx->arena, db_column_str(&q, 5)),
        };
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_UNAUTHORIZED;
}

enum rc sessions_find(struct tx *tx, str access_token, const struct session **ret_session)
{
    struct session_cache *cache = tx->store->sessions;
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    struct session_row row;
    if (access_token.len == 0 || access_token.len > TOKEN_MAX)
        return RC_UNAUTHORIZED;
    crypto_token_hash(access_token, hash);
    if (!session_cache_get(cache, hash, tx->arena, &row)) {
        uint64_t ticket = session_cache_ticket(cache, hash);
        TRY(read_row(tx, hash, &row));
        /* Rows a WRITE sees may yet be rolled back: only what is committed is cached. */
        if (!tx->writable)
            session_cache_add(cache, hash, ticket, &row);
    }
    if (row.expires_ms && row.expires_ms <= env_now_ms(tx->env))
        return RC_EXPIRED;
    if (row.predecessor)
        confirm_later(tx->store, row.nid, row.predecessor);
    struct session *session = arena_new(tx->arena, struct session);
    *session = (struct session){.session_nid = row.nid,
                                .user_nid = row.user_nid,
                                .device_nid = row.device_nid,
                                .device_id = row.device_id,
                                .expires_ms = row.expires_ms};
    *ret_session = session;
    return RC_OK;
}

/* ---- making ---- */

static enum rc insert(struct tx *tx, uint64_t user_nid, uint64_t device_nid, uint64_t predecessor, int64_t lifetime_ms,
                      struct session_tokens *ret_tokens)
{
    unsigned char access_hash[CRYPTO_TOKEN_HASH_SIZE], refresh_hash[CRYPTO_TOKEN_HASH_SIZE];
    int64_t now = env_now_ms(tx->env);
    struct session_tokens tokens = {.access_token = crypto_token_new(tx->env, tx->arena, ACCESS_PREFIX),
                                    .expires_in_ms = lifetime_ms};
    struct db_query q;
    crypto_token_hash(tokens.access_token, access_hash);
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO session (nid, user_nid, device_nid, access_hash, refresh_hash, predecessor, created_ms, "
                 "expires_ms)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid_new(tx->env));
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, (int64_t)device_nid);
    db_bind_blob(&q, 4, str_from(access_hash, sizeof access_hash));
    if (lifetime_ms > 0) {
        tokens.refresh_token = crypto_token_new(tx->env, tx->arena, REFRESH_PREFIX);
        crypto_token_hash(tokens.refresh_token, refresh_hash);
        db_bind_blob(&q, 5, str_from(refresh_hash, sizeof refresh_hash));
    } else {
        db_bind_null(&q, 5);
    }
    db_bind_i64(&q, 6, (int64_t)predecessor);
    db_bind_i64(&q, 7, now);
    db_bind_i64(&q, 8, lifetime_ms > 0 ? now + lifetime_ms : 0);
    TRY(db_run(&q, NULL));
    *ret_tokens = tokens;
    return RC_OK;
}

enum rc sessions_create(struct tx *tx, uint64_t user_nid, uint64_t device_nid, int64_t lifetime_ms,
                        struct session_tokens *ret_tokens)
{
    TRY(end_where(tx, OF_DEVICE, device_nid));
    return insert(tx, user_nid, device_nid, 0, lifetime_ms, ret_tokens);
}

static enum rc find_refresh(struct tx *tx, str refresh_token, struct session_row *ret_row)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    struct db_query q;
    bool found = false;
    if (refresh_token.len == 0 || refresh_token.len > TOKEN_MAX)
        return RC_UNAUTHORIZED;
    crypto_token_hash(refresh_token, hash);
    TRY(db_query(tx_chat(tx), &q, "SELECT nid, user_nid, device_nid, predecessor FROM session WHERE refresh_hash = ?1",
                 NULL));
    db_bind_blob(&q, 1, str_from(hash, sizeof hash));
    if (db_next(&q)) {
        found = true;
        *ret_row = (struct session_row){.nid = (uint64_t)db_column_i64(&q, 0),
                                        .user_nid = (uint64_t)db_column_i64(&q, 1),
                                        .device_nid = (uint64_t)db_column_i64(&q, 2),
                                        .predecessor = (uint64_t)db_column_i64(&q, 3)};
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_UNAUTHORIZED;
}

enum rc sessions_refresh(struct tx *tx, str refresh_token, int64_t lifetime_ms, struct session_tokens *ret_tokens,
                         uint64_t *ret_user_nid)
{
    struct session_row row;
    TRY(find_refresh(tx, refresh_token, &row));
    if (row.predecessor)
        TRY(confirm(tx, row.nid, row.predecessor));
    TRY(end_where(tx, OF_PREDECESSOR, row.nid));
    TRY(insert(tx, row.user_nid, row.device_nid, row.nid, lifetime_ms, ret_tokens));
    *ret_user_nid = row.user_nid;
    return RC_OK;
}
