/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/third_party_invites.h"

#include "crypto/crypto.h"
#include "store/seal.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum { TOKEN_LENGTH = 24 };
enum sent_kind { SENT_INVITER = 1, SENT_CONTACT = 2, SENT_ROOM = 3 };

#define COLUMNS "token, inviter, room, direct, created_ms"

/* What was made before this is over. */
static int64_t living_since(struct tx *tx)
{
    return env_now_ms(tx->env) - THIRD_PARTY_INVITE_LIFE_MS;
}

static str contact_blind(struct tx *tx, str contact)
{
    return seal_blind(tx, "third party invite", contact);
}

/* ---- rows ---- */

static struct third_party_invite take_row(struct tx *tx, struct db_query *q)
{
    return (struct third_party_invite){
        .token = arena_dup(tx->arena, db_column_str(q, 0)),
        .inviter_nid = (uint64_t)db_column_i64(q, 1),
        .room_nid = (uint64_t)db_column_i64(q, 2),
        .is_direct = db_column_i64(q, 3) != 0,
        .created_ms = db_column_i64(q, 4),
    };
}

static enum rc take_rows(struct tx *tx, struct db_query *q, size_t max, struct third_party_invite **ret_invites,
                         size_t *ret_count)
{
    struct third_party_invite *invites = arena_array(tx->arena, struct third_party_invite, max);
    size_t count = 0;
    while (count < max && db_next(q))
        invites[count++] = take_row(tx, q);
    TRY(db_done(q, NULL));
    *ret_invites = invites;
    *ret_count = count;
    return RC_OK;
}

static enum rc take_one(struct tx *tx, struct db_query *q, struct third_party_invite *ret_invite)
{
    bool found = db_next(q);
    if (found)
        *ret_invite = take_row(tx, q);
    TRY(db_done(q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc third_party_invites_of_contact(struct tx *tx, str contact, struct third_party_invite **ret_invites,
                                       size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS " FROM third_party_invite WHERE contact = ?1 AND declined = 0"
                 " AND created_ms > ?3 ORDER BY created_ms DESC, token LIMIT ?2",
                 NULL));
    db_bind_blob(&q, 1, contact_blind(tx, contact));
    db_bind_i64(&q, 2, THIRD_PARTY_INVITES_AT_ONCE);
    db_bind_i64(&q, 3, living_since(tx));
    return take_rows(tx, &q, THIRD_PARTY_INVITES_AT_ONCE, ret_invites, ret_count);
}

enum rc third_party_invites_find(struct tx *tx, str contact, str token, struct third_party_invite *ret_invite)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS " FROM third_party_invite WHERE token = ?1 AND contact = ?2 AND declined = 0"
                 " AND created_ms > ?3",
                 NULL));
    db_bind_text(&q, 1, token);
    db_bind_blob(&q, 2, contact_blind(tx, contact));
    db_bind_i64(&q, 3, living_since(tx));
    return take_one(tx, &q, ret_invite);
}

enum rc third_party_invites_of_inviter(struct tx *tx, uint64_t inviter_nid, uint64_t room_nid,
                                       struct third_party_invite **ret_invites, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS
                 " FROM third_party_invite WHERE inviter = ?1 AND room = ?2 ORDER BY created_ms, token"
                 " LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)inviter_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_i64(&q, 3, THIRD_PARTY_INVITES_PER_ROOM);
    return take_rows(tx, &q, THIRD_PARTY_INVITES_PER_ROOM, ret_invites, ret_count);
}

enum rc third_party_invites_lapsed(struct tx *tx, struct third_party_invite **ret_invites, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT " COLUMNS " FROM third_party_invite WHERE created_ms <= ?1"
                 " AND inviter NOT IN (SELECT subject FROM hold WHERE lifted_ms = 0) ORDER BY created_ms LIMIT ?2",
                 NULL));
    db_bind_i64(&q, 1, living_since(tx));
    db_bind_i64(&q, 2, THIRD_PARTY_INVITES_AT_ONCE);
    return take_rows(tx, &q, THIRD_PARTY_INVITES_AT_ONCE, ret_invites, ret_count);
}

static enum rc check_room(struct tx *tx, uint64_t room_nid, str blind, struct third_party_invite *invite_in_out)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT " COLUMNS " FROM third_party_invite WHERE room = ?1 AND contact = ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_blob(&q, 2, blind);
    enum rc rc = take_one(tx, &q, invite_in_out);
    if (rc != RC_NOT_FOUND)
        return rc == RC_OK ? RC_EXISTS : rc;
    TRY(db_query(tx_vault(tx), &q, "SELECT count(*) FROM third_party_invite WHERE room = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    bool full = db_next(&q) && db_column_i64(&q, 0) >= THIRD_PARTY_INVITES_PER_ROOM;
    TRY(db_done(&q, NULL));
    return full ? RC_TOO_LARGE : RC_OK;
}

enum rc third_party_invites_add(struct tx *tx, str contact, struct third_party_invite *invite_in_out)
{
    struct db_query q;
    str blind = contact_blind(tx, contact);
    TRY(check_room(tx, invite_in_out->room_nid, blind, invite_in_out));
    invite_in_out->token = crypto_random_name(tx->env, tx->arena, TOKEN_LENGTH);
    invite_in_out->created_ms = env_now_ms(tx->env);
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO third_party_invite(token, inviter, room, contact, direct, created_ms)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                 NULL));
    db_bind_text(&q, 1, invite_in_out->token);
    db_bind_i64(&q, 2, (int64_t)invite_in_out->inviter_nid);
    db_bind_i64(&q, 3, (int64_t)invite_in_out->room_nid);
    db_bind_blob(&q, 4, blind);
    db_bind_i64(&q, 5, invite_in_out->is_direct);
    db_bind_i64(&q, 6, invite_in_out->created_ms);
    return db_run(&q, NULL);
}

enum rc third_party_invites_move(struct tx *tx, str token, uint64_t room_nid)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE OR IGNORE third_party_invite SET room = ?2 WHERE token = ?1", NULL));
    db_bind_text(&q, 1, token);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    TRY(db_run(&q, NULL));
    return db_changes(tx_vault(tx)) > 0 ? RC_OK : RC_EXISTS;
}

enum rc third_party_invites_decline(struct tx *tx, str token)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "UPDATE third_party_invite SET declined = 1 WHERE token = ?1", NULL));
    db_bind_text(&q, 1, token);
    return db_run(&q, NULL);
}

enum rc third_party_invites_remove(struct tx *tx, uint64_t room_nid, str token)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM third_party_invite WHERE token = ?1 AND room = ?2", NULL));
    db_bind_text(&q, 1, token);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    TRY(db_run(&q, NULL));
    if (db_changes(tx_vault(tx)) > 0)
        tx_empty_logs(tx);
    return RC_OK;
}

/* ---- limits ---- */

static enum rc count_since(struct tx *tx, enum sent_kind kind, str who, int64_t since_ms, int64_t *ret_count,
                           int64_t *ret_oldest_ms)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT count(*), min(sent_ms) FROM third_party_invite_sent WHERE kind = ?1 AND who = ?2"
                 " AND sent_ms > ?3",
                 NULL));
    db_bind_i64(&q, 1, kind);
    db_bind_blob(&q, 2, who);
    db_bind_i64(&q, 3, since_ms);
    bool found = db_next(&q);
    *ret_count = found ? db_column_i64(&q, 0) : 0;
    *ret_oldest_ms = found ? db_column_i64(&q, 1) : 0;
    return db_done(&q, NULL);
}

static enum rc note(struct tx *tx, enum sent_kind kind, str who)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "INSERT INTO third_party_invite_sent(kind, who, sent_ms) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, kind);
    db_bind_blob(&q, 2, who);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc third_party_invites_count(struct tx *tx, const struct third_party_limits *limits, uint64_t inviter_nid,
                                  int64_t *ret_retry_ms)
{
    int64_t now = env_now_ms(tx->env), count, oldest_ms;
    str who = seal_blind(tx, "third party inviter", arena_printf(tx->arena, "%llu", (unsigned long long)inviter_nid));
    TRY(count_since(tx, SENT_INVITER, who, now - DAY_MS, &count, &oldest_ms));
    if (limits->enabled && count >= limits->per_inviter) {
        *ret_retry_ms = oldest_ms + DAY_MS - now;
        return RC_LIMITED;
    }
    return note(tx, SENT_INVITER, who);
}

enum rc third_party_invites_count_message(struct tx *tx, const struct third_party_limits *limits, str contact,
                                          uint64_t room_nid, bool *ret_may)
{
    int64_t now = env_now_ms(tx->env), of_contact, of_room, oldest_ms;
    str blind = contact_blind(tx, contact);
    str place = arena_printf(tx->arena, "%llu %.*s", (unsigned long long)room_nid, STR_ARG(contact));
    str room_blind = seal_blind(tx, "third party invite room", place);
    TRY(count_since(tx, SENT_CONTACT, blind, now - DAY_MS, &of_contact, &oldest_ms));
    TRY(count_since(tx, SENT_ROOM, room_blind, living_since(tx), &of_room, &oldest_ms));
    *ret_may = of_room == 0 && !(limits->enabled && of_contact >= limits->per_contact);
    if (!*ret_may)
        return RC_OK;
    TRY(note(tx, SENT_CONTACT, blind));
    return note(tx, SENT_ROOM, room_blind);
}
