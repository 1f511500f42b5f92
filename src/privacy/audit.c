/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/audit.h"

#include "base/vec.h"
#include "crypto/crypto.h"
#include "store/seal.h"
#include "json/json.h"

enum { CHAIN_SIZE = CRYPTO_SHA256_SIZE, NONCE_SIZE = CRYPTO_KEY_SIZE };

/* What the first row is chained to. */
static const unsigned char chain_start[CHAIN_SIZE];

const char *audit_kind_name(enum audit_kind kind)
{
    static const char *const names[AUDIT_KIND_COUNT] = {
        [AUDIT_READ] = "read",       [AUDIT_REFUSED] = "refused",       [AUDIT_EXPORT] = "export",
        [AUDIT_CONSENT] = "consent", [AUDIT_ERASURE] = "erasure",       [AUDIT_RETENTION] = "retention",
        [AUDIT_HOLD] = "hold",       [AUDIT_BACKUP] = "backup",         [AUDIT_COMMAND] = "command",
        [AUDIT_POLICY] = "policy",   [AUDIT_STATISTICS] = "statistics",
    };
    return names[kind];
}

/* ---- one row ---- */

struct audit_row {
    int64_t seq, at_ms;
    uint64_t subject;
    str sealed; /* STR_NONE: nobody's to read */
    unsigned char leaf[CRYPTO_SHA256_SIZE], chain[CHAIN_SIZE];
};

static void put_i64(struct strbuf *out, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (56 - 8 * i));
    strbuf_add(out, str_from(bytes, sizeof bytes));
}

/* SHA-256 of the chain before, the row's number, time and subject, its commitment and the hash of what is sealed. */
static void chain_next(const unsigned char before[CHAIN_SIZE], struct audit_row *row)
{
    unsigned char sealed[CRYPTO_SHA256_SIZE];
    crypto_sha256(row->sealed, sealed);
    struct strbuf text = {0};
    strbuf_add(&text, str_from(before, CHAIN_SIZE));
    put_i64(&text, row->seq);
    put_i64(&text, row->at_ms);
    put_i64(&text, (int64_t)row->subject);
    strbuf_add(&text, str_from(row->leaf, sizeof row->leaf));
    strbuf_add(&text, str_from(sealed, sizeof sealed));
    crypto_sha256(strbuf_str(&text), row->chain);
    strbuf_fini(&text);
}

static enum rc last_row(struct tx *tx, int64_t *ret_seq, unsigned char ret_chain[CHAIN_SIZE])
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1", NULL));
    bool whole = true;
    *ret_seq = -1;
    memcpy(ret_chain, chain_start, CHAIN_SIZE);
    if (db_next(&q)) {
        str chain = db_column_str(&q, 1);
        *ret_seq = db_column_i64(&q, 0);
        whole = chain.len == CHAIN_SIZE;
        if (whole)
            memcpy(ret_chain, chain.ptr, CHAIN_SIZE);
    }
    TRY(db_done(&q, NULL));
    return whole ? RC_OK : RC_CRYPTO;
}

static str seal_context(struct tx *tx, int64_t seq)
{
    return arena_printf(tx->arena, "audit:%lld", (long long)seq);
}

/* ---- what is said ---- */

/* People appear under a pseudonym of the audit's own, so that two entries can be seen to be by the same person. */
static const char *pseudonym(struct tx *tx, uint64_t nid)
{
    str number = arena_printf(tx->arena, "%llu", (unsigned long long)nid);
    return crypto_hex(tx->arena, seal_blind(tx, "audit", number)).ptr;
}

static enum rc entry_text(struct tx *tx, const struct audit_row *row, const struct audit_entry *entry, str *ret_text)
{
    static const struct act nobody = {.actor = ACTOR_NOBODY, .basis = BASIS_CONTRACT};
    const struct act *act = tx->act ? tx->act : &nobody;
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_sint(doc, root, "index", row->seq);
    yyjson_mut_obj_add_sint(doc, root, "at", row->at_ms);
    yyjson_mut_obj_add_str(doc, root, "kind", audit_kind_name(entry->kind));
    yyjson_mut_obj_add_str(doc, root, "actor", actor_name(act->actor));
    if (act->actor_nid)
        yyjson_mut_obj_add_str(doc, root, "by",
                               act->actor_nid == entry->subject ? "subject" : pseudonym(tx, act->actor_nid));
    if (entry->subject)
        yyjson_mut_obj_add_str(doc, root, "subject", pseudonym(tx, entry->subject));
    if (entry->field != FIELD_NONE && catalogue_row(entry->field)->name)
        yyjson_mut_obj_add_str(doc, root, "field", catalogue_row(entry->field)->name);
    yyjson_mut_obj_add_str(doc, root, "purpose", purpose_name(entry->purpose));
    yyjson_mut_obj_add_str(doc, root, "basis", basis_name(act->basis));
    if (act->reason)
        yyjson_mut_obj_add_str(doc, root, "reason", act->reason);
    yyjson_mut_obj_add_sint(doc, root, "count", entry->count ? (int64_t)entry->count : 1);
    if (entry->detail.len)
        yyjson_mut_obj_add_strn(doc, root, "detail", entry->detail.ptr, entry->detail.len);
    struct strbuf text = {0};
    enum rc rc = json_mut_canonical(&text, root, NULL);
    if (rc == RC_OK)
        *ret_text = arena_dup(tx->arena, strbuf_str(&text));
    strbuf_fini(&text);
    return rc;
}

/* Under the subject's key; of somebody whose key is gone nothing is kept but the commitment. */
static enum rc entry_seal(struct tx *tx, const struct audit_row *row, const unsigned char nonce[NONCE_SIZE], str text,
                          str *ret_sealed)
{
    str plain = arena_concat(tx->arena, str_from(nonce, NONCE_SIZE), text, STR_NONE);
    enum rc rc = seal_for(tx, row->subject, seal_context(tx, row->seq), plain, ret_sealed);
    if (rc != RC_NOT_FOUND)
        return rc;
    *ret_sealed = STR_NONE;
    return RC_OK;
}

enum rc audit_append(struct tx *tx, const struct audit_entry *entry)
{
    if (!tx->writable)
        return RC_FORBIDDEN;
    struct audit_row row = {.at_ms = env_now_ms(tx->env), .subject = entry->subject};
    unsigned char nonce[NONCE_SIZE], before[CHAIN_SIZE];
    str text;
    TRY(last_row(tx, &row.seq, before));
    row.seq++;
    TRY(entry_text(tx, &row, entry, &text));
    env_random(tx->env, nonce, sizeof nonce);
    crypto_hmac_sha256(nonce, text, row.leaf);
    TRY(entry_seal(tx, &row, nonce, text, &row.sealed));
    chain_next(before, &row);

    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO audit(seq, at_ms, subject, sealed, chain, leaf) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", NULL));
    db_bind_i64(&q, 1, row.seq);
    db_bind_i64(&q, 2, row.at_ms);
    db_bind_i64(&q, 3, (int64_t)row.subject);
    db_bind_blob(&q, 4, row.sealed);
    db_bind_blob(&q, 5, str_from(row.chain, sizeof row.chain));
    db_bind_blob(&q, 6, str_from(row.leaf, sizeof row.leaf));
    return db_run(&q, NULL);
}

/* ---- reading ---- */

struct sealed_record {
    int64_t index, at_ms;
    str sealed, leaf;
};
typedef VEC(struct sealed_record) sealed_records;

static enum rc records_read(struct tx *tx, uint64_t subject, int64_t from_index, size_t limit, sealed_records *records)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT seq, at_ms, sealed, leaf FROM audit WHERE subject = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, from_index);
    db_bind_i64(&q, 3, (int64_t)limit);
    while (db_next(&q))
        if (!db_column_is_null(&q, 2))
            vec_push(records, ((struct sealed_record){db_column_i64(&q, 0), db_column_i64(&q, 1),
                                                      arena_dup(tx->arena, db_column_str(&q, 2)),
                                                      arena_dup(tx->arena, db_column_str(&q, 3))}));
    return db_done(&q, NULL);
}

static enum rc record_open(struct tx *tx, uint64_t subject, const struct sealed_record *sealed,
                           struct audit_record *ret_record)
{
    const struct personal *detail;
    str plain;
    TRY(seal_open(tx, subject, seal_context(tx, sealed->index), sealed->sealed, &detail));
    TRY(gate_release(tx, subject, FIELD_AUDIT_DETAIL, PURPOSE_RIGHTS, detail, &plain));
    if (plain.len < NONCE_SIZE)
        return RC_CRYPTO;
    unsigned char leaf[CRYPTO_SHA256_SIZE];
    crypto_hmac_sha256((const unsigned char *)plain.ptr, str_skip(plain, NONCE_SIZE), leaf);
    if (!str_eq(sealed->leaf, str_from(leaf, sizeof leaf)))
        return RC_CRYPTO;
    *ret_record = (struct audit_record){
        .index = sealed->index,
        .at_ms = sealed->at_ms,
        .nonce = str_from(plain.ptr, NONCE_SIZE),
        .entry = str_from(plain.ptr + NONCE_SIZE, plain.len - NONCE_SIZE),
    };
    return RC_OK;
}

enum rc audit_list(struct tx *tx, uint64_t subject, int64_t from_index, size_t limit, struct audit_record **ret_records,
                   size_t *ret_count)
{
    sealed_records found = {0};
    enum rc rc = records_read(tx, subject, from_index, limit, &found);
    struct audit_record *records = arena_array(tx->arena, struct audit_record, found.count + 1);
    for (size_t i = 0; i < found.count && rc == RC_OK; i++)
        rc = record_open(tx, subject, &found.items[i], &records[i]);
    if (rc == RC_OK) {
        *ret_records = records;
        *ret_count = found.count;
    }
    vec_fini(&found);
    return rc;
}

enum rc audit_chain_check(struct db *vault, struct error *err)
{
    struct db_query q;
    unsigned char before[CHAIN_SIZE];
    int64_t expected = 0;
    bool whole = true;
    memcpy(before, chain_start, CHAIN_SIZE);
    TRY(db_query(vault, &q, "SELECT seq, at_ms, subject, leaf, chain, sealed FROM audit ORDER BY seq", err));
    while (whole && db_next(&q)) {
        struct audit_row row = {.seq = db_column_i64(&q, 0),
                                .at_ms = db_column_i64(&q, 1),
                                .subject = (uint64_t)db_column_i64(&q, 2),
                                .sealed = db_column_str(&q, 5)};
        str leaf = db_column_str(&q, 3), chain = db_column_str(&q, 4);
        whole = row.seq == expected && leaf.len == sizeof row.leaf;
        if (whole) {
            memcpy(row.leaf, leaf.ptr, leaf.len);
            chain_next(before, &row);
            whole = str_eq(chain, str_from(row.chain, sizeof row.chain));
            memcpy(before, row.chain, CHAIN_SIZE);
            expected += whole;
        }
    }
    TRY(db_done(&q, err));
    return whole ? RC_OK
                 : error_set(err, RC_CRYPTO, "the audit's chain breaks at entry %lld: it was altered from outside",
                             (long long)expected);
}
