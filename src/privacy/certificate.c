/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/certificate.h"

#include "catalogue/catalogue.h"
#include "privacy/receipt.h"
#include "privacy/signed.h"

static const char *const causes[] = {
    [ERASURE_CANCELLED] = "account cancelled",
    [ERASURE_CLOSED] = "account closed",
    [ERASURE_ASKED] = "erasure asked for",
    [ERASURE_FOUND] = "an erasure that had begun before was brought to its end",
    [ERASURE_IDLE] = "a guest had not come back",
};

static const char *const places[] = {
    [PLACE_CHAT] = "chat store", [PLACE_VAULT] = "vault",
    [PLACE_KEYS] = "key store",  [PLACE_SEARCH] = "search index",
    [PLACE_FILES] = "files",     [PLACE_MEMORY] = "memory",
    [PLACE_LOG] = "log",         [PLACE_COOKIE] = "cookie",
    [PLACE_HEADER] = "request",  [PLACE_BROWSER] = "own device",
};

static const char *const cannot_state[] = {
    "what other people's devices, and the person's own, still hold, or copies and pictures taken of the screen",
    "copies of the data folder, or of key archives, taken by other means than this program's backups",
    "what is left of overwritten blocks on the storage device below the file system",
    "messages that had left the server before: text messages, notices to devices",
};

static yyjson_mut_val *kind_of(yyjson_mut_doc *doc, const struct catalogue_row *row)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "kind", str_of(row->name));
    json_set_str(doc, object, "title", str_of(row->title[LANGUAGE_EN]));
    json_set_str(doc, object, "place", str_of(places[row->place]));
    if (place_is_store(row->place))
        json_set_str(doc, object, "table", str_of(row->table));
    return object;
}

static str action_on(const struct catalogue_row *row)
{
    if (row->field == FIELD_DATA_KEY)
        return S("key destroyed");
    if (row->place == PLACE_FILES)
        return S("files removed");
    return row->erasure == ERASE_FILES ? S("rows and files removed") : S("rows removed");
}

/* What was removed was counted; what is sealed can, besides, no longer be read in any copy. */
static enum rc add_destroyed(struct tx *tx, yyjson_mut_doc *doc, yyjson_mut_val *list,
                             const struct erasure_record *erasure, const struct catalogue_row *row)
{
    int64_t removed;
    TRY(erasures_count(tx, erasure->subject, row->name, &removed));
    yyjson_mut_val *object = kind_of(doc, row);
    json_set_str(doc, object, "action", action_on(row));
    json_set_i64(doc, object, "count", row->field == FIELD_DATA_KEY ? 1 : removed);
    yyjson_mut_arr_append(list, object);
    return RC_OK;
}

static void add_kept(yyjson_mut_doc *doc, yyjson_mut_val *list, const struct catalogue_row *row)
{
    yyjson_mut_val *object = kind_of(doc, row);
    json_set_str(doc, object, "action",
                 row->erasure == ERASE_KEY_ONLY ? S("kept, unreadable since the key is destroyed") : S("kept"));
    if (row->why_kept[LANGUAGE_EN])
        json_set_str(doc, object, "why", str_of(row->why_kept[LANGUAGE_EN]));
    if (row->retention == RETENTION_DAYS || row->retention == RETENTION_AFTER_ACCOUNT)
        json_set_i64(doc, object, "days", row->retention_days);
    yyjson_mut_arr_append(list, object);
}

static bool is_ours(const struct catalogue_row *row)
{
    return row->name && row->place <= PLACE_FILES && row->erasure != ERASE_CANNOT;
}

static enum rc add_rows(struct tx *tx, yyjson_mut_doc *doc, yyjson_mut_val *root, const struct erasure_record *erasure)
{
    yyjson_mut_val *destroyed = yyjson_mut_arr(doc), *kept = yyjson_mut_arr(doc);
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        if (!is_ours(row))
            continue;
        if (row->erasure == ERASE_KEPT || row->erasure == ERASE_KEY_ONLY)
            add_kept(doc, kept, row);
        else
            TRY(add_destroyed(tx, doc, destroyed, erasure, row));
    }
    json_set(doc, root, "destroyed", destroyed);
    json_set(doc, root, "kept", kept);
    return RC_OK;
}

/* A key archive made before the key was destroyed still holds it, until it expires or the next backup removes it. */
static enum rc add_backups(struct tx *tx, yyjson_mut_doc *doc, yyjson_mut_val *root,
                           const struct erasure_record *erasure)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT count(*), max(expires_ms) FROM backup WHERE expires_ms > ?1 AND made_ms <= ?2", NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    db_bind_i64(&q, 2, erasure->begun_ms);
    bool found = db_next(&q);
    json_set_str(
        doc, object, "data",
        S("hold sealed bytes only, which the destroyed key alone could open; a restore leaves the subject out"));
    json_set_i64(doc, object, "key_archives_before", found ? db_column_i64(&q, 0) : 0);
    if (found && db_column_i64(&q, 1))
        json_set_i64(doc, object, "key_archives_expire_ms", db_column_i64(&q, 1));
    json_set(doc, root, "backups", object);
    return db_done(&q, NULL);
}

static void add_times(struct tx *tx, yyjson_mut_doc *doc, yyjson_mut_val *root, const struct erasure_record *erasure)
{
    json_set_i64(doc, root, "asked_ms", erasure->asked_ms);
    json_set_i64(doc, root, "due_ms", erasure->due_ms);
    json_set_i64(doc, root, "key_destroyed_ms", erasure->begun_ms);
    json_set_i64(doc, root, "made_ms", env_now_ms(tx->env));
}

static void add_words(yyjson_mut_doc *doc, yyjson_mut_val *root)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    json_set_str(doc, root, "overwritten",
                 S("free space of the stores is overwritten as rows are removed; the write-ahead logs of all stores "
                   "were emptied after the last removal"));
    for (size_t i = 0; i < sizeof cannot_state / sizeof *cannot_state; i++)
        yyjson_mut_arr_append(list, json_mut_str(doc, str_of(cannot_state[i])));
    json_set(doc, root, "cannot_state", list);
}

enum rc certificate_make(struct tx *tx, const struct consent_issuer *issuer, const struct erasure_record *erasure,
                         str *ret_text)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    json_set_str(doc, root, "schema_version", S("parley.erasure.1"));
    json_set_str(doc, root, "pii_principal_id", signed_pseudonym(tx, erasure->subject));
    json_set(doc, root, "controller", receipt_controller(doc, tx, issuer));
    json_set_str(doc, root, "cause", str_of(causes[erasure->cause]));
    add_times(tx, doc, root, erasure);
    TRY(add_rows(tx, doc, root, erasure));
    TRY(add_backups(tx, doc, root, erasure));
    add_words(doc, root);
    return signed_document(tx->store, SIGNING_CERTIFICATE, tx->arena, doc, ret_text);
}
