/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A value outside the gate has a type nothing can be done with (obligation 1.20): what tries does not compile. */
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const uses[][2] = {
    {"prints it", "printf(\"%s\", user->display_name);"},
    {"prints its inside", "printf(\"%.*s\", (int)user->display_name->value.len, user->display_name->value.ptr);"},
    {"copies it", "struct personal copy = *user->display_name; (void)copy;"},
    {"logs it", "log_event(LOG_INFO, \"name\", LOG_TEXT(\"name\", user->display_name));"},
    {"answers with it", "strbuf_add_json(out, user->display_name);"},
    {"compares it", "str_eq(user->display_name, S(\"alice\"));"},
    {"takes it for a str", "str name = user->display_name; (void)name;"},
    {"unseals into a str", "str plain; enum rc rc = seal_open(tx, 1, S(\"\"), S(\"\"), &plain); (void)rc;"},
    {"reads the vault into a str", "str name; enum rc rc = vault_get(tx, 1, \"phone\", 0, &name); (void)rc;"},
    {"drops what the gate says", "gate_check(tx, 1, FIELD_PHONE, PURPOSE_SERVICE);"},
    {"names no purpose", "str name; (void)!gate_release(tx, 1, FIELD_PHONE, user->display_name, &name);"},
};

static int compile(const char *use)
{
    FILE *compiler = popen("cc -x c -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -S -o /dev/null"
                           " -I " SOURCE_DIR "/src - 2>/dev/null",
                           "w");
    assert_non_null(compiler);
    fprintf(
        compiler,
        "#include \"base/log.h\"\n#include \"base/strbuf.h\"\n#include \"store/gate.h\"\n#include \"store/seal.h\"\n"
        "#include \"store/users.h\"\n#include \"store/vault.h\"\n#include <stdio.h>\n"
        "void f(struct tx *tx, const struct user *user, struct strbuf *out);\n"
        "void f(struct tx *tx, const struct user *user, struct strbuf *out)\n"
        "{ (void)tx; (void)user; (void)out; %s }\n",
        use);
    return pclose(compiler);
}

static void test_1_20_a_value_that_did_not_pass_the_gate_cannot_be_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (compile(uses[i][1]) == 0)
            fail_msg("compiles although it %s: %s", uses[i][0], uses[i][1]);
}

/* Else the test above would prove nothing but a missing compiler. */
static void what_passes_the_gate_compiles(void **state)
{
    (void)state;
    assert_int_equal(compile("str name; if (gate_release(tx, user->nid, FIELD_DISPLAY_NAME, PURPOSE_MESSAGING,"
                             " user->display_name, &name) == RC_OK) strbuf_add_json(out, name);"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_20_a_value_that_did_not_pass_the_gate_cannot_be_used),
        cmocka_unit_test(what_passes_the_gate_compiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
