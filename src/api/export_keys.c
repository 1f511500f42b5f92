/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The export's part about public keys of end-to-end encryption, and whom they vouch for. */
#include "api/export_private.h"
#include "store/dehydrated.h"
#include "store/own.h"
#include "store/users.h"

static enum rc put_keys(struct call *call, enum rc (*list)(struct tx *, uint64_t, struct own_rows *))
{
    struct own_rows rows;
    TRY(list(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        export_open_row(call);
        export_str(call, "name", rows.items[i].name);
        export_json(call, "key", rows.items[i].text);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

enum rc export_device_keys(struct call *call)
{
    return put_keys(call, own_device_keys);
}

enum rc export_one_time_keys(struct call *call)
{
    return put_keys(call, own_one_time_keys);
}

enum rc export_fallback_keys(struct call *call)
{
    return put_keys(call, own_fallback_keys);
}

enum rc export_cross_signing_keys(struct call *call)
{
    return put_keys(call, own_cross_signing_keys);
}

enum rc export_key_signatures(struct call *call)
{
    struct own_rows rows;
    TRY(own_key_signatures(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        const struct user *target;
        TRY(users_get(call->tx, (uint64_t)rows.items[i].number, &target));
        export_open_row(call);
        export_str(call, "user_id", target->user_id);
        export_str(call, "key", rows.items[i].name);
        export_str(call, "by_key", rows.items[i].id);
        export_str(call, "signature", rows.items[i].text);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

enum rc export_dehydrated_device(struct call *call)
{
    struct dehydrated_device device;
    enum rc rc = dehydrated_get(call->tx, call->who.user_nid, &device);
    if (rc == RC_NOT_FOUND) {
        strbuf_add(&call->out, S("null"));
        return RC_OK;
    }
    TRY(rc);
    strbuf_add_char(&call->out, '{');
    export_str(call, "device_id", device.device_id);
    export_json(call, "device_data", device.data);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}
