/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the catalogue does not account for fails the build (obligation 0.8): one of each kind is added, and found. */
#include "census.h"
#include "store/store_private.h"
#include "support/cmocka.h"

static int set_up(void **state)
{
    struct census *census = xcalloc(1, sizeof *census);
    census_init(census);
    *state = census;
    return 0;
}

static int tear_down(void **state)
{
    struct census *census = *state;
    census_fini(census);
    free(census);
    return 0;
}

static void assert_found(const struct census *census, const char *words)
{
    if (census->findings != 1 || !str_contains(strbuf_str(&census->report), str_of(words)))
        fail_msg("%zu findings, wanted \"%s\":\n%.*s", census->findings, words, STR_ARG(strbuf_str(&census->report)));
}

/* ---- columns ---- */

static void check_vault_with(struct census *census, const char *change)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < schema_vault_count; i++)
        assert_int_equal(sqlite3_exec(db, schema_vault[i].sql, NULL, NULL, NULL), SQLITE_OK);
    if (change)
        assert_int_equal(sqlite3_exec(db, change, NULL, NULL, NULL), SQLITE_OK);
    census_columns(census, PLACE_VAULT, db);
    sqlite3_close(db);
}

static void test_0_8_the_stores_as_they_are_pass(void **state)
{
    struct census *census = *state;
    check_vault_with(census, NULL);
    assert_int_equal(census->findings, 0);
}

static void test_0_8_a_column_no_row_covers_is_found(void **state)
{
    struct census *census = *state;
    check_vault_with(census, "ALTER TABLE consent ADD COLUMN mood TEXT");
    assert_found(census, "column of vault.db \"consent.mood\" is not in the catalogue");
}

static void test_0_8_a_table_no_row_covers_is_found(void **state)
{
    struct census *census = *state;
    check_vault_with(census, "CREATE TABLE visit(at_ms INTEGER)");
    assert_found(census, "column of vault.db \"visit.at_ms\" is not in the catalogue");
}

/* ---- sources ---- */

struct example {
    const char *path, *source, *finding; /* NULL: none */
};

static void check_example(const struct example *example)
{
    struct census census;
    census_init(&census);
    bool is_c = str_ends(str_of(example->path), S(".c"));
    (is_c ? census_c_source : census_web_source)(&census, str_of(example->path), str_of(example->source));
    if (example->finding)
        assert_found(&census, example->finding);
    else if (census.findings)
        fail_msg("%s\n%.*s", example->source, STR_ARG(strbuf_str(&census.report)));
    census_fini(&census);
}

static void check_examples(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_example(&examples[i]);
}
#define CHECK_EXAMPLES(examples) check_examples(examples, sizeof(examples) / sizeof *(examples))

static void test_0_8_a_log_field_no_row_covers_is_found(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"src/api/x.c", "log_event(LOG_INFO, \"x\", LOG_TEXT(\"rc\", rc_name(rc)), LOG_ERROR_TEXT(err));", NULL},
        {"src/api/x.c", "log_event(LOG_INFO,\n \"x\", LOG_TEXT(\"peer\", address));",
         "src/api/x.c:2: log field \"peer\" is not in the catalogue"},
        {"src/api/x.c", "LOG_INT(\"peer_port\", port)", "log field \"peer_port\""},
        {"src/api/x.c", "LOG_TEXT(name, \"\")", "a log field's name has to be a literal"},
        {"src/api/x.c", "struct log_field mine = {name, text, 0};", "has to be a literal"},
        {"src/api/x.c", "/* LOG_TEXT(\"peer\", x) */ // LOG_TEXT(\"peer\", x)\nS(\"LOG_TEXT(\\\"peer\\\")\")", NULL},
    };
    CHECK_EXAMPLES(examples);
}

static void test_0_8_a_header_no_row_covers_is_found(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"src/api/x.c", "http_request_header(call->http, S(\"user-agent\"))", NULL},
        {"src/api/x.c", "http_request_header(call->http, S(\"Referer\"))", "header \"referer\""},
        {"src/api/x.c", "http_request_header(call_of(a, b)->http, name)", "a header's name has to be a literal"},
        {"src/api/x.c", "str http_request_header(const struct http_request *request, str name);", NULL},
        {"src/api/x.c", "call_header(call, S(\"X-Served-For\"), user_id);", "header \"x-served-for\""},
        {"src/api/x.c", "headers[n++] = (struct http_header){S(\"Via\"), S(\"x\")};", "header \"via\""},
        {"src/api/x.c",
         "static const struct http_header h[] = {{STR_INIT(\"Vary\"), STR_INIT(\"X\")}, {STR_INIT(\"Via\"), STR_INIT("
         "\"X\")}};",
         "header \"via\""},
        {"src/net/x.c", "if (str_eq(headers[i].name, S(\"from\")))", "header \"from\""},
        {"src/net/x.c", "strbuf_add(out, S(\"Server: parley\\r\\n\"));", "header \"server\""},
    };
    CHECK_EXAMPLES(examples);
}

static void test_0_8_a_cookie_no_row_covers_is_found(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"src/api/x.c",
         "call_header(call, S(\"Set-Cookie\"), arena_printf(call->arena, \"__Host-id=%s; Secure\", id));",
         "cookie \"__Host-id\""},
        {"src/api/x.c", "call_header(call, S(\"Set-Cookie\"), cookie);", "a cookie's name has to be a literal"},
        {"src/api/x.c", "http_request_header(call->http, S(\"cookie\"))", "header \"cookie\""},
        {"web/src/x.ts", "document.cookie = `seen=${Date.now()}`;", "cookie \"seen\""},
        {"web/src/x.ts", "if (document.cookie === '') await cookieStore.set('seen', '1');", "cookie \"seen\""},
    };
    CHECK_EXAMPLES(examples);
}

static void test_0_8_a_key_of_the_browsers_storage_no_row_covers_is_found(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"web/src/x.ts", "localStorage.getItem('parley.theme'); sessionStorage.clear();", NULL},
        {"web/src/x.ts", "\nlocalStorage.setItem('parley.lastVisit', now);",
         "web/src/x.ts:2: key of the browser's storage \"localStorage.parley.lastVisit\""},
        {"web/src/x.ts", "const key = \"parley.visits\";\nwindow.sessionStorage.setItem(key, n);",
         "\"sessionStorage.parley.visits\""},
        {"web/src/x.ts", "type P = 'theme' | 'mood';\nconst f = (name: P) => localStorage.getItem(`parley.${name}`);",
         "\"localStorage.parley.mood\""},
        {"web/src/x.ts", "localStorage.setItem(keyOf(user), n);", "has to be a literal"},
        {"web/src/x.ts", "const store = localStorage;", "is used by getItem"},
        {"web/src/x.ts", "caches.open('pages')", "\"caches.pages\""},
        {"web/src/x.ts",
         "interface Draft { key: string; text: string; savedAt?: number }\n"
         "interface Schema { drafts: { key: string; value: Draft } }\ndb.createObjectStore('drafts', {});",
         "\"indexedDB:drafts.savedAt\""},
        {"web/src/x.ts", "await client.initRustCrypto({ cryptoDatabasePrefix: name });", NULL},
        {"web/src/x.ts", "db.createObjectStore('visits');", "has to be an interface"},
        {"web/src/x.tsx", "<p>don't</p>\nlocalStorage.setItem('parley.x', '');", "\"localStorage.parley.x\""},
        {"web/src/x.ts", "s.replace(/[\"'/]/g, ''); localStorage.setItem('parley.x', '');",
         "\"localStorage.parley.x\""},
    };
    CHECK_EXAMPLES(examples);
}

/* A row of what is no more would promise care of nothing. */
static void test_0_8_a_name_nothing_uses_is_found(void **state)
{
    struct census *census = *state;
    census_unused(census);
    assert_true(str_contains(strbuf_str(&census->report), S("report names column of chat.db \"report.reporter\"")));
    assert_true(str_contains(strbuf_str(&census->report), S("browser_drafts names key")));
    size_t all = census->findings;
    census_seen(census, PLACE_CHAT, S("report"), S("reporter"), S(""));
    census_unused(census);
    assert_int_equal(census->findings, 2 * all - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_0_8_the_stores_as_they_are_pass, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_0_8_a_column_no_row_covers_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_0_8_a_table_no_row_covers_is_found, set_up, tear_down),
        cmocka_unit_test(test_0_8_a_log_field_no_row_covers_is_found),
        cmocka_unit_test(test_0_8_a_header_no_row_covers_is_found),
        cmocka_unit_test(test_0_8_a_cookie_no_row_covers_is_found),
        cmocka_unit_test(test_0_8_a_key_of_the_browsers_storage_no_row_covers_is_found),
        cmocka_unit_test_setup_teardown(test_0_8_a_name_nothing_uses_is_found, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
