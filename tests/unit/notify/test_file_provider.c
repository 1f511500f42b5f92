/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The file of the built-in provider: appended to, and forgetting what is old (obligation 4.2). */
#include "notify/file_provider.h"
#include "support/cmocka.h"
#include "support/folder.h"

struct fixture {
    struct folder folder;
    char path[512];
    struct file_provider *provider;
};

static int set_up(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    folder_make(&fixture->folder);
    folder_path(&fixture->folder, "outbox.jsonl", fixture->path);
    assert_int_equal(file_provider_new(fixture->path, &fixture->provider, NULL), RC_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    struct provider *provider = file_provider_as_provider(fixture->provider);
    provider->free(provider);
    folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

static void send(struct fixture *fixture, const char *text, int64_t created_ms)
{
    struct provider *provider = file_provider_as_provider(fixture->provider);
    struct outgoing message = {.channel = "sms",
                               .recipient = S("+4915123456789"),
                               .text = str_of(text),
                               .created_ms = created_ms,
                               .key = S("k")};
    assert_int_equal(provider->deliver(provider, &message), RC_OK);
}

static size_t in_file(const struct fixture *fixture, const char *words)
{
    char text[4096];
    FILE *file = fopen(fixture->path, "rb");
    size_t count = 0, len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    fclose(file);
    for (const char *at = text; (at = strstr(at, words)); at++)
        count++;
    return count;
}

static void count_line(str line, void *ctx)
{
    (void)line;
    ++*(size_t *)ctx;
}

static size_t on_page(const struct fixture *fixture)
{
    size_t count = 0;
    file_provider_recent(fixture->provider, count_line, &count);
    return count;
}

static void test_4_2_messages_handed_on_are_forgotten_in_file_and_memory(void **state)
{
    struct fixture *fixture = *state;
    send(fixture, "old \"ts\":9000", 1000);
    send(fixture, "older than it seems, \",\"ts\":9000", 1500);
    send(fixture, "young", 3000);
    assert_int_equal(file_provider_forget(fixture->provider, 2000, NULL), RC_OK);
    assert_int_equal(in_file(fixture, "old"), 0);
    assert_int_equal(in_file(fixture, "young"), 1);
    assert_int_equal(on_page(fixture), 1);
    send(fixture, "next", 4000);
    assert_int_equal(in_file(fixture, "sms"), 2);
    assert_int_equal(on_page(fixture), 2);
    assert_int_equal(file_provider_forget(fixture->provider, 5000, NULL), RC_OK);
    assert_int_equal(in_file(fixture, "sms"), 0);
}

static void the_file_stays_the_operators_alone(void **state)
{
    struct fixture *fixture = *state;
    struct stat info;
    send(fixture, "old", 1000);
    assert_int_equal(file_provider_forget(fixture->provider, 2000, NULL), RC_OK);
    assert_int_equal(stat(fixture->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_4_2_messages_handed_on_are_forgotten_in_file_and_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_file_stays_the_operators_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
