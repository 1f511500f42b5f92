/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/server_notices.h"

#include "api/notices_room.h"
#include "base/log.h"
#include "privacy/consent.h"

enum { BATCH = 50 };

/* In the language the person read the policy in. */
static str text_for(const struct announcement *announcement, enum language language)
{
    if (announcement->text[language].len)
        return announcement->text[language];
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        if (announcement->text[l].len)
            return announcement->text[l];
    return STR_NONE;
}

static str content_of(struct tx *tx, const struct config *config, str text)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    json_set_str(doc, content, "msgtype", S("m.server_notice"));
    json_set_str(doc, content, "server_notice_type", S("org.parley.announcement"));
    json_set_str(doc, content, "body", text);
    if (config->operator.email.len)
        json_set_str(doc, content, "admin_contact",
                     arena_printf(tx->arena, "mailto:%.*s", STR_ARG(config->operator.email)));
    return json_mut_text(tx->arena, content);
}

/* Spec: what is in force is pinned. event_id empty: nothing is. */
static enum rc pin(struct tx *tx, const struct user *account, const struct room *room, str event_id)
{
    const char *quote = event_id.len ? "\"" : "";
    struct room_send send = {
        .draft = {.type = S("m.room.pinned_events"),
                  .sender = account->user_id,
                  .state_key = S(""),
                  .content = arena_printf(tx->arena, "{\"pinned\":[%s%.*s%s]}", quote, STR_ARG(event_id), quote)},
        .sender_nid = account->nid,
        .skip_auth = true,
    };
    const struct event *event;
    str pin_id;
    return rooms_send(tx, &room, &send, &event, &pin_id, NULL);
}

static enum rc unpin(struct tx *tx, const struct user *account, const struct user *person)
{
    const struct room *room;
    const struct event *pinned;
    enum rc rc = notices_room_find(tx, account, person, &room);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    pinned = room_state_get(room->state, S("m.room.pinned_events"), S(""));
    return pinned && !str_eq(pinned->content, S("{\"pinned\":[]}")) ? pin(tx, account, room, STR_NONE) : RC_OK;
}

static bool is_told(const struct user *person)
{
    return !(person->flags & (USER_DEACTIVATED | USER_GUEST | USER_SERVER | USER_ERASED));
}

static enum rc tell(struct tx *tx, const struct config *config, const struct user *account,
                    const struct announcement *announcement, uint64_t person_nid)
{
    const struct user *person;
    const struct room *room;
    const struct event *event;
    enum language language;
    str event_id;
    TRY(users_get(tx, person_nid, &person));
    if (!is_told(person))
        return RC_OK;
    if (announcement->ends)
        return unpin(tx, account, person);
    TRY(consent_language(tx, person->nid, &language));
    TRY(notices_room(tx, account, person, language, &room));
    struct room_send send = {
        .draft = {.type = S("m.room.message"),
                  .sender = account->user_id,
                  .content = content_of(tx, config, text_for(announcement, language))},
        .sender_nid = account->nid,
        .skip_auth = true,
        .recipient_nid = person->nid,
    };
    TRY(rooms_send(tx, &room, &send, &event, &event_id, NULL));
    return announcement->pinned ? pin(tx, account, room, event_id) : RC_OK;
}

static enum rc next_people(struct tx *tx, uint64_t after, uint64_t people[BATCH], size_t *ret_count)
{
    struct db_query q;
    *ret_count = 0;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid FROM user WHERE nid > ?1 AND flags & ?2 = 0 ORDER BY nid LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)after);
    db_bind_i64(&q, 2, USER_DEACTIVATED | USER_GUEST | USER_SERVER);
    db_bind_i64(&q, 3, BATCH);
    while (db_next(&q))
        people[(*ret_count)++] = (uint64_t)db_column_i64(&q, 0);
    return db_done(&q, NULL);
}

static enum rc tell_some(struct tx *tx, const struct config *config, const struct user *account,
                         const struct announcement *announcement)
{
    uint64_t people[BATCH];
    size_t count;
    TRY(next_people(tx, announcement->told_up_to, people, &count));
    if (!count)
        return announcements_end(tx, announcement->nid);
    for (size_t i = 0; i < count; i++)
        TRY(tell(tx, config, account, announcement, people[i]));
    return announcements_note_told(tx, announcement->nid, people[count - 1]);
}

/* RC_NOT_FOUND: there is nobody to be from. */
static enum rc sender(struct tx *tx, struct server *server, const struct user **ret_account)
{
    enum rc rc = notices_account(tx, server->config, ret_account);
    if (rc != RC_EXISTS && rc != RC_INVALID)
        return rc;
    if (!server->notices_refused)
        log_note(LOG_ERROR, "notices.user cannot be an account, or is somebody's: notices wait until it is another");
    server->notices_refused = true;
    return RC_NOT_FOUND;
}

enum rc server_notices_tell(struct tx *tx, struct server *server, const struct announcement *announcement,
                            uint64_t person_nid)
{
    const struct user *account;
    enum rc rc = sender(tx, server, &account);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return tell(tx, server->config, account, announcement, person_nid);
}

enum rc server_notices_job(struct tx *tx, struct server *server)
{
    struct announcement announcement;
    const struct user *account;
    enum rc rc = announcements_next(tx, &announcement);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    /* Nothing to read: whom it was for has been erased. */
    if (!announcement.ends && !text_for(&announcement, LANGUAGE_EN).len)
        return announcements_end(tx, announcement.nid);
    rc = sender(tx, server, &account);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (!announcement.subject_nid)
        return tell_some(tx, server->config, account, &announcement);
    TRY(tell(tx, server->config, account, &announcement, announcement.subject_nid));
    return announcements_end(tx, announcement.nid);
}
