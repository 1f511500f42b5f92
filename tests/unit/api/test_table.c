/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Walks every endpoint there is: none may lack what the table exists to say. */
#include "api/call.h"
#include "api/router.h"
#include "support/cmocka.h"

#include <stdio.h>

static int faults;

static void fault(const struct endpoint *endpoint, const char *what)
{
    fprintf(stderr, "%s: %s\n", endpoint->name ? endpoint->name : endpoint->path, what);
    faults++;
}

static size_t parameter_count(const char *path)
{
    size_t count = 0;
    for (; *path; path++)
        count += *path == '{';
    return count;
}

static void each(void (*check)(const struct endpoint *endpoint))
{
    faults = 0;
    for (size_t m = 0; m < endpoint_module_count; m++)
        for (size_t i = 0; i < endpoint_modules[m]->count; i++)
            check(&endpoint_modules[m]->endpoints[i]);
    assert_int_equal(faults, 0);
}

static void complete(const struct endpoint *endpoint)
{
    if (!endpoint->name || !endpoint->path || endpoint->path[0] != '/')
        fault(endpoint, "has no name or address");
    if (!endpoint->run)
        fault(endpoint, "has no handler");
    if (endpoint->path && parameter_count(endpoint->path) > CALL_MAX_PARAMS)
        fault(endpoint, "has too many parameters");
    if (endpoint->exec == EXEC_PARK && endpoint->slow)
        fault(endpoint, "parks behind a slow step");
}

static void every_endpoint_is_complete(void **state)
{
    (void)state;
    each(complete);
}

/* Whoever is asked who they are is served for a purpose. */
static void purposeful(const struct endpoint *endpoint)
{
    if (endpoint->auth >= AUTH_USER && endpoint->purpose == PURPOSE_NONE)
        fault(endpoint, "knows who asks, but not for what purpose");
}

static void every_endpoint_with_a_person_names_its_purpose(void **state)
{
    (void)state;
    each(purposeful);
}

/* What staff are given is audited, which is a write, and names a reason (obligations 1.18, 4.8). */
static void accountable(const struct endpoint *endpoint)
{
    bool staff = endpoint->auth == AUTH_STAFF || endpoint->auth == AUTH_SELF_OR_STAFF;
    if (staff && (endpoint->exec != EXEC_WRITE || !endpoint->reason))
        fault(endpoint, "is for staff, but cannot be put on the record or has no reason");
    if (!staff && endpoint->reason)
        fault(endpoint, "names a reason nobody asks for");
    if (endpoint->auth == AUTH_SELF_OR_STAFF && parameter_count(endpoint->path) == 0)
        fault(endpoint, "names nobody");
}

static void every_endpoint_of_staff_can_be_put_on_the_record(void **state)
{
    (void)state;
    each(accountable);
}

static void limited(const struct endpoint *endpoint)
{
    bool changes = endpoint->exec == EXEC_WRITE || endpoint->slow;
    if (changes && endpoint->rate == RATE_NONE)
        fault(endpoint, "changes something without a rate limit");
    /* Who knows the id of a delayed event has a secret nobody guesses. */
    bool by_secret = strstr(endpoint->path, "{delay_id}") != NULL;
    if (changes && endpoint->auth == AUTH_NONE && !by_secret && endpoint->rate != RATE_LOGIN
        && endpoint->rate != RATE_CODE)
        fault(endpoint, "is open to anyone and changes something: only the strict limits will do");
}

static void every_endpoint_that_changes_something_is_limited(void **state)
{
    (void)state;
    each(limited);
}

/* What the flag says must be able to happen (api/on_behalf.h). */
static void fits_services(const struct endpoint *endpoint)
{
    if (endpoint->service == SERVICE_BARE && endpoint->auth != AUTH_NONE)
        fault(endpoint, "looks at a service's token beside somebody who asks");
    if (endpoint->service == SERVICE_TIMED && endpoint->exec != EXEC_WRITE)
        fault(endpoint, "takes a time but changes nothing");
}

static void what_an_endpoint_is_to_services_fits_it(void **state)
{
    (void)state;
    each(fits_services);
}

/* An address of its own: {id} becomes "x", which no address says literally. */
static str address_of(struct arena *arena, const char *path)
{
    struct strbuf text = STRBUF_INIT;
    for (; *path; path++) {
        strbuf_add_char(&text, *path == '{' ? 'x' : *path);
        if (*path == '{')
            path = strchr(path, '}');
    }
    str address = strbuf_to_arena(&text, arena);
    strbuf_fini(&text);
    return address;
}

static struct router *router;

/* /policy/archive is not the policy in a language called "archive". */
static void reached(const struct endpoint *endpoint)
{
    struct arena arena = ARENA_INIT;
    struct route route;
    if (router_match(router, &arena, endpoint->method, address_of(&arena, endpoint->path), &route) != RC_OK
        || route.endpoint != endpoint)
        fault(endpoint, "is not what its own address leads to");
    arena_fini(&arena);
}

/* Clients from before v1.1 say r0: of the client API's operations and of the media's. */
static void reached_by_r0(const struct endpoint *endpoint)
{
    struct arena arena = ARENA_INIT;
    struct route route;
    str address = address_of(&arena, endpoint->path), rest;
    static const str roots[] = {STR_INIT("/_matrix/client/"), STR_INIT("/_matrix/media/")};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        if (!str_starts(address, roots[i]) || !str_starts(rest = str_skip(address, roots[i].len), S("v3/")))
            continue;
        str old = arena_concat(&arena, roots[i], S("r0"), str_skip(rest, 2));
        if (router_match(router, &arena, endpoint->method, old, &route) != RC_OK || route.endpoint != endpoint)
            fault(endpoint, "is not what its r0 address leads to");
    }
    arena_fini(&arena);
}

static void every_endpoint_is_reached_by_its_own_address(void **state)
{
    (void)state;
    router = router_new(endpoint_modules, endpoint_module_count);
    each(reached);
    each(reached_by_r0);
    router_free(&router);
}

/* Who has not agreed to a new version of the policy keeps their rights and the way out, and nothing else. */
static size_t open_count;
static void open_to_the_unagreed(const struct endpoint *endpoint)
{
    static const char *const ways_out[] = {"getTokenOwner", "getCapabilities",   "logout",
                                           "logout_all",    "deactivateAccount", "leaveRoom"};
    if (!endpoint->unagreed)
        return;
    open_count++;
    for (size_t i = 0; i < sizeof ways_out / sizeof *ways_out; i++)
        if (strcmp(endpoint->name, ways_out[i]) == 0)
            return;
    fault(endpoint, "is open to who has not agreed, but leads to nothing that is theirs");
}

static void test_6_1_who_has_not_agreed_keeps_their_rights_and_the_way_out(void **state)
{
    (void)state;
    open_count = 0;
    each(open_to_the_unagreed);
    assert_int_equal(open_count, 6);
}

/* Spec "Guest Access": the list, and joinRoom, which is joinRoomById by the address clients use. */
static const char *const for_guests[] = {"getRoomState",
                                         "getRoomStateByType",
                                         "getRoomStateWithKey",
                                         "getEventContext",
                                         "getOneRoomEvent",
                                         "getRoomEvents",
                                         "getMembersByRoom",
                                         "roomInitialSync",
                                         "sync",
                                         "getEvents",
                                         "getContentAuthed",
                                         "getContentOverrideNameAuthed",
                                         "getContentThumbnailAuthed",
                                         "joinRoomById",
                                         "joinRoom",
                                         "leaveRoom",
                                         "sendMessage",
                                         "setRoomState",
                                         "setRoomStateWithKey",
                                         "sendToDevice",
                                         "setProfileField",
                                         "getDevices",
                                         "getDevice",
                                         "updateDevice",
                                         "getTokenOwner",
                                         "uploadKeys",
                                         "queryKeys",
                                         "claimKeys"};

static void right_for_guests(const struct endpoint *endpoint)
{
    bool listed = false, of_matrix = strncmp(endpoint->path, "/_matrix/", 9) == 0;
    if (strstr(endpoint->path, "/unstable/")) /* of which the specification says nothing */
        return;
    for (size_t i = 0; i < sizeof for_guests / sizeof *for_guests; i++)
        listed |= strcmp(endpoint->name, for_guests[i]) == 0;
    bool rights = !of_matrix && endpoint->purpose == PURPOSE_RIGHTS && endpoint->auth >= AUTH_USER;
    if ((listed || rights) != (endpoint->auth == AUTH_GUEST_TOO))
        fault(endpoint, listed || rights ? "is kept from guests" : "is not for guests");
}

static void guests_may_do_what_the_specification_lists_and_have_their_rights(void **state)
{
    (void)state;
    each(right_for_guests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_endpoint_is_complete),
        cmocka_unit_test(every_endpoint_with_a_person_names_its_purpose),
        cmocka_unit_test(every_endpoint_of_staff_can_be_put_on_the_record),
        cmocka_unit_test(every_endpoint_that_changes_something_is_limited),
        cmocka_unit_test(what_an_endpoint_is_to_services_fits_it),
        cmocka_unit_test(every_endpoint_is_reached_by_its_own_address),
        cmocka_unit_test(guests_may_do_what_the_specification_lists_and_have_their_rights),
        cmocka_unit_test(test_6_1_who_has_not_agreed_keeps_their_rights_and_the_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
