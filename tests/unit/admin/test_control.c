/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/control.h"
#include "admin/control_private.h"
#include "crypto/crypto.h"
#include "privacy/personal.h"
#include "store/users.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static struct store *store;
static struct control *control;

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s", "/tmp/parley-test-XXXXXX");
    if (crypto_init() != RC_OK || !mkdtemp(folder))
        return -1;
    const struct store_config config = {
        .folder = folder, .server_name = S("example.org"), .cache_bytes = 1 << 20, .readers = 1};
    if (store_open(env_system(), &config, &store, NULL) != RC_OK)
        return -1;
    return control_start(store, NULL, str_of(folder), &control, NULL) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    control_stop(&control);
    store_close(&store);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static char told[ACCOUNT_TOLD_MAX];

static enum rc ask(enum account_op op, str name, bool *ret_no_server)
{
    struct account_request request = {
        .op = op, .localpart = name, .password_hash = S("$argon2id$x"), .admin = true, .reason = S("case 7")};
    struct error err;
    return control_ask(str_of(folder), &request, told, ret_no_server, &err);
}

static uint32_t flags_of(str user_id)
{
    struct arena arena = ARENA_INIT;
    struct tx tx;
    const struct user *user;
    store_read(store, 0, NULL, &arena, &tx);
    assert_int_equal(users_find(&tx, user_id, &user), RC_OK);
    uint32_t flags = user->flags;
    arena_fini(&arena);
    return flags;
}

static void a_running_server_carries_commands_out(void **state)
{
    (void)state;
    bool no_server;
    assert_int_equal(ask(ACCOUNT_CREATE, S("ada"), &no_server), RC_OK);
    assert_false(no_server);
    assert_int_equal(flags_of(S("@ada:example.org")), USER_ADMIN);
    assert_int_equal(ask(ACCOUNT_LOCK, S("ada"), &no_server), RC_OK);
    assert_int_equal(flags_of(S("@ada:example.org")), USER_ADMIN | USER_LOCKED);
    assert_int_equal(ask(ACCOUNT_UNLOCK, S("ada"), &no_server), RC_OK);
    assert_int_equal(flags_of(S("@ada:example.org")), USER_ADMIN);
    assert_int_equal(ask(ACCOUNT_RESET, S("ada"), &no_server), RC_OK);
}

static void test_4_2_a_hold_is_placed_shown_with_its_reason_and_lifted(void **state)
{
    (void)state;
    bool no_server;
    assert_int_equal(ask(ACCOUNT_CREATE, S("held"), &no_server), RC_OK);
    assert_int_equal(ask(HOLD_NEXT, S(""), &no_server), RC_OK);
    assert_string_equal(told, "");
    assert_int_equal(ask(ACCOUNT_RELEASE, S("held"), &no_server), RC_NOT_FOUND);
    assert_int_equal(ask(ACCOUNT_HOLD, S("held"), &no_server), RC_OK);
    assert_int_equal(ask(HOLD_NEXT, S(""), &no_server), RC_OK);
    assert_non_null(strstr(told, "\"user\":\"@h**:example.org\""));
    assert_non_null(strstr(told, "\"reason\":\"case 7\""));
    assert_non_null(strstr(told, "\"lifted_ms\":0"));
    assert_int_equal(ask(ACCOUNT_RELEASE, S("held"), &no_server), RC_OK);
    assert_int_equal(ask(HOLD_NEXT, S(""), &no_server), RC_OK);
    assert_null(strstr(told, "\"lifted_ms\":0"));
    assert_int_equal(ask(ACCOUNT_HOLD, S("nobody"), &no_server), RC_NOT_FOUND);
}

static enum rc ask_token(struct account_request request)
{
    bool no_server;
    struct error err;
    return control_ask(str_of(folder), &request, told, &no_server, &err);
}

static void a_registration_token_is_made_shown_once_and_taken_back(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    yyjson_val *made, *listed;
    str id, token;
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_CREATE, .length = 15}), RC_INVALID);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_CREATE, .length = 65}), RC_INVALID);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_CREATE, .length = 20, .life_ms = INT64_MAX}),
                     RC_INVALID);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_CREATE, .length = 20, .uses = 3}), RC_OK);
    assert_int_equal(json_parse_object(&arena, arena_dup(&arena, str_of(told)), false, &made, NULL), RC_OK);
    assert_int_equal(json_need_str(made, "token", &token, NULL), RC_OK);
    assert_int_equal(json_need_str(made, "id", &id, NULL), RC_OK);
    assert_int_equal(token.len, 20);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_NEXT}), RC_OK);
    assert_false(str_contains(str_of(told), token));
    assert_int_equal(json_parse_object(&arena, arena_dup(&arena, str_of(told)), false, &listed, NULL), RC_OK);
    assert_true(str_eq(json_str_of(yyjson_obj_get(listed, "id")), id));
    assert_int_equal(yyjson_get_sint(yyjson_obj_get(listed, "max_uses")), 3);
    assert_true(yyjson_get_bool(yyjson_obj_get(listed, "valid")));
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_REMOVE, .id = id}), RC_OK);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_REMOVE, .id = id}), RC_NOT_FOUND);
    assert_int_equal(ask_token((struct account_request){.op = TOKEN_NEXT}), RC_OK);
    assert_string_equal(told, "");
    arena_fini(&arena);
}

static void refusals_come_back_as_they_were(void **state)
{
    (void)state;
    bool no_server;
    assert_int_equal(ask(ACCOUNT_CREATE, S("bob"), &no_server), RC_OK);
    assert_int_equal(ask(ACCOUNT_CREATE, S("bob"), &no_server), RC_EXISTS);
    assert_int_equal(ask(ACCOUNT_CREATE, S("Not A Name"), &no_server), RC_INVALID);
    assert_int_equal(ask(ACCOUNT_LOCK, S("nobody"), &no_server), RC_NOT_FOUND);
    assert_false(no_server);
}

static void the_socket_is_for_its_owner_only(void **state)
{
    (void)state;
    struct sockaddr_un address;
    struct stat st;
    assert_int_equal(control_address(str_of(folder), &address, NULL), RC_OK);
    assert_int_equal(stat(address.sun_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void nonsense_is_answered_and_does_no_harm(void **state)
{
    (void)state;
    struct sockaddr_un address;
    bool no_server;
    char buffer[CONTROL_LINE_MAX];
    str line;
    assert_int_equal(control_address(str_of(folder), &address, NULL), RC_OK);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(control_write_line(fd, S("{\"op\":\"erase\",\"localpart\":\"ada\"}")), RC_OK);
    assert_int_equal(control_read_line(fd, buffer, &line), RC_OK);
    assert_true(str_contains(line, S("op is not known")));
    close(fd);
    assert_int_equal(ask(ACCOUNT_CREATE, S("after"), &no_server), RC_OK);
}

static void without_a_server_it_is_said(void **state)
{
    (void)state;
    bool no_server = false;
    control_stop(&control);
    assert_int_equal(ask(ACCOUNT_LOCK, S("ada"), &no_server), RC_NOT_FOUND);
    assert_true(no_server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_server_carries_commands_out),
        cmocka_unit_test(test_4_2_a_hold_is_placed_shown_with_its_reason_and_lifted),
        cmocka_unit_test(a_registration_token_is_made_shown_once_and_taken_back),
        cmocka_unit_test(refusals_come_back_as_they_were),
        cmocka_unit_test(the_socket_is_for_its_owner_only),
        cmocka_unit_test(nonsense_is_answered_and_does_no_harm),
        cmocka_unit_test(without_a_server_it_is_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
