/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A value outside the gate has a type nothing can be done with (obligation 1.20): what tries does not compile. */
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

/* What nobody may do with a value, and the same done rightly: so that nothing but the value's type makes the first
 * fail. */
static const struct {
    const char *what, *wrong, *right;
} uses[] = {
    {"prints it", "printf(\"%s\", user->display_name);", "printf(\"%s\", text.ptr);"},
    {"reads its inside", "use(user->display_name->value);", "use(user->user_id);"},
    {"copies it", "struct personal copy = *user->display_name; (void)copy;",
     "const struct personal *same = user->display_name; (void)same;"},
    {"logs it", "log_event(LOG_INFO, \"name\", LOG_TEXT(\"name\", user->display_name));",
     "log_event(LOG_INFO, \"name\", LOG_TEXT(\"name\", text.ptr));"},
    {"answers with it", "strbuf_add_json(out, user->display_name);", "strbuf_add_json(out, text);"},
    {"compares it", "use(str_eq(user->display_name, text) ? text : text);", "use(str_eq(text, text) ? text : text);"},
    {"takes it for text", "use(user->display_name);", "use(user->localpart);"},
    {"unseals into text", "if (seal_open(tx, 1, text, text, &text) != RC_OK) return;",
     "if (seal_open(tx, 1, text, text, &value) != RC_OK) return;"},
    {"reads the vault into text", "if (vault_get(tx, 1, \"phone\", 0, &text) != RC_OK) return;",
     "if (vault_get(tx, 1, \"phone\", 0, &value) != RC_OK) return;"},
    {"drops what the gate says", "gate_check(tx, 1, FIELD_PHONE, PURPOSE_SERVICE);",
     "if (gate_check(tx, 1, FIELD_PHONE, PURPOSE_SERVICE) != RC_OK) return;"},
    {"names no purpose", "if (gate_release(tx, 1, FIELD_PHONE, value, &text) != RC_OK) return;",
     "if (gate_release(tx, 1, FIELD_PHONE, PURPOSE_SERVICE, value, &text) != RC_OK) return;"},
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
        "void use(str text);\n"
        "void f(struct tx *tx, const struct user *user, struct strbuf *out, str text);\n"
        "void f(struct tx *tx, const struct user *user, struct strbuf *out, str text)\n"
        "{ const struct personal *value = user->avatar_url; (void)value; (void)tx; (void)out; (void)text; %s }\n",
        use);
    return pclose(compiler);
}

static void test_1_20_a_value_that_did_not_pass_the_gate_cannot_be_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        if (compile(uses[i].right) != 0)
            fail_msg("the right use does not compile, so the wrong one proves nothing: %s", uses[i].right);
        if (compile(uses[i].wrong) == 0)
            fail_msg("compiles although it %s: %s", uses[i].what, uses[i].wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_20_a_value_that_did_not_pass_the_gate_cannot_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
