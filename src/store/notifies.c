/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/notifies.h"

bool event_notifies_by_default(const struct event *event, yyjson_val *content)
{
    /* .m.rule.suppress_edits */
    if (event->is_state || event->relation == REL_REPLACE)
        return false;
    /* .m.rule.message, less .m.rule.suppress_notices */
    if (str_eq(event->type, S("m.room.message")))
        return !str_eq(json_str_of(yyjson_obj_get(content, "msgtype")), S("m.notice"));
    /* .m.rule.encrypted, .m.rule.call */
    return str_eq(event->type, S("m.room.encrypted")) || str_eq(event->type, S("m.call.invite"));
}
