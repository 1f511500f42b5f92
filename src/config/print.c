/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/config_private.h"

enum { WIDTH = 100 };

/* Breaks text at spaces so that no line, lead included, is longer than WIDTH. */
static void add_wrapped(struct strbuf *out, const char *lead, str text)
{
    size_t column = 0;
    str word;
    while (text.ptr) {
        text = str_split(text, ' ', &word);
        if (column && column + 1 + word.len > WIDTH) {
            strbuf_add_char(out, '\n');
            column = 0;
        }
        if (!column) {
            strbuf_add(out, str_of(lead));
            column = strlen(lead);
        } else {
            strbuf_add_char(out, ' ');
            column++;
        }
        strbuf_add(out, word);
        column += word.len;
    }
    strbuf_add_char(out, '\n');
}

static void add_expected(struct strbuf *out, const struct config_key *key)
{
    struct strbuf expected = STRBUF_INIT;
    if (key->kind == CONFIG_TEXT)
        return; /* goes without saying */
    config_value_expected(key, &expected);
    strbuf_printf(&expected, ".");
    expected.ptr[0] = (char)(expected.ptr[0] >= 'a' && expected.ptr[0] <= 'z' ? expected.ptr[0] - 32 : expected.ptr[0]);
    add_wrapped(out, "# ", strbuf_str(&expected));
    strbuf_fini(&expected);
}

/* A key that was given a value stands there with it, the others as comments with their defaults. */
static void add_key(struct strbuf *out, const struct config_key *key, const struct config *config)
{
    strbuf_add_char(out, '\n');
    add_wrapped(out, "# ", str_of(key->help));
    add_expected(out, key);
    if (config && config->p->origins[key - config_keys] != ORIGIN_DEFAULT) {
        strbuf_printf(out, "%s = ", key->name);
        config_value_write(key, config, out);
        strbuf_add_char(out, '\n');
    } else {
        strbuf_printf(out, "#%s =%s%s\n", key->name, key->fallback[0] ? " " : "", key->fallback);
    }
}

void config_write_file(const struct config *config, struct strbuf *out)
{
    strbuf_add(out,
               S("# parley.conf: every key with its meaning and its default. Lines that begin with # are comments:\n"
                 "# take the # away from a key to change it.\n"));
    for (size_t s = 0; s < config_section_count; s++) {
        strbuf_add_char(out, '\n');
        add_wrapped(out, "# ", str_of(config_sections[s].help));
        strbuf_printf(out, "[%s]\n", config_sections[s].name);
        for (size_t i = 0; i < config_key_count; i++) {
            if (strcmp(config_keys[i].section, config_sections[s].name) == 0)
                add_key(out, &config_keys[i], config);
        }
    }
}

void config_write_defaults(struct strbuf *out)
{
    config_write_file(NULL, out);
}

static void add_manual_key(struct strbuf *out, const struct config_key *key)
{
    strbuf_printf(out, "\n### %s.%s\n\n%s\n\nTakes ", key->section, key->name, key->help);
    config_value_expected(key, out);
    if (key->fallback[0])
        strbuf_printf(out, ". Default: `%s`.\n", key->fallback);
    else
        strbuf_add(out, S(". Empty by default.\n"));
}

void config_write_manual(struct strbuf *out)
{
    strbuf_add(
        out,
        S("# Configuration\n"
          "\n"
          "Made from the table in `src/config/keys.c` by `parley config --manual`; a test keeps the two alike.\n"
          "\n"
          "The server reads `parley.conf` in its data folder, or the file named by `--config`. Every key can be\n"
          "given on the command line too, where it wins: `--set section.key=value`. An unknown key or a value of\n"
          "the wrong form is an error that names file, line and what was expected. `parley config --defaults`\n"
          "prints a file to start from, `parley config` what is in force.\n"
          "\n"
          "Sizes take B, KiB, MiB or GiB; durations ms, s, min, h or d. Lists are separated by commas or spaces, and\n"
          "their key may be repeated.\n"));
    for (size_t s = 0; s < config_section_count; s++) {
        strbuf_printf(out, "\n## [%s]\n\n%s\n", config_sections[s].name, config_sections[s].help);
        for (size_t i = 0; i < config_key_count; i++) {
            if (strcmp(config_keys[i].section, config_sections[s].name) == 0)
                add_manual_key(out, &config_keys[i]);
        }
    }
}

void config_write_current(const struct config *config, struct strbuf *out)
{
    for (size_t s = 0; s < config_section_count; s++) {
        strbuf_printf(out, "%s[%s]\n", s ? "\n" : "", config_sections[s].name);
        for (size_t i = 0; i < config_key_count; i++) {
            if (strcmp(config_keys[i].section, config_sections[s].name) != 0)
                continue;
            strbuf_printf(out, "%s = ", config_keys[i].name);
            config_value_write(&config_keys[i], config, out);
            strbuf_add_char(out, '\n');
        }
    }
}
