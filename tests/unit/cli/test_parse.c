/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli_private.h"
#include "support/cmocka.h"

static const struct cli_option options[] = {
    {"flag", NULL, "A switch", false},
    {"name", "NAME", "A name", false},
    {"many", "X", "Several", true},
};
static const struct cli_command command = {
    .name = "test", .words = "WORD", .word_count = 1, .summary = "", .options = options, .option_count = 3};

static enum rc parse(struct cli *cli, struct error *err, int argc, const char **argv)
{
    *cli = (struct cli){.command = &command};
    return cli_parse(cli, argc, (char **)argv, err);
}

#define PARSE(cli, err, ...)                                                                                           \
    parse((cli), (err), (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)), (const char *[]){__VA_ARGS__})

static void options_and_words_may_mix(void **state)
{
    (void)state;
    struct cli cli;
    assert_int_equal(PARSE(&cli, NULL, "--many=1", "word", "--flag", "--name", "x", "--many", "2"), RC_OK);
    assert_true(cli_has(&cli, "flag"));
    assert_true(str_eq(cli_value(&cli, "name"), S("x")));
    assert_true(str_eq(cli_value(&cli, "many"), S("2")));
    assert_int_equal(cli.given_count, 4);
    assert_true(str_eq(cli.words[0], S("word")));
    arena_fini(&cli.arena);
    assert_int_equal(PARSE(&cli, NULL, "--", "--flag"), RC_OK);
    assert_false(cli_has(&cli, "flag"));
    assert_true(str_eq(cli.words[0], S("--flag")));
    arena_fini(&cli.arena);
}

static void mistakes_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *args[3];
        int count;
        const char *error;
    } cases[] = {
        {{"--nmae", "x"}, 2, "unknown option --nmae; did you mean --name?"},
        {{"--name"}, 1, "--name needs a value: NAME"},
        {{"--flag=1"}, 1, "--flag takes no value"},
        {{"--flag", "--flag"}, 2, "--flag is given twice"},
        {{"a", "b"}, 2, "unexpected \"b\""},
        {{NULL}, 0, "expected WORD"},
        {{"-f"}, 1, "unknown option -f: options begin with two dashes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli cli;
        struct error err;
        assert_int_equal(parse(&cli, &err, cases[i].count, (const char **)cases[i].args), RC_INVALID);
        assert_string_equal(err.text, cases[i].error);
        arena_fini(&cli.arena);
    }
}

static void every_command_explains_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < cli_command_count; i++) {
        const struct cli_command *c = cli_commands[i];
        assert_true(c->run && c->name[0] && str_ends(str_of(c->summary), S(".")));
        assert_true((c->word_count == 0) == (c->words[0] == '\0'));
        for (size_t o = 0; o < c->option_count; o++)
            assert_true(c->options[o].help[0] != '\0');
    }
}

static void the_longest_command_name_is_found(void **state)
{
    (void)state;
    int used;
    const char *serve[] = {"serve", "--data", "x"}, *wrong[] = {"serv"};
    assert_string_equal(cli_command_find(3, (char **)serve, &used)->name, "serve");
    assert_int_equal(used, 1);
    assert_null(cli_command_find(1, (char **)wrong, &used));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_words_may_mix),
        cmocka_unit_test(mistakes_say_what_is_wrong),
        cmocka_unit_test(every_command_explains_itself),
        cmocka_unit_test(the_longest_command_name_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
