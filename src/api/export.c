/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Everything that is held of a person, for that person, machine-readable (obligation 5.1): one member for each row of
 * the catalogue, and nothing of anybody else. What was said comes in pages, each of a bounded piece of work: "next"
 * is where the following one is.
 */
#include "api/call.h"
#include "api/server.h"
#include "privacy/audit.h"
#include "privacy/consent.h"
#include "privacy/device_info.h"
#include "store/account_data.h"
#include "store/delayed_events.h"
#include "store/devices.h"
#include "store/own.h"
#include "store/pushers.h"
#include "store/receipts.h"

enum { EVENTS_A_PAGE = 500, AUDIT_ENTRIES = 5000 };

/* ---- writing ---- */

static void open_row(struct call *call)
{
    char before = call->out.ptr[call->out.len - 1];
    strbuf_add(&call->out, before == '[' ? S("{") : S(",{"));
}

static void member(struct call *call, const char *key)
{
    char before = call->out.ptr[call->out.len - 1];
    if (before != '{')
        strbuf_add_char(&call->out, ',');
    strbuf_add_json(&call->out, str_of(key));
    strbuf_add_char(&call->out, ':');
}

static void put_str(struct call *call, const char *key, str value)
{
    if (!value.len)
        return;
    member(call, key);
    strbuf_add_json(&call->out, value);
}

static void put_i64(struct call *call, const char *key, int64_t value)
{
    member(call, key);
    strbuf_add_i64(&call->out, value);
}

static void put_raw(struct call *call, const char *key, str json)
{
    member(call, key);
    strbuf_add(&call->out, json);
}

static enum rc put_room(struct call *call, uint64_t room_nid)
{
    str id;
    if (!room_nid)
        return RC_OK;
    TRY(rooms_id(call->tx, room_nid, &id));
    put_str(call, "room_id", id);
    return RC_OK;
}

/* ---- each kind ---- */

static enum rc put_field(struct call *call, enum personal_field field)
{
    str value;
    enum rc rc = personal_get(call->tx, call->who.user_nid, field, 0, PURPOSE_RIGHTS, &value);
    if (rc == RC_NOT_FOUND)
        strbuf_add(&call->out, S("null"));
    else if (rc == RC_OK)
        strbuf_add_json(&call->out, value);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc put_localpart(struct call *call)
{
    strbuf_add_json(&call->out, call->who.user->localpart);
    return RC_OK;
}

static enum rc put_display_name(struct call *call)
{
    return put_field(call, FIELD_DISPLAY_NAME);
}

static enum rc put_avatar(struct call *call)
{
    return put_field(call, FIELD_AVATAR_URL);
}

static enum rc put_profile_fields(struct call *call)
{
    str fields;
    enum rc rc = personal_get(call->tx, call->who.user_nid, FIELD_PROFILE_FIELDS, 0, PURPOSE_RIGHTS, &fields);
    strbuf_add(&call->out, rc == RC_OK ? fields : S("null"));
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc put_phone(struct call *call)
{
    return put_field(call, FIELD_PHONE);
}

static enum rc put_email(struct call *call)
{
    return put_field(call, FIELD_EMAIL);
}

/* A secret, of which nobody is told more. */
static enum rc put_held(struct call *call)
{
    strbuf_add(&call->out, S("{\"held\":true}"));
    return RC_OK;
}

static enum rc put_account(struct call *call)
{
    const struct user *user = call->who.user;
    strbuf_add_char(&call->out, '{');
    put_str(call, "user_id", user->user_id);
    put_i64(call, "created_ts", user->created_ms);
    put_i64(call, "flags", user->flags);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

enum device_part { DEVICE_ITSELF, DEVICE_NAME, DEVICE_ADDRESS, DEVICE_AGENT };

static enum rc put_device_part(struct call *call, enum device_part part)
{
    struct device *devices;
    size_t count;
    TRY(devices_list(call->tx, call->who.user_nid, &devices, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        struct device_info info;
        TRY(device_info_get(call->tx, call->who.user_nid, devices[i].nid, PURPOSE_RIGHTS, &info));
        open_row(call);
        put_str(call, "device_id", devices[i].device_id);
        if (part == DEVICE_ITSELF) {
            put_i64(call, "created_ts", devices[i].created_ms);
            put_i64(call, "seen_ts", devices[i].seen_ms);
        } else {
            put_str(call, "value",
                    part == DEVICE_NAME      ? info.name
                    : part == DEVICE_ADDRESS ? info.address
                                             : info.agent);
        }
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_devices(struct call *call)
{
    return put_device_part(call, DEVICE_ITSELF);
}

static enum rc put_device_names(struct call *call)
{
    return put_device_part(call, DEVICE_NAME);
}

static enum rc put_device_addresses(struct call *call)
{
    return put_device_part(call, DEVICE_ADDRESS);
}

static enum rc put_device_agents(struct call *call)
{
    return put_device_part(call, DEVICE_AGENT);
}

struct labels {
    const char *id, *text, *name, *made, *expires, *number;
};

static enum rc put_rows(struct call *call, enum rc (*list)(struct tx *, uint64_t, struct own_rows *),
                        const struct labels *labels)
{
    struct own_rows rows;
    TRY(list(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        const struct own_row *row = &rows.items[i];
        open_row(call);
        TRY(put_room(call, row->room_nid));
        if (labels->id)
            put_str(call, labels->id, row->id);
        if (labels->text)
            put_str(call, labels->text, row->text);
        if (labels->name)
            put_str(call, labels->name, row->name);
        if (labels->made)
            put_i64(call, labels->made, row->made_ms);
        if (labels->expires && row->expires_ms)
            put_i64(call, labels->expires, row->expires_ms);
        if (labels->number)
            put_i64(call, labels->number, row->number);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_sessions(struct call *call)
{
    return put_rows(call, own_sessions, &(struct labels){.made = "created_ts", .expires = "expires_ts"});
}

static enum rc put_aliases(struct call *call)
{
    return put_rows(call, own_aliases, &(struct labels){.text = "alias"});
}

static enum rc put_filters(struct call *call)
{
    return put_rows(call, own_filters, &(struct labels){.id = "filter_id", .text = "filter"});
}

static enum rc put_reports(struct call *call)
{
    return put_rows(call, own_reports, &(struct labels){.text = "reason", .made = "ts", .number = "kind"});
}

static enum rc put_keys(struct call *call, enum rc (*list)(struct tx *, uint64_t, struct own_rows *))
{
    struct own_rows rows;
    TRY(list(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        open_row(call);
        put_str(call, "name", rows.items[i].name);
        put_raw(call, "key", rows.items[i].text);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_device_keys(struct call *call)
{
    return put_keys(call, own_device_keys);
}

static enum rc put_one_time_keys(struct call *call)
{
    return put_keys(call, own_one_time_keys);
}

static enum rc put_fallback_keys(struct call *call)
{
    return put_keys(call, own_fallback_keys);
}

static enum rc put_cross_signing_keys(struct call *call)
{
    return put_keys(call, own_cross_signing_keys);
}

static enum rc put_key_signatures(struct call *call)
{
    struct own_rows rows;
    TRY(own_key_signatures(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        const struct user *target;
        TRY(users_get(call->tx, (uint64_t)rows.items[i].number, &target));
        open_row(call);
        put_str(call, "user_id", target->user_id);
        put_str(call, "key", rows.items[i].name);
        put_str(call, "by_key", rows.items[i].id);
        put_str(call, "signature", rows.items[i].text);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_invite_links(struct call *call)
{
    return put_rows(call, own_invite_links,
                    &(struct labels){.id = "id", .made = "created_ts", .expires = "expires_ts", .number = "uses"});
}

static enum rc put_third_party_invites(struct call *call)
{
    return put_rows(call, own_third_party_invites, &(struct labels){.id = "token", .made = "created_ts"});
}

static enum rc put_delayed_events(struct call *call)
{
    const struct delayed_question all = {
        .user_nid = call->who.user_nid, .from_ms = -1, .scheduled = -1, .outcome = -1, .by_action = -1};
    struct delayed_event *events;
    size_t count;
    bool more;
    TRY(delayed_list(call->tx, &all, (size_t)call->server->config->rooms.delayed_per_user + DELAYED_FINALISED_MAX,
                     &events, &count, &more));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        put_str(call, "delay_id", events[i].id);
        TRY(put_room(call, events[i].room_nid));
        put_str(call, "type", events[i].type);
        put_i64(call, "due_ts", events[i].due_ms);
        put_str(call, "event_id", events[i].event_id);
        if (events[i].content.len)
            put_raw(call, "content", events[i].content);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_pushers(struct call *call)
{
    struct pusher *pushers;
    size_t count;
    TRY(pushers_list(call->tx, call->who.user_nid, &pushers, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        put_str(call, "app_id", pushers[i].app_id);
        put_str(call, "pushkey", pushers[i].pushkey);
        put_str(call, "app_display_name", pushers[i].app_name);
        put_str(call, "device_display_name", pushers[i].device_name);
        put_str(call, "profile_tag", pushers[i].profile_tag);
        put_str(call, "lang", pushers[i].lang);
        put_raw(call, "data", pushers[i].data);
        put_i64(call, "ts", pushers[i].set_ms);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_media(struct call *call)
{
    struct own_rows rows;
    TRY(own_media(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        const struct own_row *row = &rows.items[i];
        str server = store_server_name(call->server->store);
        open_row(call);
        put_str(call, "url", arena_printf(call->arena, "mxc://%.*s/%.*s", STR_ARG(server), STR_ARG(row->id)));
        put_str(call, "type", row->text);
        put_str(call, "name", row->name);
        put_i64(call, "created_ts", row->made_ms);
        put_i64(call, "bytes", row->number);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_account_data(struct call *call)
{
    struct account_data *items;
    size_t count;
    TRY(account_data_changes(call->tx, call->who.user_nid, 0, INT64_MAX, &items, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        TRY(put_room(call, items[i].room_nid));
        put_str(call, "type", items[i].type);
        put_raw(call, "content", items[i].content);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_memberships(struct call *call)
{
    const struct user_rooms *rooms = call->who.user->rooms;
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        open_row(call);
        TRY(put_room(call, rooms->rooms[i].room_nid));
        put_str(call, "membership", membership_name(rooms->rooms[i].membership));
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_receipts_of(struct call *call, const struct room *room)
{
    struct receipt *receipts;
    size_t count;
    TRY(receipts_of_user(call->tx, room, call->who.user_nid, &receipts, &count));
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        put_str(call, "room_id", room->room_id);
        put_str(call, "event_id", receipts[i].event_id);
        put_str(call, "thread_id", receipts[i].thread);
        put_str(call, "kind", receipts[i].kind == RECEIPT_PUBLIC ? S("public") : S("private"));
        put_i64(call, "ts", receipts[i].ts_ms);
        strbuf_add_char(&call->out, '}');
    }
    return RC_OK;
}

static enum rc put_receipts(struct call *call)
{
    const struct user_rooms *rooms = call->who.user->rooms;
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; rooms && i < rooms->count; i++) {
        const struct room *room;
        TRY(rooms_get(call->tx, rooms->rooms[i].room_nid, &room));
        TRY(put_receipts_of(call, room));
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_consents(struct call *call)
{
    struct consent *consents;
    size_t count;
    TRY(consent_list(call->tx, call->who.user_nid, &consents, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        put_str(call, "id", consent_id(call->arena, consents[i].nid));
        put_str(call, "purpose", consents[i].purpose);
        put_raw(call, "granted", consents[i].granted ? S("true") : S("false"));
        put_str(call, "version", consents[i].version);
        put_str(call, "language", consents[i].language);
        put_str(call, "surface", consents[i].surface);
        put_i64(call, "ts", consents[i].given_ms);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

/* Who looked at what, for what and why: the entries as they were committed to (obligation 5.1). */
static enum rc put_audit(struct call *call)
{
    struct audit_record *records;
    size_t count;
    TRY(audit_list(call->tx, call->who.user_nid, 0, AUDIT_ENTRIES, &records, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        open_row(call);
        put_i64(call, "index", records[i].index);
        put_i64(call, "ts", records[i].at_ms);
        put_raw(call, "entry", records[i].entry);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

/* What is said of somebody else (an invitation's name and picture) is theirs. */
static void put_event(struct call *call, const struct event *event)
{
    bool of_another = event->target_nid && event->target_nid != call->who.user_nid;
    open_row(call);
    put_str(call, "room_id", event->room_id);
    put_str(call, "event_id", event->event_id);
    put_str(call, "type", event->type);
    if (event->is_state && !of_another)
        put_str(call, "state_key", event->state_key);
    put_i64(call, "ts", event->origin_server_ts);
    if (!of_another)
        put_raw(call, "content", event->content);
    strbuf_add_char(&call->out, '}');
}

static enum rc put_events_from(struct call *call, int64_t from, int64_t *ret_next)
{
    const struct event **events;
    size_t count;
    TRY(own_events(call->tx, call->who.user_nid, from, EVENTS_A_PAGE, &events, &count, ret_next));
    strbuf_add(&call->out, S("{\"events\":["));
    for (size_t i = 0; i < count; i++)
        put_event(call, events[i]);
    strbuf_add_char(&call->out, ']');
    if (*ret_next)
        strbuf_printf(&call->out, ",\"next\":\"/_parley/v1/export/events?from=%lld\"", (long long)*ret_next);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc put_events(struct call *call)
{
    int64_t next;
    return put_events_from(call, 0, &next);
}

/* ---- the catalogue's rows ---- */

/* A kind without one of its own, or of which nobody is told more, only says that such data may be held. */
static enum rc (*const exporters[FIELD_COUNT])(struct call *call) = {
    [FIELD_LOCALPART] = put_localpart,
    [FIELD_DISPLAY_NAME] = put_display_name,
    [FIELD_AVATAR_URL] = put_avatar,
    [FIELD_PROFILE_FIELDS] = put_profile_fields,
    [FIELD_PHONE] = put_phone,
    [FIELD_EMAIL] = put_email,
    [FIELD_DEVICE_NAME] = put_device_names,
    [FIELD_DEVICE_ADDRESS] = put_device_addresses,
    [FIELD_DEVICE_AGENT] = put_device_agents,
    [FIELD_EVENT] = put_events,
    [FIELD_ACCOUNT_DATA] = put_account_data,
    [FIELD_MEDIA] = put_media,
    [FIELD_ALIAS] = put_aliases,
    [FIELD_FILTER] = put_filters,
    [FIELD_REPORT] = put_reports,
    [FIELD_DELAYED_EVENT] = put_delayed_events,
    [FIELD_MEMBERSHIP] = put_memberships,
    [FIELD_RECEIPT] = put_receipts,
    [FIELD_DEVICE] = put_devices,
    [FIELD_SESSION] = put_sessions,
    [FIELD_PUSHER] = put_pushers,
    [FIELD_DEVICE_KEY] = put_device_keys,
    [FIELD_ONE_TIME_KEY] = put_one_time_keys,
    [FIELD_FALLBACK_KEY] = put_fallback_keys,
    [FIELD_CROSS_SIGNING_KEY] = put_cross_signing_keys,
    [FIELD_KEY_SIGNATURE] = put_key_signatures,
    [FIELD_CONSENT] = put_consents,
    [FIELD_ACCOUNT] = put_account,
    [FIELD_INVITE_LINK] = put_invite_links,
    [FIELD_THIRD_PARTY_INVITE] = put_third_party_invites,
    [FIELD_AUDIT_DETAIL] = put_audit,
};

static enum rc put_row(struct call *call, enum personal_field field)
{
    const struct catalogue_row *row = catalogue_row(field);
    if (row->export == EXPORT_NOT_HELD)
        return RC_OK;
    member(call, row->name);
    return exporters[field] && row->export != EXPORT_EXISTENCE ? exporters[field](call) : put_held(call);
}

static enum rc get_export(struct call *call)
{
    strbuf_add(&call->out, S("{\"format\":\"parley.export.1\""));
    put_str(call, "user_id", call->who.user_id);
    put_i64(call, "made_ts", call_now_ms(call));
    strbuf_add(&call->out, S(",\"held\":{"));
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        TRY(put_row(call, (enum personal_field)field));
    strbuf_add(&call->out, S("}}"));
    return RC_OK;
}

static enum rc get_export_events(struct call *call)
{
    int64_t from, next;
    TRY(call_query_i64(call, "from", 0, 0, JSON_MAX_INTEGER, &from));
    return put_events_from(call, from, &next);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyExport",
     .method = HTTP_GET,
     .path = "/_parley/v1/export",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_WRITE,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_export},
    {.name = "parleyExportEvents",
     .method = HTTP_GET,
     .path = "/_parley/v1/export/events",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_export_events},
};

extern const struct endpoint_module export_module;
const struct endpoint_module export_module = ENDPOINT_MODULE(endpoints);
