/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/suspension.h"

enum rc suspension_check(struct call *call)
{
    if (!(call->who.user->flags & USER_SUSPENDED))
        return RC_OK;
    return call_fail(call, 403, "M_USER_SUSPENDED", "Your account is suspended: it can read but not write.");
}

static bool leaves(struct call *call, const struct event_draft *draft)
{
    yyjson_val *content = draft->content_value;
    if (!str_eq(draft->type, S("m.room.member")) || !str_eq(draft->state_key, call->who.user_id))
        return false;
    if (!content && json_parse_object(call->arena, draft->content, false, &content, NULL) != RC_OK)
        return false;
    return str_eq(json_str_of(yyjson_obj_get(content, "membership")), S("leave"));
}

static bool redacts(const struct event_draft *draft)
{
    return str_eq(draft->type, S("m.room.redaction")) && !draft->state_key.ptr && draft->redacts.len;
}

enum rc suspension_check_event(struct call *call, const struct event_draft *draft)
{
    if (!(call->who.user->flags & USER_SUSPENDED) || redacts(draft) || leaves(call, draft))
        return RC_OK;
    return suspension_check(call);
}
