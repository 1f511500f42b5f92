/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who used which of one's data, when, for what and why (obligation 5.1), with what is needed to find each entry in the
 * public log: the text that was committed to and the key of the commitment. */
#include "api/call.h"
#include "api/server.h"
#include "privacy/audit.h"
#include "privacy/tlog.h"

enum { PAGE_MAX = 200 };

static yyjson_mut_val *record_object(struct call *call, yyjson_mut_doc *doc, const struct audit_record *record)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_i64(doc, object, "index", record->index);
    json_set_i64(doc, object, "ts", record->at_ms);
    json_set_str(doc, object, "entry", record->entry);
    json_set_str(doc, object, "nonce", crypto_base64(call->arena, record->nonce, false));
    return object;
}

static enum rc get_audit(struct call *call)
{
    struct audit_record *records;
    size_t count;
    int64_t from, limit;
    TRY(call_query_i64(call, "from", 0, 0, INT64_MAX, &from));
    TRY(call_query_i64(call, "limit", PAGE_MAX, 1, PAGE_MAX, &limit));
    TRY(audit_list(call->tx, call->who.user_nid, from, (size_t)limit, &records, &count));
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *entries = yyjson_mut_arr(doc);
    for (size_t i = 0; i < count; i++)
        yyjson_mut_arr_append(entries, record_object(call, doc, &records[i]));
    json_set(doc, answer, "entries", entries);
    json_set_str(doc, answer, "log_key", tlog_verifier(call->arena, call->server->store));
    if (count == (size_t)limit)
        json_set_str(doc, answer, "next",
                     arena_printf(call->arena, "/_parley/v1/audit?from=%lld&limit=%lld",
                                  (long long)records[count - 1].index + 1, (long long)limit));
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyAudit",
     .method = HTTP_GET,
     .path = "/_parley/v1/audit",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_audit},
};

extern const struct endpoint_module audit_record_module;
const struct endpoint_module audit_record_module = ENDPOINT_MODULE(endpoints);
