/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The command line: `parley COMMAND [OPTIONS] [WORDS]`. A command is one const entry in a file of its own; the table in
 * commands.c lists them all, and --help, parsing and "did you mean" follow from it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/arena.h"
#include "base/str.h"

/* Exit codes. docs/commands.md explains them to operators. */
enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1, /* it was tried and failed */
    CLI_USAGE = 2,  /* the command line is wrong */
    CLI_CONFIG = 3, /* the configuration is wrong */
    CLI_BUSY = 4,   /* the data folder is in use by another process */
};

struct cli_option {
    const char *name;     /* without the dashes */
    const char *argument; /* "DIR"; NULL: takes none */
    const char *help;
    bool repeat; /* may be given several times */
};

struct cli;

struct cli_command {
    const char *name;    /* one word or several: "admin user create" */
    const char *words;   /* what follows the options: "NAME", or "" */
    int word_count;      /* how many of them, exactly */
    const char *summary; /* one line */
    const char *help;    /* paragraphs; NULL: the summary says it all */
    bool configured;     /* takes the options that choose the data folder and set keys (cli/settings.h) */
    const struct cli_option *options;
    size_t option_count;
    int (*run)(struct cli *cli); /* returns an exit code */
};

/* One option as given. */
struct cli_given {
    const struct cli_option *option;
    str value;
};

/* A command under way: what was given on the command line. */
struct cli {
    struct arena arena;
    const struct cli_command *command;
    struct cli_given *given;
    size_t given_count;
    str *words;
    size_t word_count;
};

/* Parses argv, runs the command, returns the process's exit code. */
int cli_main(int argc, char **argv);

/* The last value given for an option, or STR_NONE. */
str cli_value(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);
/* "parley serve: …" to standard error; returns code, so that `return cli_fail(cli, CLI_FAILED, "…")` reads well. */
int cli_fail(const struct cli *cli, enum cli_exit code, const char *format, ...) __attribute__((format(printf, 3, 4)));

extern const struct cli_command *const cli_commands[];
extern const size_t cli_command_count;

#endif
