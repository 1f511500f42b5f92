/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/suggest.h"
#include "cli/cli_private.h"

const struct cli_command *cli_command_find(int argc, char **argv, int *ret_used)
{
    const struct cli_command *best = NULL;
    *ret_used = 0;
    for (size_t i = 0; i < cli_command_count; i++) {
        int used = 0;
        str word, rest = str_of(cli_commands[i]->name);
        while (rest.ptr) {
            rest = str_split(rest, ' ', &word);
            if (used >= argc || !str_eq(word, str_of(argv[used])))
                break;
            used++;
            if (!rest.ptr && used > *ret_used) {
                best = cli_commands[i];
                *ret_used = used;
            }
        }
    }
    return best;
}

static const struct cli_option *find_among(const struct cli_option *options, size_t count, str name,
                                           struct suggest *suggest)
{
    for (size_t i = 0; i < count; i++) {
        suggest_offer(suggest, options[i].name);
        if (str_eq(name, str_of(options[i].name)))
            return &options[i];
    }
    return NULL;
}

static enum rc find_option(const struct cli *cli, str name, const struct cli_option **ret_option, struct error *err)
{
    const struct cli_command *command = cli->command;
    struct suggest suggest;
    suggest_init(&suggest, name);
    *ret_option = find_among(command->options, command->option_count, name, &suggest);
    if (!*ret_option && command->configured)
        *ret_option = find_among(cli_common_options, cli_common_option_count, name, &suggest);
    if (*ret_option)
        return RC_OK;
    return error_set(err, RC_INVALID, "unknown option --%.*s%s%s%s", STR_ARG(str_head(name, 40)),
                     suggest.best ? "; did you mean --" : "", suggest.best ? suggest.best : "",
                     suggest.best ? "?" : "");
}

/* "--name=VALUE", "--name VALUE" or "--flag"; *at moves on when the value is a word of its own. */
static enum rc parse_option(struct cli *cli, int argc, char **argv, int *at, struct error *err)
{
    str name;
    const struct cli_option *option;
    str value = str_split(str_of(argv[*at] + 2), '=', &name);
    TRY(find_option(cli, name, &option, err));
    if (!option->argument && value.ptr)
        return error_set(err, RC_INVALID, "--%s takes no value", option->name);
    if (option->argument && !value.ptr) {
        if (*at + 1 >= argc)
            return error_set(err, RC_INVALID, "--%s needs a value: %s", option->name, option->argument);
        value = str_of(argv[++*at]);
    }
    if (!option->repeat && cli_has(cli, option->name))
        return error_set(err, RC_INVALID, "--%s is given twice", option->name);
    cli->given[cli->given_count++] = (struct cli_given){option, value};
    return RC_OK;
}

enum rc cli_parse(struct cli *cli, int argc, char **argv, struct error *err)
{
    bool options_end = false;
    cli->given = arena_array(&cli->arena, struct cli_given, (size_t)argc + 1);
    cli->words = arena_array(&cli->arena, str, (size_t)argc + 1);
    for (int i = 0; i < argc; i++) {
        str arg = str_of(argv[i]);
        if (!options_end && str_eq(arg, S("--")))
            options_end = true;
        else if (!options_end && str_starts(arg, S("--")))
            TRY(parse_option(cli, argc, argv, &i, err));
        else if (!options_end && arg.len > 1 && arg.ptr[0] == '-')
            return error_set(err, RC_INVALID, "unknown option %.40s: options begin with two dashes", argv[i]);
        else
            cli->words[cli->word_count++] = arg;
    }
    if (cli->word_count > (size_t)cli->command->word_count)
        return error_set(err, RC_INVALID, "unexpected \"%.*s\"",
                         STR_ARG(str_head(cli->words[cli->command->word_count], 60)));
    if (cli->word_count < (size_t)cli->command->word_count)
        return error_set(err, RC_INVALID, "expected %s", cli->command->words);
    return RC_OK;
}
