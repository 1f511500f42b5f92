/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/room_keys.h"

#include "crypto/crypto.h"
#include "store/gate.h"
#include "store/seal.h"

/* ---- versions ---- */

static str version_context(struct tx *tx, uint64_t user_nid, int64_t version)
{
    return arena_printf(tx->arena, "room_keys_version:%llu:%lld", (unsigned long long)user_nid, (long long)version);
}

static enum rc version_open(struct tx *tx, str sealed, struct room_keys_version *version)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, version->user_nid, version_context(tx, version->user_nid, version->version), sealed, &value));
    TRY(gate_release_declared(tx, version->user_nid, FIELD_KEY_BACKUP, value, &plain));
    version->auth_data = str_split(plain, '\0', &version->algorithm);
    return RC_OK;
}

static enum rc version_read(struct tx *tx, struct db_query *q, uint64_t user_nid, struct room_keys_version *ret)
{
    str sealed = STR_NONE;
    bool found = db_next(q);
    if (found) {
        *ret = (struct room_keys_version){
            user_nid, db_column_i64(q, 0), db_column_i64(q, 1), db_column_i64(q, 2), STR_NONE, STR_NONE};
        sealed = arena_dup(tx->arena, db_column_str(q, 3));
    }
    TRY(db_done(q, NULL));
    return found ? version_open(tx, sealed, ret) : RC_NOT_FOUND;
}

enum rc room_keys_version_get(struct tx *tx, uint64_t user_nid, int64_t version, struct room_keys_version *ret_version)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT version, etag, count, sealed FROM room_keys_version"
                 " WHERE user = ?1 AND version = ?2 AND deleted = 0",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, version);
    return version_read(tx, &q, user_nid, ret_version);
}

enum rc room_keys_version_current(struct tx *tx, uint64_t user_nid, struct room_keys_version *ret_version)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT version, etag, count, sealed FROM room_keys_version"
                 " WHERE user = ?1 AND deleted = 0 ORDER BY version DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    return version_read(tx, &q, user_nid, ret_version);
}

enum rc room_keys_versions(struct tx *tx, uint64_t user_nid, struct room_keys_version **ret_versions, size_t *ret_count)
{
    struct room_keys_version *versions = arena_array(tx->arena, struct room_keys_version, ROOM_KEYS_VERSIONS);
    str sealed[ROOM_KEYS_VERSIONS];
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT version, etag, count, sealed FROM room_keys_version"
                 " WHERE user = ?1 AND deleted = 0 ORDER BY version LIMIT ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, ROOM_KEYS_VERSIONS);
    for (; db_next(&q); count++) {
        versions[count] = (struct room_keys_version){
            user_nid, db_column_i64(&q, 0), db_column_i64(&q, 1), db_column_i64(&q, 2), STR_NONE, STR_NONE};
        sealed[count] = arena_dup(tx->arena, db_column_str(&q, 3));
    }
    TRY(db_done(&q, NULL));
    for (size_t i = 0; i < count; i++)
        TRY(version_open(tx, sealed[i], &versions[i]));
    *ret_versions = versions;
    *ret_count = count;
    return RC_OK;
}

/* The highest number ever given out (a deleted version leaves its row until a newer one is made and its sessions are
 * gone), and how many versions there are. */
static enum rc look_over(struct tx *tx, uint64_t user_nid, int64_t *ret_highest, int64_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT coalesce(max(version), 0), coalesce(sum(deleted = 0), 0) FROM room_keys_version"
                 " WHERE user = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    bool found = db_next(&q);
    *ret_highest = found ? db_column_i64(&q, 0) : 0;
    *ret_count = found ? db_column_i64(&q, 1) : 0;
    return db_done(&q, NULL);
}

static enum rc drop_deleted(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM room_keys_version WHERE user = ?1 AND deleted = 1 AND NOT EXISTS(SELECT 1 FROM room_key k"
                 " WHERE k.user = room_keys_version.user AND k.version = room_keys_version.version)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    return db_run(&q, NULL);
}

static enum rc version_seal(struct tx *tx, const struct room_keys_version *version, str *ret_sealed)
{
    return seal_for(tx, version->user_nid, version_context(tx, version->user_nid, version->version),
                    arena_concat(tx->arena, version->algorithm, S("\0"), version->auth_data), ret_sealed);
}

enum rc room_keys_version_add(struct tx *tx, struct room_keys_version *version)
{
    int64_t highest, count;
    str sealed;
    struct db_query q;
    TRY(look_over(tx, version->user_nid, &highest, &count));
    if (count >= ROOM_KEYS_VERSIONS)
        return RC_LIMITED;
    TRY(drop_deleted(tx, version->user_nid));
    version->version = highest + 1;
    version->etag = version->count = 0;
    TRY(version_seal(tx, version, &sealed));
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO room_keys_version(user, version, etag, count, deleted, sealed)"
                 " VALUES(?1, ?2, 0, 0, 0, ?3)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)version->user_nid);
    db_bind_i64(&q, 2, version->version);
    db_bind_blob(&q, 3, sealed);
    return db_run(&q, NULL);
}

enum rc room_keys_version_save(struct tx *tx, const struct room_keys_version *version)
{
    str sealed;
    struct db_query q;
    TRY(version_seal(tx, version, &sealed));
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE room_keys_version SET etag = ?3, count = ?4, sealed = ?5 WHERE user = ?1 AND version = ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)version->user_nid);
    db_bind_i64(&q, 2, version->version);
    db_bind_i64(&q, 3, version->etag);
    db_bind_i64(&q, 4, version->count);
    db_bind_blob(&q, 5, sealed);
    return db_run(&q, NULL);
}

enum rc room_keys_version_delete(struct tx *tx, uint64_t user_nid, int64_t version)
{
    int64_t highest, count;
    struct db_query q;
    TRY(look_over(tx, user_nid, &highest, &count));
    if (version < 1 || version > highest)
        return RC_NOT_FOUND;
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE room_keys_version SET deleted = 1, count = 0, sealed = x'' WHERE user = ?1 AND version = ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, version);
    TRY(db_run(&q, NULL));
    tx_empty_logs(tx);
    return RC_OK;
}

enum rc room_keys_sweep(struct tx *tx, uint64_t user_nid, bool *ret_more)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM room_key WHERE nid IN (SELECT nid FROM room_key WHERE user = ?1 AND version IN"
                 " (SELECT version FROM room_keys_version WHERE user = ?1 AND deleted = 1) LIMIT ?2)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, ROOM_KEYS_SWEPT);
    TRY(db_run(&q, NULL));
    *ret_more = db_changes(tx_chat(tx)) == ROOM_KEYS_SWEPT;
    if (db_changes(tx_chat(tx)))
        tx_empty_logs(tx);
    return RC_OK;
}

/* ---- sessions ---- */

static str key_context(struct tx *tx, const struct room_keys_version *version)
{
    return arena_printf(tx->arena, "room_key:%llu:%lld", (unsigned long long)version->user_nid,
                        (long long)version->version);
}

/* Of no use for comparing what two people have. */
static str own_blind(struct tx *tx, uint64_t user_nid, const char *use, str value)
{
    return seal_blind(tx, use, arena_printf(tx->arena, "%llu:%.*s", (unsigned long long)user_nid, STR_ARG(value)));
}

/* The spec's comparison as one number: the larger is the better. */
static int64_t rank_of(const struct room_key *key)
{
    const int64_t most_index = UINT32_MAX, most_forwarded = (1 << 29) - 1;
    int64_t index = key->first_index < most_index ? key->first_index : most_index;
    int64_t forwarded = key->forwarded < most_forwarded ? key->forwarded : most_forwarded;
    return (int64_t)key->verified << 61 | (most_index - index) << 29 | (most_forwarded - forwarded);
}

static void bind_place(struct tx *tx, struct db_query *q, const struct room_keys_version *version,
                       const struct room_key *key)
{
    db_bind_i64(q, 1, (int64_t)version->user_nid);
    db_bind_i64(q, 2, version->version);
    db_bind_blob(q, 3, own_blind(tx, version->user_nid, "backup-room", key->room_id));
    db_bind_blob(q, 4, own_blind(tx, version->user_nid, "backup-session", key->session_id));
}

/* sql takes the place, the rank as ?5 and the key as ?6. */
static enum rc write_key(struct tx *tx, const char *sql, const struct room_keys_version *version,
                         const struct room_key *key, str sealed, bool *ret_written)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, sql, NULL));
    bind_place(tx, &q, version, key);
    db_bind_i64(&q, 5, rank_of(key));
    db_bind_blob(&q, 6, sealed);
    TRY(db_run(&q, NULL));
    *ret_written = db_changes(tx_chat(tx)) > 0;
    return RC_OK;
}

static enum rc insert(struct tx *tx, const struct room_keys_version *version, const struct room_key *key, str sealed,
                      bool *ret_new)
{
    return write_key(tx,
                     "INSERT INTO room_key(user, version, room, session, rank, sealed) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                     " ON CONFLICT(user, version, room, session) DO NOTHING",
                     version, key, sealed, ret_new);
}

static enum rc replace(struct tx *tx, const struct room_keys_version *version, const struct room_key *key, str sealed,
                       bool *ret_better)
{
    return write_key(tx,
                     "UPDATE room_key SET rank = ?5, sealed = ?6"
                     " WHERE user = ?1 AND version = ?2 AND room = ?3 AND session = ?4 AND rank < ?5",
                     version, key, sealed, ret_better);
}

enum rc room_keys_put(struct tx *tx, struct room_keys_version *version, const struct room_key *key)
{
    bool is_new, is_better = false;
    str sealed, ids = arena_concat(tx->arena, key->room_id, S("\0"), key->session_id);
    TRY(seal_for(tx, version->user_nid, key_context(tx, version), arena_concat(tx->arena, ids, S("\0"), key->text),
                 &sealed));
    TRY(insert(tx, version, key, sealed, &is_new));
    if (!is_new)
        TRY(replace(tx, version, key, sealed, &is_better));
    version->count += is_new;
    version->etag += is_new || is_better;
    return version->count > ROOM_KEYS_SESSIONS ? RC_LIMITED : RC_OK;
}

/* ?3, ?4: empty for whichever. */
#define CHOICE " WHERE user = ?1 AND version = ?2 AND (?3 = x'' OR room = ?3) AND (?4 = x'' OR session = ?4)"
#define OF_ROOM " WHERE user = ?1 AND version = ?2 AND room = ?3 AND (?4 = x'' OR session = ?4)"

static void bind_choice(struct tx *tx, struct db_query *q, const struct room_keys_version *version, str room_id,
                        str session_id)
{
    db_bind_i64(q, 1, (int64_t)version->user_nid);
    db_bind_i64(q, 2, version->version);
    db_bind_blob(q, 3, room_id.ptr ? own_blind(tx, version->user_nid, "backup-room", room_id) : S(""));
    db_bind_blob(q, 4, session_id.ptr ? own_blind(tx, version->user_nid, "backup-session", session_id) : S(""));
}

enum rc room_keys_remove(struct tx *tx, struct room_keys_version *version, str room_id, str session_id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, room_id.ptr ? "DELETE FROM room_key" OF_ROOM : "DELETE FROM room_key" CHOICE, NULL));
    bind_choice(tx, &q, version, room_id, session_id);
    TRY(db_run(&q, NULL));
    int64_t gone = db_changes(tx_chat(tx));
    if (!gone)
        return RC_OK;
    version->count -= gone;
    version->etag++;
    tx_empty_logs(tx);
    return RC_OK;
}

static enum rc key_open(struct tx *tx, const struct room_keys_version *version, str sealed, struct room_key *key)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, version->user_nid, key_context(tx, version), sealed, &value));
    TRY(gate_release_declared(tx, version->user_nid, FIELD_KEY_BACKUP_SESSION, value, &plain));
    str rest = str_split(plain, '\0', &key->room_id);
    key->text = str_split(rest, '\0', &key->session_id);
    return RC_OK;
}

enum rc room_keys_get(struct tx *tx, const struct room_keys_version *version, str room_id, str session_id,
                      struct room_key *ret_key)
{
    str sealed = STR_NONE;
    struct db_query q;
    *ret_key = (struct room_key){.room_id = room_id, .session_id = session_id};
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT sealed FROM room_key WHERE user = ?1 AND version = ?2 AND room = ?3 AND session = ?4", NULL));
    bind_place(tx, &q, version, ret_key);
    if (db_next(&q))
        sealed = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return sealed.ptr ? key_open(tx, version, sealed, ret_key) : RC_NOT_FOUND;
}

/* ---- in pages ---- */

/* A row's version, and the blinds of its room and session: a page begins behind one. */
struct key_place {
    int64_t version;
    str room, session;
};

enum { BLIND = 16 };

/* The choice as a place: in front of all of it. */
static struct key_place first_place(struct tx *tx, const struct room_keys_choice *choice)
{
    str room = choice->room_id.ptr ? own_blind(tx, choice->user_nid, "backup-room", choice->room_id) : S("");
    return (struct key_place){choice->version, room, S("")};
}

static enum rc read_place(struct tx *tx, str text, struct key_place *ret_place)
{
    str number, bytes, rest = str_split(text, '.', &number);
    if (str_to_i64(number, &ret_place->version) != RC_OK || crypto_base64_decode(tx->arena, rest, &bytes) != RC_OK
        || bytes.len != 2 * BLIND)
        return RC_INVALID;
    ret_place->room = str_from(bytes.ptr, BLIND);
    ret_place->session = str_from(bytes.ptr + BLIND, BLIND);
    return RC_OK;
}

static str write_place(struct tx *tx, const struct key_place *place)
{
    str blinds = crypto_base64(tx->arena, arena_concat(tx->arena, place->room, place->session, S("")), true);
    return arena_printf(tx->arena, "%lld.%.*s", (long long)place->version, STR_ARG(blinds));
}

/* Another row of what was chosen? */
static bool next_of(struct db_query *q, const struct key_place *chosen)
{
    return db_next(q) && (!chosen->version || db_column_i64(q, 0) == chosen->version)
           && (!chosen->room.len || str_eq(db_column_str(q, 1), chosen->room));
}

static enum rc read_page(struct tx *tx, struct db_query *q, const struct key_place *chosen, struct room_keys_page *page,
                         str *sealed)
{
    size_t bytes = 0;
    struct key_place last = *chosen;
    while (next_of(q, chosen)) {
        if (page->count == ROOM_KEYS_PAGE || bytes >= ROOM_KEYS_PAGE_BYTES) {
            page->next = write_place(tx, &last);
            break;
        }
        last = (struct key_place){db_column_i64(q, 0), arena_dup(tx->arena, db_column_str(q, 1)),
                                  arena_dup(tx->arena, db_column_str(q, 2))};
        page->keys[page->count].version = last.version;
        sealed[page->count] = arena_dup(tx->arena, db_column_str(q, 3));
        bytes += sealed[page->count++].len;
    }
    return db_done(q, NULL);
}

enum rc room_keys_read(struct tx *tx, const struct room_keys_choice *choice, str from, struct room_keys_page *ret_page)
{
    const struct key_place chosen = first_place(tx, choice);
    struct key_place after = chosen;
    str *sealed = arena_array(tx->arena, str, ROOM_KEYS_PAGE);
    struct db_query q;
    if (from.len)
        TRY(read_place(tx, from, &after));
    *ret_page = (struct room_keys_page){.keys = arena_array(tx->arena, struct room_key, ROOM_KEYS_PAGE)};
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT k.version, k.room, k.session, k.sealed FROM room_key k JOIN room_keys_version v"
                 " ON v.user = k.user AND v.version = k.version AND v.deleted = 0"
                 " WHERE k.user = ?1 AND (k.version, k.room, k.session) > (?2, ?3, ?4)"
                 " ORDER BY k.version, k.room, k.session",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)choice->user_nid);
    db_bind_i64(&q, 2, after.version);
    db_bind_blob(&q, 3, after.room);
    db_bind_blob(&q, 4, after.session);
    TRY(read_page(tx, &q, &chosen, ret_page, sealed));
    for (size_t i = 0; i < ret_page->count; i++) {
        const struct room_keys_version of = {.user_nid = choice->user_nid, .version = ret_page->keys[i].version};
        TRY(key_open(tx, &of, sealed[i], &ret_page->keys[i]));
    }
    return RC_OK;
}
