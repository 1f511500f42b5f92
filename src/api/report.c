/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Reporting content": events, rooms, people. What staff do with it is theirs. */
#include "store/reports.h"

#include "api/room_access.h"

static enum rc report_reason(struct call *call, bool needed, str *ret_reason)
{
    *ret_reason = STR_NONE;
    if (call->body && needed)
        TRY(json_need_str(call->body, "reason", ret_reason, call_err(call)));
    else if (call->body)
        TRY(json_get_str(call->body, "reason", ret_reason, call_err(call)));
    if (ret_reason->len > REPORTS_MAX_REASON)
        return call_fail(call, 400, "M_INVALID_PARAM", "The reason is too long.");
    return RC_OK;
}

static enum rc add(struct call *call, const struct report *report)
{
    int64_t wait_ms;
    enum rc rc = reports_add(call->tx, report, &wait_ms);
    if (rc == RC_LIMITED)
        return call_fail_limited(call, "You have reported very much today. Report what is left tomorrow.", wait_ms);
    return rc;
}

static enum rc post_report_event(struct call *call)
{
    struct report report = {.kind = REPORT_EVENT, .reporter_nid = call->who.user_nid};
    struct room_view view;
    const struct event *event;
    TRY(report_reason(call, false, &report.reason));
    enum rc rc = room_view_open(call, call->params[0], &view);
    if (rc == RC_INVALID
        || (rc == RC_OK && room_state_membership(view.room->state, call->who.user_id) != MEMBERSHIP_JOIN))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such event in a room you are in.");
    TRY(rc);
    TRY(room_view_event(call, &view, call->params[1], &event));
    report.room_nid = view.room->nid;
    report.event_pos = event->pos;
    return add(call, &report);
}

static enum rc post_report_room(struct call *call)
{
    struct report report = {.kind = REPORT_ROOM, .reporter_nid = call->who.user_nid};
    const struct room *room;
    TRY(report_reason(call, true, &report.reason));
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such room.");
    TRY(rc);
    report.room_nid = room->nid;
    return add(call, &report);
}

static enum rc post_report_user(struct call *call)
{
    struct report report = {.kind = REPORT_USER, .reporter_nid = call->who.user_nid};
    const struct user *user;
    TRY(report_reason(call, true, &report.reason));
    enum rc rc = users_find(call->tx, call->params[0], &user);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such account here.");
    TRY(rc);
    report.target_nid = user->nid;
    return add(call, &report);
}

#define REPORT_POST(operation, address, how, handler)                                                                  \
    {                                                                                                                  \
        .name = operation, .method = HTTP_POST, .path = "/_matrix/client/v3/" address, .auth = AUTH_USER,              \
        .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = how, .purpose = PURPOSE_SAFETY, .run = handler                 \
    }

static const struct endpoint endpoints[] = {
    REPORT_POST("reportEvent", "rooms/{roomId}/report/{eventId}", BODY_JSON_OPTIONAL, post_report_event),
    REPORT_POST("reportRoom", "rooms/{roomId}/report", BODY_JSON, post_report_room),
    REPORT_POST("reportUser", "users/{userId}/report", BODY_JSON, post_report_user),
};

extern const struct endpoint_module report_module;
const struct endpoint_module report_module = ENDPOINT_MODULE(endpoints);
