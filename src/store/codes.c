/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/codes.h"

#include "crypto/crypto.h"
#include "store/gate.h"
#include "store/seal.h"
#include "store/store.h"

enum { HOUR_MS = 60 * 60 * 1000 };
enum state { WAITING = 0, PROVEN = 1, CONSUMED = 2 };
enum sent_kind { SENT_CONTACT = 1, SENT_ADDRESS = 2, SENT_ALL = 3, SENT_CLIENT = 4 };

struct row {
    str sid, secret_hash, contact_sealed, code_hash, link_hash, next_sealed;
    uint64_t subject;
    enum code_purpose purpose;
    enum code_medium medium;
    enum state state;
    int64_t sent_ms, send_attempt, attempts_left, validated_ms;
};

bool client_secret_is_valid(str secret)
{
    if (secret.len == 0 || secret.len > 255)
        return false;
    for (size_t i = 0; i < secret.len; i++) {
        char c = secret.ptr[i];
        bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '='
                    || c == '_' || c == '-';
        if (!fine)
            return false;
    }
    return true;
}

/* ---- secrets ---- */

/* A client's secret is random by its own word only: keyed, like the code. */
static str keyed_hash(struct tx *tx, const char *use, str a, str b)
{
    return seal_blind(tx, use, arena_printf(tx->arena, "%.*s:%.*s", STR_ARG(a), STR_ARG(b)));
}

static str contact_context(struct tx *tx, str sid)
{
    return arena_printf(tx->arena, "code_session:%.*s", STR_ARG(sid));
}

static str next_context(struct tx *tx, str sid)
{
    return arena_printf(tx->arena, "code_session next:%.*s", STR_ARG(sid));
}

static void contact_key(struct tx *tx, struct crypto_key *ret_key)
{
    crypto_key_derive(store_secret(tx->store), "code number", ret_key);
}

static str seal(struct tx *tx, str context, str text)
{
    struct crypto_key key;
    str sealed = {arena_alloc_raw(tx->arena, text.len + CRYPTO_SEAL_OVERHEAD), text.len + CRYPTO_SEAL_OVERHEAD};
    contact_key(tx, &key);
    crypto_seal_to(tx->env, &key, context, text, (unsigned char *)sealed.ptr);
    crypto_wipe(&key, sizeof key);
    return sealed;
}

static enum rc open_sealed(struct tx *tx, const struct row *row, str context, str sealed, str *ret_text)
{
    struct crypto_key key;
    TRY(gate_check(tx, row->subject, FIELD_CODE_NUMBER, PURPOSE_ACCOUNT_SECURITY));
    contact_key(tx, &key);
    enum rc rc = crypto_open(tx->arena, &key, context, sealed, ret_text);
    crypto_wipe(&key, sizeof key);
    return rc;
}

/* ---- rows ---- */

#define COLUMNS                                                                                                        \
    "sid, secret_hash, number_sealed, code_hash, subject_nid, purpose, state, sent_ms, send_attempt, attempts_left, "  \
    "validated_ms, medium, link_hash, next_sealed"

static enum rc take_row(struct tx *tx, struct db_query *q, struct row *ret_row)
{
    bool found = db_next(q);
    if (found)
        *ret_row = (struct row){
            .sid = arena_dup(tx->arena, db_column_str(q, 0)),
            .secret_hash = arena_dup(tx->arena, db_column_str(q, 1)),
            .contact_sealed = arena_dup(tx->arena, db_column_str(q, 2)),
            .code_hash = arena_dup(tx->arena, db_column_str(q, 3)),
            .subject = (uint64_t)db_column_i64(q, 4),
            .purpose = (enum code_purpose)db_column_i64(q, 5),
            .state = (enum state)db_column_i64(q, 6),
            .sent_ms = db_column_i64(q, 7),
            .send_attempt = db_column_i64(q, 8),
            .attempts_left = db_column_i64(q, 9),
            .validated_ms = db_column_i64(q, 10),
            .medium = (enum code_medium)db_column_i64(q, 11),
            .link_hash = arena_dup(tx->arena, db_column_str(q, 12)),
            .next_sealed = arena_dup(tx->arena, db_column_str(q, 13)),
        };
    TRY(db_done(q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc find_by_sid(struct tx *tx, str sid, struct row *ret_row)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM code_session WHERE sid = ?1", NULL));
    db_bind_text(&q, 1, sid);
    return take_row(tx, &q, ret_row);
}

static enum rc find_by_client(struct tx *tx, enum code_purpose purpose, str contact_blind, str secret_hash,
                              struct row *ret_row)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS " FROM code_session WHERE purpose = ?1 AND number_blind = ?2 AND secret_hash = ?3",
                 NULL));
    db_bind_i64(&q, 1, purpose);
    db_bind_blob(&q, 2, contact_blind);
    db_bind_blob(&q, 3, secret_hash);
    return take_row(tx, &q, ret_row);
}

static enum rc insert_row(struct tx *tx, const struct row *row, str contact_blind)
{
    struct db_query q;
    TRY(db_query(
        tx_vault(tx), &q,
        "INSERT INTO code_session (sid, purpose, secret_hash, number_blind, number_sealed, subject_nid, code_hash,"
        " sent_ms, send_attempt, attempts_left, state, validated_ms, created_ms, medium)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0, 0, 0, 0, 0, ?7, ?8)",
        NULL));
    db_bind_text(&q, 1, row->sid);
    db_bind_i64(&q, 2, row->purpose);
    db_bind_blob(&q, 3, row->secret_hash);
    db_bind_blob(&q, 4, contact_blind);
    db_bind_blob(&q, 5, row->contact_sealed);
    db_bind_i64(&q, 6, (int64_t)row->subject);
    db_bind_i64(&q, 7, env_now_ms(tx->env));
    db_bind_i64(&q, 8, row->medium);
    return db_run(&q, NULL);
}

static enum rc update_row(struct tx *tx, const struct row *row)
{
    struct db_query q;
    TRY(db_query(
        tx_vault(tx), &q,
        "UPDATE code_session SET code_hash = ?2, sent_ms = ?3, send_attempt = ?4, attempts_left = ?5, state = ?6,"
        " validated_ms = ?7, subject_nid = ?8, link_hash = ?9, next_sealed = ?10 WHERE sid = ?1",
        NULL));
    db_bind_text(&q, 1, row->sid);
    db_bind_blob(&q, 2, row->code_hash);
    db_bind_i64(&q, 3, row->sent_ms);
    db_bind_i64(&q, 4, row->send_attempt);
    db_bind_i64(&q, 5, row->attempts_left);
    db_bind_i64(&q, 6, row->state);
    db_bind_i64(&q, 7, row->validated_ms);
    db_bind_i64(&q, 8, (int64_t)row->subject);
    db_bind_blob(&q, 9, row->link_hash);
    db_bind_blob(&q, 10, row->next_sealed);
    return db_run(&q, NULL);
}

/* ---- limits ---- */

static enum rc count_sent(struct tx *tx, enum sent_kind kind, str who, int64_t limit, int64_t *ret_retry_ms)
{
    struct db_query q;
    int64_t now = env_now_ms(tx->env), oldest = 0, count = 0;
    /* With `limit` messages within the hour, room comes when the limit-th newest is an hour old. */
    TRY(db_query(
        tx_vault(tx), &q,
        "SELECT sent_ms FROM code_sent WHERE kind = ?1 AND who = ?2 AND sent_ms > ?3 ORDER BY sent_ms DESC LIMIT ?4",
        NULL));
    db_bind_i64(&q, 1, kind);
    db_bind_blob(&q, 2, who);
    db_bind_i64(&q, 3, now - HOUR_MS);
    db_bind_i64(&q, 4, limit);
    while (db_next(&q)) {
        oldest = db_column_i64(&q, 0);
        count++;
    }
    TRY(db_done(&q, NULL));
    if (count >= limit && oldest + HOUR_MS - now > *ret_retry_ms)
        *ret_retry_ms = oldest + HOUR_MS - now;
    return RC_OK;
}

static enum rc count_gap(struct tx *tx, str contact_blind, int64_t gap_ms, int64_t *ret_retry_ms)
{
    struct db_query q;
    int64_t last = 0, now = env_now_ms(tx->env);
    TRY(db_query(tx_vault(tx), &q, "SELECT max(sent_ms) FROM code_sent WHERE kind = ?1 AND who = ?2", NULL));
    db_bind_i64(&q, 1, SENT_CONTACT);
    db_bind_blob(&q, 2, contact_blind);
    if (db_next(&q))
        last = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    if (last && last + gap_ms - now > *ret_retry_ms)
        *ret_retry_ms = last + gap_ms - now;
    return RC_OK;
}

static enum rc note_sent(struct tx *tx, enum sent_kind kind, str who)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "INSERT INTO code_sent (kind, who, sent_ms) VALUES (?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, kind);
    db_bind_blob(&q, 2, who);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

static enum rc take_from_limits(struct tx *tx, const struct code_limits *limits, const struct code_request *request,
                                str contact_blind, str client, int64_t *ret_retry_ms)
{
    str address_blind = seal_blind(tx, "code address", request->address);
    /* Floods of e-mail, which costs little, leave room for messages to phones. */
    str all = request->medium == CODE_EMAIL ? S("all e-mail") : S("all");
    *ret_retry_ms = 0;
    if (limits->enabled) {
        TRY(count_gap(tx, contact_blind, limits->gap_ms, ret_retry_ms));
        TRY(count_sent(tx, SENT_CONTACT, contact_blind, limits->per_number, ret_retry_ms));
        TRY(count_sent(tx, SENT_CLIENT, client, limits->per_client, ret_retry_ms));
        TRY(count_sent(tx, SENT_ADDRESS, address_blind, limits->per_address, ret_retry_ms));
        TRY(count_sent(tx, SENT_ALL, all, limits->in_all, ret_retry_ms));
        if (*ret_retry_ms > 0)
            return RC_LIMITED;
    }
    TRY(note_sent(tx, SENT_CONTACT, contact_blind));
    TRY(note_sent(tx, SENT_CLIENT, client));
    TRY(note_sent(tx, SENT_ADDRESS, address_blind));
    return note_sent(tx, SENT_ALL, all);
}

/* ---- the life of a session ---- */

static enum rc ensure_session(struct tx *tx, const struct code_request *request, str contact_blind, struct row *ret_row)
{
    str secret_hash = keyed_hash(tx, "code secret", S("client"), request->client_secret);
    enum rc rc = find_by_client(tx, request->purpose, contact_blind, secret_hash, ret_row);
    if (rc != RC_NOT_FOUND)
        return rc;
    str sid = crypto_random_name(tx->env, tx->arena, 32);
    *ret_row = (struct row){.sid = sid,
                            .secret_hash = secret_hash,
                            .contact_sealed = seal(tx, contact_context(tx, sid), request->contact),
                            .subject = request->subject,
                            .purpose = request->purpose,
                            .medium = request->medium};
    return insert_row(tx, ret_row, contact_blind);
}

/* Silent: there is no link, of which nothing is the hash. */
static void make_link(struct tx *tx, const struct code_request *request, struct row *row, str *ret_token)
{
    row->link_hash = STR_NONE;
    row->next_sealed = STR_NONE;
    if (request->silent)
        return;
    *ret_token = crypto_token_new(tx->env, tx->arena, "");
    row->link_hash = keyed_hash(tx, "code link", row->sid, *ret_token);
    if (request->next_link.len)
        row->next_sealed = seal(tx, next_context(tx, row->sid), request->next_link);
}

enum rc codes_start(struct tx *tx, const struct code_limits *limits, const struct code_request *request,
                    struct code_start *ret_start)
{
    struct row row;
    str contact_blind = seal_blind(tx, "code number", request->contact);
    *ret_start = (struct code_start){0};
    TRY(ensure_session(tx, request, contact_blind, &row));
    ret_start->sid = row.sid;
    /* Spec: a message goes out only if send_attempt is greater than the last one seen for this client and contact. */
    if (request->send_attempt <= row.send_attempt || row.state == PROVEN)
        return RC_OK;
    TRY(take_from_limits(tx, limits, request, contact_blind, row.secret_hash, &ret_start->retry_ms));
    row.send_attempt = request->send_attempt;
    row.sent_ms = env_now_ms(tx->env);
    row.attempts_left = CODE_ATTEMPTS;
    row.subject = request->subject;
    row.state = WAITING;
    crypto_digits(tx->env, CODE_DIGITS, ret_start->code);
    /* Silent: the hash of what nobody has seen. */
    str code = request->silent ? crypto_token_new(tx->env, tx->arena, "") : str_of(ret_start->code);
    row.code_hash = keyed_hash(tx, "code", row.sid, code);
    if (request->medium == CODE_EMAIL)
        make_link(tx, request, &row, &ret_start->link_token);
    ret_start->due = true;
    ret_start->send = !request->silent;
    return update_row(tx, &row);
}

static bool secret_fits(struct tx *tx, const struct row *row, str client_secret)
{
    return crypto_equal(row->secret_hash, keyed_hash(tx, "code secret", S("client"), client_secret));
}

static bool is_too_old(struct tx *tx, const struct row *row)
{
    return env_now_ms(tx->env) - row->sent_ms > (row->medium == CODE_EMAIL ? CODE_EMAIL_LIFE_MS : CODE_LIFE_MS);
}

static void prove(struct tx *tx, struct row *row)
{
    row->state = PROVEN;
    row->validated_ms = env_now_ms(tx->env);
}

static enum code_result judge(struct tx *tx, struct row *row, str code)
{
    bool fits = crypto_equal(row->code_hash, keyed_hash(tx, "code", row->sid, code));
    if (row->state != WAITING)
        return fits ? CODE_USED : CODE_WRONG;
    if (row->attempts_left <= 0)
        return row->code_hash.len ? CODE_TOO_MANY : CODE_EXPIRED;
    if (is_too_old(tx, row))
        return CODE_EXPIRED;
    row->attempts_left--;
    if (!fits)
        return row->attempts_left ? CODE_WRONG : CODE_TOO_MANY;
    prove(tx, row);
    return CODE_RIGHT;
}

enum rc codes_submit(struct tx *tx, str sid, str client_secret, str code, enum code_result *ret_result,
                     int *ret_attempts_left)
{
    struct row row;
    *ret_attempts_left = 0;
    enum rc rc = find_by_sid(tx, sid, &row);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !secret_fits(tx, &row, client_secret))) {
        *ret_result = CODE_NO_SESSION;
        return RC_OK;
    }
    TRY(rc);
    *ret_result = judge(tx, &row, code);
    *ret_attempts_left = (int)row.attempts_left;
    return update_row(tx, &row);
}

/* ---- links ---- */

static enum rc find_link(struct tx *tx, str sid, str token, struct row *ret_row, struct code_link *ret_link)
{
    TRY(find_by_sid(tx, sid, ret_row));
    if (!ret_row->link_hash.len || !crypto_equal(ret_row->link_hash, keyed_hash(tx, "code link", sid, token)))
        return RC_NOT_FOUND;
    *ret_link = (struct code_link){.purpose = ret_row->purpose, .used = ret_row->state != WAITING};
    if (!ret_link->used && is_too_old(tx, ret_row))
        return RC_EXPIRED;
    if (!ret_row->next_sealed.len)
        return RC_OK;
    return open_sealed(tx, ret_row, next_context(tx, sid), ret_row->next_sealed, &ret_link->next_link);
}

enum rc codes_link(struct tx *tx, str sid, str token, struct code_link *ret_link)
{
    struct row row;
    return find_link(tx, sid, token, &row, ret_link);
}

enum rc codes_confirm(struct tx *tx, str sid, str token, struct code_link *ret_link)
{
    struct row row;
    TRY(find_link(tx, sid, token, &row, ret_link));
    if (ret_link->used)
        return RC_OK;
    prove(tx, &row);
    return update_row(tx, &row);
}

/* ---- what was proven ---- */

enum rc codes_proof(struct tx *tx, str sid, str client_secret, enum code_purpose purpose, struct code_proof *ret_proof)
{
    struct row row;
    TRY(find_by_sid(tx, sid, &row));
    if (!secret_fits(tx, &row, client_secret) || row.purpose != purpose)
        return RC_NOT_FOUND;
    if (row.state != PROVEN)
        return RC_FORBIDDEN;
    if (env_now_ms(tx->env) - row.validated_ms > CODE_PROVEN_MS)
        return RC_EXPIRED;
    ret_proof->medium = row.medium;
    ret_proof->subject = row.subject;
    return open_sealed(tx, &row, contact_context(tx, sid), row.contact_sealed, &ret_proof->contact);
}

enum rc codes_consume(struct tx *tx, str sid)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE code_session SET state = ?2 WHERE sid = ?1", NULL));
    db_bind_text(&q, 1, sid);
    db_bind_i64(&q, 2, CONSUMED);
    return db_run(&q, NULL);
}

enum rc codes_reap(struct tx *tx)
{
    struct db_query q;
    int64_t now = env_now_ms(tx->env);
    TRY(db_query(tx_vault(tx), &q,
                 "DELETE FROM code_session WHERE created_ms < ?1 AND sent_ms < ?1 AND validated_ms < ?1", NULL));
    db_bind_i64(&q, 1, now - 2 * HOUR_MS);
    TRY(db_run(&q, NULL));
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM code_sent WHERE sent_ms < ?1", NULL));
    db_bind_i64(&q, 1, now - HOUR_MS);
    return db_run(&q, NULL);
}
