/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "support/cmocka.h"
#include "support/folder.h"

static str write_registration(const struct folder *folder, struct arena *arena, const char *name, const char *id,
                              const char *as_token, const char *hs_token, const char *sender)
{
    str path = arena_printf(arena, "%s/%s", folder->path, name);
    FILE *file = fopen(path.ptr, "w");
    fprintf(file, "id: %s\nurl: null\nas_token: %s\nhs_token: %s\nsender_localpart: %s\nnamespaces: {}\n", id, as_token,
            hs_token, sender);
    fclose(file);
    return path;
}

static void two_services_cannot_share_what_tells_them_apart(void **state)
{
    (void)state;
    static const struct {
        const char *id, *as_token, *hs_token, *sender;
        const char *shared; /* NULL: nothing */
    } cases[] = {
        {"b", "b-as", "b-hs", "b", NULL},
        {"a", "b-as", "b-hs", "b", "b.yaml: id is that of "},
        {"b", "a-as", "b-hs", "b", "b.yaml: as_token is that of "},
        {"b", "b-as", "a-hs", "b", "b.yaml: hs_token is that of "},
        {"b", "b-as", "b-hs", "a", "b.yaml: sender_localpart is that of "},
    };
    assert_int_equal(crypto_init(), RC_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct folder folder;
        struct appservices services;
        struct error err = {.text = ""};
        folder_make(&folder);
        const str paths[] = {
            write_registration(&folder, &arena, "a.yaml", "a", "a-as", "a-hs", "a"),
            write_registration(&folder, &arena, "b.yaml", cases[i].id, cases[i].as_token, cases[i].hs_token,
                               cases[i].sender),
        };
        enum rc rc = appservices_read(&arena, paths, 2, S("parley.test"), &services, &err);
        assert_int_equal(rc, cases[i].shared ? RC_INVALID : RC_OK);
        if (cases[i].shared && !str_contains(str_of(err.text), str_of(cases[i].shared)))
            fail_msg("%s", err.text);
        folder_remove(&folder);
        arena_fini(&arena);
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct appservices services;
    struct error err = {.text = ""};
    const str path = S("/nowhere/irc.yaml");
    assert_int_equal(appservices_read(&arena, &path, 1, S("parley.test"), &services, &err), RC_IO);
    assert_true(str_starts(str_of(err.text), S("/nowhere/irc.yaml: No such file or directory")));
    arena_fini(&arena);
}

static void reading_again_keeps_what_somebody_still_looks_at(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct folder folder;
    struct appservice_registry *registry;
    struct error err = {.text = ""};
    folder_make(&folder);
    str path = write_registration(&folder, &arena, "a.yaml", "a", "old-as", "a-hs", "a");
    assert_int_equal(appservice_registry_new(&path, 1, S("parley.test"), &registry, &err), RC_OK);
    const struct appservices *before = appservice_registry_now(registry);
    write_registration(&folder, &arena, "a.yaml", "a", "new-as", "a-hs", "a");
    assert_int_equal(appservice_registry_reload(registry, NULL, NULL, &err), RC_OK);
    const struct appservices *after = appservice_registry_now(registry);
    assert_non_null(appservices_find_token(after, S("new-as")));
    assert_null(appservices_find_token(after, S("old-as")));
    assert_true(str_eq(before->items[0]->id, S("a")));
    assert_non_null(appservices_find_token(before, S("old-as")));
    appservice_registry_free(&registry);
    assert_null(registry);
    folder_remove(&folder);
    arena_fini(&arena);
}

static void what_cannot_be_read_again_leaves_the_old_in_force(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct folder folder;
    struct appservice_registry *registry;
    struct error err = {.text = ""};
    folder_make(&folder);
    str path = write_registration(&folder, &arena, "a.yaml", "a", "a-as", "a-hs", "a");
    assert_int_equal(appservice_registry_new(&path, 1, S("parley.test"), &registry, &err), RC_OK);
    write_registration(&folder, &arena, "a.yaml", "[", "a-as", "a-hs", "a");
    assert_int_equal(appservice_registry_reload(registry, NULL, NULL, &err), RC_INVALID);
    assert_true(str_contains(str_of(err.text), S("a.yaml:")));
    assert_non_null(appservices_find_token(appservice_registry_now(registry), S("a-as")));
    appservice_registry_free(&registry);
    folder_remove(&folder);
    arena_fini(&arena);
}

static enum rc refuse(const struct appservices *services, void *ctx, struct error *err)
{
    *(size_t *)ctx = services->count;
    return error_set(err, RC_EXISTS, "not these");
}

static void what_is_not_accepted_leaves_the_old_in_force(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct folder folder;
    struct appservice_registry *registry;
    struct error err = {.text = ""};
    size_t shown = 0;
    folder_make(&folder);
    str path = write_registration(&folder, &arena, "a.yaml", "a", "old-as", "a-hs", "a");
    assert_int_equal(appservice_registry_new(&path, 1, S("parley.test"), &registry, &err), RC_OK);
    write_registration(&folder, &arena, "a.yaml", "a", "new-as", "a-hs", "a");
    assert_int_equal(appservice_registry_reload(registry, refuse, &shown, &err), RC_EXISTS);
    assert_int_equal(shown, 1);
    assert_string_equal(err.text, "not these");
    assert_non_null(appservices_find_token(appservice_registry_now(registry), S("old-as")));
    appservice_registry_free(&registry);
    folder_remove(&folder);
    arena_fini(&arena);
}

static void without_files_there_are_none(void **state)
{
    (void)state;
    struct appservice_registry *registry;
    assert_int_equal(appservice_registry_new(NULL, 0, S("parley.test"), &registry, NULL), RC_OK);
    assert_int_equal(appservice_registry_now(registry)->count, 0);
    appservice_registry_free(&registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_services_cannot_share_what_tells_them_apart),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(reading_again_keeps_what_somebody_still_looks_at),
        cmocka_unit_test(what_cannot_be_read_again_leaves_the_old_in_force),
        cmocka_unit_test(what_is_not_accepted_leaves_the_old_in_force),
        cmocka_unit_test(without_files_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
