/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Everything that is held of a person, for that person, machine-readable (obligation 5.1): one member for each row of
 * the catalogue, and nothing of anybody else. What was said comes in pages, each of a bounded piece of work: "next"
 * is where the following one is.
 */
#include "api/export_private.h"
#include "api/server.h"
#include "privacy/audit.h"
#include "privacy/consent.h"
#include "privacy/device_info.h"
#include "store/account_data.h"
#include "store/delayed_events.h"
#include "store/devices.h"
#include "store/media.h"
#include "store/own.h"
#include "store/pushers.h"
#include "store/receipts.h"

enum { EVENTS_A_PAGE = 500, AUDIT_ENTRIES = 5000 };

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
    export_str(call, "user_id", user->user_id);
    export_i64(call, "created_ts", user->created_ms);
    export_i64(call, "flags", user->flags);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

enum device_part { DEVICE_ITSELF, DEVICE_NAME, DEVICE_ADDRESS, DEVICE_AGENT };

static enum rc put_device_part(struct call *call, enum device_part part)
{
    struct device *devices;
    size_t count;
    TRY(devices_list_all(call->tx, call->who.user_nid, &devices, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        struct device_info info;
        TRY(device_info_get(call->tx, call->who.user_nid, devices[i].nid, PURPOSE_RIGHTS, &info));
        export_open_row(call);
        export_str(call, "device_id", devices[i].device_id);
        if (part == DEVICE_ITSELF) {
            export_i64(call, "created_ts", devices[i].created_ms);
            export_i64(call, "seen_ts", devices[i].seen_ms);
            if (devices[i].dehydrated)
                export_json(call, "dehydrated", S("true"));
        } else {
            export_str(call, "value",
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
        export_open_row(call);
        TRY(export_room(call, row->room_nid));
        if (labels->id)
            export_str(call, labels->id, row->id);
        if (labels->text)
            export_str(call, labels->text, row->text);
        if (labels->name)
            export_str(call, labels->name, row->name);
        if (labels->made)
            export_i64(call, labels->made, row->made_ms);
        if (labels->expires && row->expires_ms)
            export_i64(call, labels->expires, row->expires_ms);
        if (labels->number)
            export_i64(call, labels->number, row->number);
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
        export_open_row(call);
        export_str(call, "delay_id", events[i].id);
        TRY(export_room(call, events[i].room_nid));
        export_str(call, "type", events[i].type);
        export_i64(call, "due_ts", events[i].due_ms);
        export_str(call, "event_id", events[i].event_id);
        if (events[i].content.len)
            export_json(call, "content", events[i].content);
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
        export_open_row(call);
        export_str(call, "app_id", pushers[i].app_id);
        export_str(call, "pushkey", pushers[i].pushkey);
        export_str(call, "app_display_name", pushers[i].app_name);
        export_str(call, "device_display_name", pushers[i].device_name);
        export_str(call, "profile_tag", pushers[i].profile_tag);
        export_str(call, "lang", pushers[i].lang);
        export_json(call, "data", pushers[i].data);
        export_i64(call, "ts", pushers[i].set_ms);
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
        export_open_row(call);
        export_str(call, "url", arena_printf(call->arena, "mxc://%.*s/%.*s", STR_ARG(server), STR_ARG(row->id)));
        export_str(call, "type", row->text);
        export_str(call, "name", row->name);
        export_i64(call, "created_ts", row->made_ms);
        export_i64(call, "bytes", row->number);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

/* Where each file itself is to be had. */
static enum rc put_media_files(struct call *call)
{
    struct own_rows rows;
    TRY(own_media(call->tx, call->who.user_nid, &rows));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < rows.count; i++) {
        str server = store_server_name(call->server->store);
        export_open_row(call);
        export_str(call, "file",
                   arena_printf(call->arena, "/_matrix/client/v1/media/download/%.*s/%.*s", STR_ARG(server),
                                STR_ARG(rows.items[i].id)));
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_media_used(struct call *call)
{
    struct media_usage usage;
    TRY(media_usage(call->tx, call->who.user_nid, &usage));
    strbuf_add_char(&call->out, '[');
    export_open_row(call);
    export_i64(call, "bytes", usage.bytes);
    export_i64(call, "files", usage.files);
    strbuf_add(&call->out, S("}]"));
    return RC_OK;
}

static enum rc put_account_data(struct call *call)
{
    struct account_data *items;
    size_t count;
    TRY(account_data_changes(call->tx, call->who.user_nid, 0, INT64_MAX, &items, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        export_open_row(call);
        TRY(export_room(call, items[i].room_nid));
        export_str(call, "type", items[i].type);
        export_json(call, "content", items[i].content);
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
        export_open_row(call);
        TRY(export_room(call, rooms->rooms[i].room_nid));
        export_str(call, "membership", membership_name(rooms->rooms[i].membership));
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
        export_open_row(call);
        export_str(call, "room_id", room->room_id);
        export_str(call, "event_id", receipts[i].event_id);
        export_str(call, "thread_id", receipts[i].thread);
        export_str(call, "kind", receipts[i].kind == RECEIPT_PUBLIC ? S("public") : S("private"));
        export_i64(call, "ts", receipts[i].ts_ms);
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
        export_open_row(call);
        export_str(call, "id", consent_id(call->arena, consents[i].nid));
        export_str(call, "purpose", consents[i].purpose);
        export_json(call, "granted", consents[i].granted ? S("true") : S("false"));
        export_str(call, "version", consents[i].version);
        export_str(call, "language", consents[i].language);
        export_str(call, "surface", consents[i].surface);
        export_i64(call, "ts", consents[i].given_ms);
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
        export_open_row(call);
        export_i64(call, "index", records[i].index);
        export_i64(call, "ts", records[i].at_ms);
        export_json(call, "entry", records[i].entry);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

/* What is said of somebody else (an invitation's name and picture) is theirs. */
static void put_event(struct call *call, const struct event *event)
{
    bool of_another = event->target_nid && event->target_nid != call->who.user_nid;
    export_open_row(call);
    export_str(call, "room_id", event->room_id);
    export_str(call, "event_id", event->event_id);
    export_str(call, "type", event->type);
    if (event->is_state && !of_another)
        export_str(call, "state_key", event->state_key);
    export_i64(call, "ts", event->origin_server_ts);
    if (!of_another)
        export_json(call, "content", event->content);
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
    export_next(call, "events", *ret_next ? arena_printf(call->arena, "%lld", (long long)*ret_next) : STR_NONE);
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
    [FIELD_MEDIA_FILE] = put_media_files,
    [FIELD_MEDIA_USED] = put_media_used,
    [FIELD_ALIAS] = put_aliases,
    [FIELD_FILTER] = put_filters,
    [FIELD_REPORT] = put_reports,
    [FIELD_DELAYED_EVENT] = put_delayed_events,
    [FIELD_MEMBERSHIP] = put_memberships,
    [FIELD_RECEIPT] = put_receipts,
    [FIELD_DEVICE] = put_devices,
    [FIELD_SESSION] = put_sessions,
    [FIELD_PUSHER] = put_pushers,
    [FIELD_DEVICE_KEY] = export_device_keys,
    [FIELD_ONE_TIME_KEY] = export_one_time_keys,
    [FIELD_FALLBACK_KEY] = export_fallback_keys,
    [FIELD_DEHYDRATED_DEVICE] = export_dehydrated_device,
    [FIELD_CROSS_SIGNING_KEY] = export_cross_signing_keys,
    [FIELD_KEY_SIGNATURE] = export_key_signatures,
    [FIELD_KEY_BACKUP] = export_key_backups,
    [FIELD_KEY_BACKUP_SESSION] = export_key_backup_sessions,
    [FIELD_TO_DEVICE] = export_to_device,
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
    export_member(call, row->name);
    return exporters[field] && row->export != EXPORT_EXISTENCE ? exporters[field](call) : put_held(call);
}

static enum rc get_export(struct call *call)
{
    strbuf_add(&call->out, S("{\"format\":\"parley.export.1\""));
    export_str(call, "user_id", call->who.user_id);
    export_i64(call, "made_ts", call_now_ms(call));
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
