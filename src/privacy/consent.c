/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/consent.h"

#include "privacy/audit.h"
#include "privacy/receipt.h"
#include "store/gate.h"
#include "store/seal.h"
#include "store/users.h"

enum { LEDGER_MAX = 1000, ID_DIGITS = 16 };

/* ---- names ---- */

str consent_id(struct arena *arena, uint64_t nid)
{
    return arena_printf(arena, "%016llx", (unsigned long long)nid);
}

enum rc consent_id_parse(str id, uint64_t *ret_nid)
{
    uint64_t nid = 0;
    if (id.len != ID_DIGITS)
        return RC_INVALID;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return RC_INVALID;
        nid = nid << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret_nid = nid;
    return RC_OK;
}

str consent_text(struct arena *arena, enum purpose purpose, enum language language)
{
    return arena_printf(arena, "%s\n%s\n", purpose_title(purpose, language), purpose_words(purpose, language));
}

/* ---- adding ---- */

/* Numbers rise: rows never go, so that the next one is above all there were. */
static enum rc row_add(struct tx *tx, uint64_t subject, struct consent *consent)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO consent (subject_nid, purpose, granted, version, sha256, language, surface, given_ms)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_text(&q, 2, consent->purpose);
    db_bind_i64(&q, 3, consent->granted);
    db_bind_text(&q, 4, consent->version);
    db_bind_blob(&q, 5, str_from(consent->sha256, sizeof consent->sha256));
    db_bind_text(&q, 6, consent->language);
    db_bind_text(&q, 7, consent->surface);
    db_bind_i64(&q, 8, consent->given_ms);
    TRY(db_run(&q, NULL));
    consent->nid = (uint64_t)db_last_id(tx_vault(tx));
    return RC_OK;
}

/* What the sealed receipt is bound to. */
static str receipt_context(struct tx *tx, uint64_t nid)
{
    return arena_printf(tx->arena, "consent_receipt:%llu", (unsigned long long)nid);
}

static enum rc receipt_add(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                           const struct consent *consent)
{
    str text, sealed;
    struct db_query q;
    TRY(receipt_make(tx, issuer, subject, consent, &text));
    TRY(seal_for(tx, subject, receipt_context(tx, consent->nid), text, &sealed));
    TRY(db_query(tx_vault(tx), &q, "INSERT INTO consent_receipt(consent, subject, sealed) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, (int64_t)consent->nid);
    db_bind_i64(&q, 2, (int64_t)subject);
    db_bind_blob(&q, 3, sealed);
    return db_run(&q, NULL);
}

/* What the server asks on each use: the working copy of the ledger. */
static enum rc grants_follow(struct tx *tx, uint64_t subject, const struct consent *consent)
{
    enum purpose purpose = purpose_of_name(consent->purpose);
    if (str_eq(consent->purpose, S(CONSENT_SERVICE)) && consent->granted)
        return users_set_agreed(tx, subject, consent->version);
    if (!purpose_needs_consent(purpose))
        return RC_OK;
    const struct user *user;
    TRY(users_get(tx, subject, &user));
    uint32_t bit = PURPOSE_BIT(purpose);
    return users_set_grants(tx, subject, consent->granted ? user->grants | bit : user->grants & ~bit);
}

static enum rc audit_add(struct tx *tx, uint64_t subject, const struct consent *consent)
{
    enum purpose purpose = purpose_of_name(consent->purpose);
    struct audit_entry entry = {
        .kind = AUDIT_CONSENT,
        .subject = subject,
        .field = FIELD_CONSENT,
        .item = consent->nid,
        .purpose = purpose == PURPOSE_COUNT ? PURPOSE_SERVICE : purpose,
        .detail =
            arena_concat(tx->arena, consent->granted ? S("given: ") : S("withdrawn: "), consent->purpose, STR_NONE),
    };
    return audit_append(tx, &entry);
}

enum rc consent_record(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject,
                       const struct consent *consent, uint64_t *ret_nid)
{
    struct consent entry = *consent;
    entry.given_ms = env_now_ms(tx->env);
    TRY(row_add(tx, subject, &entry));
    TRY(receipt_add(tx, issuer, subject, &entry));
    TRY(grants_follow(tx, subject, &entry));
    TRY(audit_add(tx, subject, &entry));
    if (ret_nid)
        *ret_nid = entry.nid;
    return RC_OK;
}

/* ---- reading ---- */

enum rc consent_list(struct tx *tx, uint64_t subject, struct consent **ret_consents, size_t *ret_count)
{
    struct db_query q;
    size_t count = 0, room = 16;
    struct consent *consents = arena_array(tx->arena, struct consent, room);
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT nid, purpose, granted, version, sha256, language, surface, given_ms FROM"
                 " (SELECT * FROM consent WHERE subject_nid = ?1 ORDER BY nid DESC LIMIT ?2) AS newest ORDER BY nid",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    db_bind_i64(&q, 2, LEDGER_MAX);
    while (db_next(&q)) {
        if (count == room) {
            struct consent *more = arena_array(tx->arena, struct consent, 2 * room);
            memcpy(more, consents, count * sizeof *consents);
            consents = more;
            room *= 2;
        }
        struct consent *consent = &consents[count++];
        str sha256 = db_column_str(&q, 4);
        consent->nid = (uint64_t)db_column_i64(&q, 0);
        consent->purpose = arena_dup(tx->arena, db_column_str(&q, 1));
        consent->granted = db_column_i64(&q, 2) != 0;
        consent->version = arena_dup(tx->arena, db_column_str(&q, 3));
        if (sha256.len == sizeof consent->sha256)
            memcpy(consent->sha256, sha256.ptr, sha256.len);
        consent->language = arena_dup(tx->arena, db_column_str(&q, 5));
        consent->surface = arena_dup(tx->arena, db_column_str(&q, 6));
        consent->given_ms = db_column_i64(&q, 7);
    }
    TRY(db_done(&q, NULL));
    *ret_consents = consents;
    *ret_count = count;
    return RC_OK;
}

enum rc consent_receipt(struct tx *tx, uint64_t subject, uint64_t nid, str *ret_receipt)
{
    struct db_query q;
    str sealed = STR_NONE;
    TRY(db_query(tx_vault(tx), &q, "SELECT sealed FROM consent_receipt WHERE consent = ?1 AND subject = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)subject);
    if (db_next(&q))
        sealed = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    if (!sealed.ptr)
        return RC_NOT_FOUND;
    const struct personal *receipt;
    TRY(seal_open(tx, subject, receipt_context(tx, nid), sealed, &receipt));
    return gate_release_declared(tx, subject, FIELD_CONSENT, receipt, ret_receipt);
}

enum rc consent_language(struct tx *tx, uint64_t subject, enum language *ret_language)
{
    enum language language = LANGUAGE_COUNT;
    struct db_query q;
    TRY(gate_check(tx, subject, FIELD_CONSENT, PURPOSE_SERVICE));
    TRY(db_query(tx_vault(tx), &q, "SELECT language FROM consent WHERE subject_nid = ?1 ORDER BY nid DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    if (db_next(&q))
        language = language_of_tag(db_column_str(&q, 0));
    *ret_language = language < LANGUAGE_COUNT ? language : LANGUAGE_EN;
    return db_done(&q, NULL);
}

enum rc consent_holds(struct tx *tx, uint64_t subject, enum purpose purpose, bool *ret_holds)
{
    const struct user *user;
    TRY(users_get(tx, subject, &user));
    *ret_holds = purpose_needs_consent(purpose) && user->grants & PURPOSE_BIT(purpose);
    return RC_OK;
}

/* ---- the account's end ---- */

enum rc consent_withdraw_all(struct tx *tx, const struct consent_issuer *issuer, uint64_t subject)
{
    struct consent *consents;
    size_t count;
    TRY(consent_list(tx, subject, &consents, &count));
    /* From the newest back: the first met of a purpose is what holds, and what it is withdrawn from. */
    uint32_t seen = 0;
    for (size_t i = count; i-- > 0;) {
        enum purpose purpose = purpose_of_name(consents[i].purpose);
        if (!purpose_needs_consent(purpose) || seen & PURPOSE_BIT(purpose))
            continue;
        seen |= PURPOSE_BIT(purpose);
        if (!consents[i].granted)
            continue;
        struct consent end = consents[i];
        end.granted = false;
        end.surface = S("account_end");
        TRY(consent_record(tx, issuer, subject, &end, NULL));
    }
    return RC_OK;
}
