/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/settings.h"
#include "crypto/certificate.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static int setup(void **state)
{
    static struct config config;
    snprintf(folder, sizeof folder, "%s", "/tmp/parley-test-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    config_init(&config);
    *state = &config;
    return config_set(&config, S("server.data"), str_of(folder), NULL) == RC_OK
                   && config_set(&config, S("server.name"), S("chat.example.org:8448"), NULL) == RC_OK
                   && config_finish(&config, NULL) == RC_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    static const char *const names[] = {"tls/key.pem", "tls/certificate.pem", "tls", "lock", "parley.conf", "."};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(i + 1 == sizeof names / sizeof *names ? folder : path);
    }
    config_fini(*state);
    return 0;
}

static void a_certificate_is_made_once_and_its_key_is_private(void **state)
{
    const struct config *config = *state;
    struct stat first, second;
    int days;
    assert_int_equal(settings_make_certificate(config, NULL), RC_OK);
    assert_int_equal(stat(config->tls.key.ptr, &first), 0);
    assert_int_equal(first.st_mode & 0777, 0600);
    assert_int_equal(certificate_days_left(config->tls.certificate.ptr, &days, NULL), RC_OK);
    assert_in_range(days, 800, 825);
    assert_int_equal(settings_make_certificate(config, NULL), RC_OK);
    assert_int_equal(stat(config->tls.key.ptr, &second), 0);
    assert_true(first.st_ino == second.st_ino);
}

static void a_second_process_does_not_get_the_folder(void **state)
{
    const struct config *config = *state;
    assert_int_equal(settings_lock_data_folder(config, NULL), RC_OK);
    pid_t child = fork();
    if (child == 0)
        _exit(settings_lock_data_folder(config, NULL) == RC_BUSY ? 0 : 1);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_certificate_is_made_once_and_its_key_is_private, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_process_does_not_get_the_folder, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
