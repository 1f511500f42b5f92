/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/router.h"
#include "support/cmocka.h"

static const struct endpoint endpoints[] = {
    {.name = "getState", .method = HTTP_GET, .path = "/_matrix/client/v3/rooms/{roomId}/state"},
    {.name = "getStateKey",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}"},
    {.name = "putStateKey",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}"},
    {.name = "upload", .method = HTTP_POST, .path = "/_matrix/media/v3/upload"},
    {.name = "uploadTo", .method = HTTP_PUT, .path = "/_matrix/media/v3/upload/{serverName}/{mediaId}"},
};
static const struct endpoint_module module = ENDPOINT_MODULE(endpoints);
static const struct endpoint_module *const modules[] = {&module};

static struct router *router;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    router = router_new(modules, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    router_free(&router);
    arena_fini(&arena);
    return 0;
}

static struct route match(enum http_method method, const char *path)
{
    struct route route;
    assert_int_equal(router_match(router, &arena, method, str_of(path), &route), RC_OK);
    return route;
}

static void parameters_are_decoded_in_order(void **state)
{
    (void)state;
    struct route route = match(HTTP_GET, "/_matrix/client/v3/rooms/%21a%2Fb/state/m.room.member/%40x%3Ay");
    assert_string_equal(route.endpoint->name, "getStateKey");
    assert_true(str_eq(route.params[0], S("!a/b")));
    assert_true(str_eq(route.params[1], S("m.room.member")));
    assert_true(str_eq(route.params[2], S("@x:y")));
}

static void a_trailing_slash_is_an_empty_state_key(void **state)
{
    (void)state;
    struct route route = match(HTTP_GET, "/_matrix/client/v3/rooms/!a/state/m.room.name/");
    assert_string_equal(route.endpoint->name, "getStateKey");
    assert_int_equal(route.params[2].len, 0);
}

static void old_clients_r0_is_served_as_v3(void **state)
{
    (void)state;
    assert_string_equal(match(HTTP_GET, "/_matrix/client/r0/rooms/!a/state").endpoint->name, "getState");
    assert_string_equal(match(HTTP_POST, "/_matrix/media/r0/upload").endpoint->name, "upload");
    assert_null(match(HTTP_GET, "/_matrix/r0/r0/rooms/!a/state").endpoint);
}

static void a_known_path_with_another_method_is_told_from_an_unknown_path(void **state)
{
    (void)state;
    struct route wrong_method = match(HTTP_DELETE, "/_matrix/client/v3/rooms/!a/state");
    assert_true(str_eq(wrong_method.allowed, S("GET, HEAD, OPTIONS")));
    assert_null(wrong_method.endpoint);
    assert_true(wrong_method.path_known);
    assert_false(match(HTTP_GET, "/_matrix/client/v3/rooms").path_known);
    assert_false(match(HTTP_GET, "/").path_known);
}

static void head_is_answered_by_get(void **state)
{
    (void)state;
    assert_string_equal(match(HTTP_HEAD, "/_matrix/client/v3/rooms/!a/state").endpoint->name, "getState");
}

static void bad_percent_encoding_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"%", "%4", "%zz", "%ff", "a%2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct route route;
        str path = arena_concat(&arena, S("/_matrix/client/v3/rooms/"), str_of(bad[i]), S("/state"));
        assert_int_equal(router_match(router, &arena, HTTP_GET, path, &route), RC_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_decoded_in_order),
        cmocka_unit_test(a_trailing_slash_is_an_empty_state_key),
        cmocka_unit_test(old_clients_r0_is_served_as_v3),
        cmocka_unit_test(a_known_path_with_another_method_is_told_from_an_unknown_path),
        cmocka_unit_test(head_is_answered_by_get),
        cmocka_unit_test(bad_percent_encoding_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
