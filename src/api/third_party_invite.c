/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/third_party_invite.h"

#include "api/code_call.h"
#include "api/invite_key.h"
#include "api/room_access.h"
#include "api/server.h"
#include "base/email.h"
#include "notify/invite_message.h"
#include "notify/outbox.h"
#include "notify/phone.h"
#include "privacy/mask.h"
#include "privacy/profile.h"

enum { MESSAGE_LIFE_MS = 60 * 60 * 1000 };

/* ---- who is invited ---- */

/* The part of an identity server is played by this one, for its own people alone. */
static enum rc check_id_server(struct call *call, yyjson_val *object)
{
    const struct config *config = call->server->config;
    str name, token, url;
    TRY(json_get_str(object, "id_server", &name, call_err(call)));
    TRY(json_get_str(object, "id_access_token", &token, call_err(call)));
    (void)str_split(config->server.public_url, ':', &url);
    str address = str_skip(config->server.public_url, url.len + strlen("://"));
    if (!name.len || str_eq(name, store_server_name(call->server->store)) || str_eq(name, config_public_host(config))
        || str_eq(name, address))
        return RC_OK;
    return call_fail(call, 400, "M_SERVER_NOT_TRUSTED", "This server asks no identity server but itself.");
}

str third_party_contact_id(struct arena *arena, enum code_medium medium, str address)
{
    return arena_concat(arena, medium == CODE_EMAIL ? S("email:") : S("msisdn:"), address, STR_NONE);
}

static enum rc read_number(struct call *call, str address, struct third_party_contact *contact)
{
    struct phone_number phone;
    /* Spec appendix: the canonical form is E.164 without the '+'. */
    str number = str_starts(address, S("+")) ? address : arena_concat(call->arena, S("+"), address, STR_NONE);
    if (phone_parse(STR_NONE, number, &phone) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "This is not a mobile number. Check the country and the digits.");
    contact->address = arena_dup(call->arena, str_of(phone.e164));
    contact->shown = mask_field(call->arena, FIELD_PHONE, contact->address);
    contact->language = language_of_region(str_of(phone.region));
    return RC_OK;
}

/* An address says nothing about its owner's language; that of who writes to them is the best guess. */
static enum rc read_email(struct call *call, str address, struct third_party_contact *contact)
{
    struct email email;
    if (email_parse(address, &email) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not an e-mail address that can be written to.");
    contact->address = arena_dup(call->arena, str_of(email.text));
    contact->shown = mask_field(call->arena, FIELD_EMAIL, contact->address);
    contact->language = language_of_header(http_request_header(call->http, S("accept-language")));
    return RC_OK;
}

enum rc third_party_contact_read(struct call *call, yyjson_val *object, struct third_party_contact *ret_contact)
{
    struct third_party_contact contact = {.medium = CODE_SMS};
    str medium, address;
    TRY(json_need_str(object, "medium", &medium, call_err(call)));
    TRY(json_need_str(object, "address", &address, call_err(call)));
    TRY(check_id_server(call, object));
    if (str_eq(medium, S("email")))
        contact.medium = CODE_EMAIL;
    else if (!str_eq(medium, S("msisdn")))
        return call_fail(call, 400, "M_THREEPID_MEDIUM_NOT_SUPPORTED",
                         "Only mobile numbers and e-mail addresses can be invited here.");
    TRY(contact.medium == CODE_EMAIL ? read_email(call, address, &contact) : read_number(call, address, &contact));
    contact.id = third_party_contact_id(call->arena, contact.medium, contact.address);
    *ret_contact = contact;
    return RC_OK;
}

/* ---- the message ---- */

static enum rc send_message(struct call *call, const struct third_party_contact *contact)
{
    const struct config *config = call->server->config;
    bool by_mail = contact->medium == CODE_EMAIL;
    struct profile profile;
    struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
    TRY(profile_release(call->tx, call->who.user, PURPOSE_MESSAGING, &profile));
    const struct invite_words words = {.language = contact->language,
                                       .operator_name = code_call_operator(call),
                                       .host = config_public_host(config),
                                       .inviter = profile.display_name,
                                       .url = config->server.public_url};
    if (by_mail)
        invite_mail(&subject, &text, &words);
    else
        invite_sms(&text, &words);
    struct outgoing message = {.channel = by_mail ? "email" : "sms",
                               .recipient = contact->address,
                               .subject = strbuf_to_arena(&subject, call->arena),
                               .text = strbuf_to_arena(&text, call->arena),
                               .language = contact->language,
                               .lapses_ms = call_now_ms(call) + MESSAGE_LIFE_MS};
    strbuf_fini(&subject);
    strbuf_fini(&text);
    enum rc rc = outbox_add(call->tx, call->server->outbox, &message);
    return rc == RC_FORBIDDEN ? RC_OK : rc; /* it wants no messages (obligation 1.9), which is nobody else's business */
}

/* ---- inviting ---- */

/* RC_EXISTS: there is one that can still be taken up. */
static enum rc add_row(struct call *call, const struct room *room, str contact_id, bool is_direct,
                       struct third_party_invite *invite)
{
    const struct third_party_invite fresh = {
        .inviter_nid = call->who.user_nid, .room_nid = room->nid, .is_direct = is_direct};
    *invite = fresh;
    enum rc rc = third_party_invites_add(call->tx, contact_id, invite);
    if (rc == RC_TOO_LARGE)
        return call_fail(call, 400, "M_RESOURCE_LIMIT_EXCEEDED", "Too many invites of this room wait for an answer.");
    if (rc != RC_EXISTS)
        return rc;
    const struct event *offer = room_state_get(room->state, S("m.room.third_party_invite"), invite->token);
    if (offer && invite_key_fits(call, offer))
        return RC_EXISTS;
    TRY(third_party_invites_remove(call->tx, room->nid, invite->token));
    *invite = fresh;
    return third_party_invites_add(call->tx, contact_id, invite);
}

enum rc third_party_invite_make(struct call *call, const struct room **room_in_out,
                                const struct third_party_contact *contact, bool is_direct)
{
    const struct config *config = call->server->config;
    const struct third_party_limits limits = {.enabled = config->limits.enabled,
                                              .per_inviter = config->limits.invites_per_account,
                                              .per_contact = config->limits.invites_per_number};
    struct third_party_invite invite;
    int64_t retry_ms;
    bool tell;
    if (!room_state_may_invite((*room_in_out)->state, call->who.user_id))
        return call_fail(call, 403, "M_FORBIDDEN", "You may not invite people into this room.");
    enum rc rc = add_row(call, *room_in_out, contact->id, is_direct, &invite);
    if (rc == RC_EXISTS)
        return RC_OK;
    TRY(rc);
    rc = third_party_invites_count(call->tx, &limits, call->who.user_nid, &retry_ms);
    if (rc == RC_LIMITED)
        return call_fail_limited(call, "You have invited many people today. Go on tomorrow.", retry_ms);
    TRY(rc);
    struct room_send send = {.draft = {.type = S("m.room.third_party_invite"),
                                       .state_key = invite.token,
                                       .content = invite_key_offer(call, contact->shown)}};
    const struct event *event;
    str event_id;
    TRY(room_send_as_caller(call, room_in_out, &send, &event, &event_id));
    TRY(third_party_invites_count_message(call->tx, &limits, contact->id, invite.room_nid, &tell));
    return tell ? send_message(call, contact) : RC_OK;
}
