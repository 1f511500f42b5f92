/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/password.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static enum rc read_line(struct arena *arena, str *ret_line, struct error *err)
{
    char line[PASSWORD_MAX + 2];
    if (!fgets(line, sizeof line, stdin))
        return error_set(err, RC_INVALID, "expected a password on standard input");
    size_t len = strcspn(line, "\r\n");
    if (len > PASSWORD_MAX)
        return error_set(err, RC_INVALID, "a password has at most %d characters", PASSWORD_MAX);
    *ret_line = arena_dup(arena, str_from(line, len));
    explicit_bzero(line, sizeof line);
    return RC_OK;
}

static enum rc read_hidden(struct arena *arena, const char *prompt, str *ret_line, struct error *err)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return error_set(err, RC_IO, "the terminal does not answer");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s: ", prompt);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    enum rc rc = read_line(arena, ret_line, err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return rc;
}

enum rc password_ask(struct arena *arena, str *ret_password, struct error *err)
{
    str password, again;
    if (isatty(STDIN_FILENO)) {
        TRY(read_hidden(arena, "Password", &password, err));
        TRY(read_hidden(arena, "Again", &again, err));
        if (!str_eq(password, again))
            return error_set(err, RC_INVALID, "the two passwords differ");
    } else {
        TRY(read_line(arena, &password, err));
    }
    if (password.len < PASSWORD_MIN)
        return error_set(err, RC_INVALID, "a password has at least %d characters", PASSWORD_MIN);
    *ret_password = password;
    return RC_OK;
}
