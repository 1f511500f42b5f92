/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/suggest.h"
#include "config/config_private.h"

#include <stdlib.h>
#include <unistd.h>

void config_init(struct config *ret_config)
{
    *ret_config = (struct config){.p = xcalloc(1, sizeof(struct config_private))};
    struct config_private *p = ret_config->p;
    p->origins = arena_array(&p->arena, enum config_origin, config_key_count);
    for (size_t i = 0; i < config_key_count; i++) {
        /* The defaults are part of the table; a test reads each of them. */
        if (config_value_read(&config_keys[i], &p->arena, str_of(config_keys[i].fallback), false, ret_config) != RC_OK)
            abort();
    }
}

void config_fini(struct config *config)
{
    if (config->p)
        arena_fini(&config->p->arena);
    free(config->p);
    *config = (struct config){0};
}

static bool is_list(const struct config_key *key)
{
    return key->kind == CONFIG_URLS || key->kind == CONFIG_ORIGINS || key->kind == CONFIG_ADDRESSES
           || key->kind == CONFIG_TURN_URIS || key->kind == CONFIG_FILES || key->kind == CONFIG_HOSTS;
}

static enum rc unknown_key(const char *place, str section, str name, struct error *err)
{
    struct suggest suggest;
    bool known_section = false;
    suggest_init(&suggest, name);
    for (size_t i = 0; i < config_key_count; i++) {
        if (str_eq(section, str_of(config_keys[i].section))) {
            known_section = true;
            suggest_offer(&suggest, config_keys[i].name);
        }
    }
    if (!known_section) {
        suggest_init(&suggest, section);
        for (size_t i = 0; i < config_section_count; i++)
            suggest_offer(&suggest, config_sections[i].name);
    }
    return error_set(err, RC_INVALID, "%sunknown %s \"%.*s%s%.*s\"%s%s%s", place, known_section ? "key" : "section in",
                     STR_ARG(str_head(section, 40)), section.len ? "." : "", STR_ARG(str_head(name, 40)),
                     suggest.best ? "; did you mean \"" : "", suggest.best ? suggest.best : "",
                     suggest.best ? "\"?" : "");
}

static enum rc bad_value(const char *place, const struct config_key *key, str value, struct error *err)
{
    struct strbuf expected = STRBUF_INIT;
    config_value_expected(key, &expected);
    error_set(err, RC_INVALID, "%s%s.%s: \"%.*s\" is not %s", place, key->section, key->name,
              STR_ARG(str_head(value, 60)), expected.ptr);
    strbuf_fini(&expected);
    return RC_INVALID;
}

enum rc config_give(struct config *config, enum config_origin origin, const char *place, str section, str name,
                    str value, struct error *err)
{
    const struct config_key *key = config_key_find(section, name);
    if (!key)
        return unknown_key(place, section, name, err);
    enum config_origin *given_by = &config->p->origins[key - config_keys];
    bool again = *given_by == origin;
    if (*given_by > origin)
        return RC_OK;
    if (again && origin == ORIGIN_FILE && !is_list(key))
        return error_set(err, RC_INVALID, "%s%s.%s is set twice", place, key->section, key->name);
    if (config_value_read(key, &config->p->arena, value, again, config) != RC_OK)
        return bad_value(place, key, value, err);
    *given_by = origin;
    return RC_OK;
}

enum rc config_set(struct config *config, str name, str value, struct error *err)
{
    str section, key = str_split(name, '.', &section);
    return config_give(config, ORIGIN_COMMAND, "", section, key, value, err);
}

enum rc config_set_assignment(struct config *config, str assignment, struct error *err)
{
    str name, value = str_split(assignment, '=', &name);
    if (!value.ptr)
        return error_set(err, RC_INVALID, "\"%.*s\": expected section.key=value", STR_ARG(str_head(assignment, 60)));
    return config_set(config, str_trim(name), str_trim(value), err);
}

bool config_is_given(const struct config *config, str name)
{
    str section, key_name = str_split(name, '.', &section);
    const struct config_key *key = config_key_find(section, key_name);
    return key && config->p->origins[key - config_keys] != ORIGIN_DEFAULT;
}

void config_apply_log(const struct config *config)
{
    log_set_level((enum log_level)config->log.level);
    log_set_json(config->log.format == CONFIG_LOG_JSON
                 || (config->log.format == CONFIG_LOG_AUTO && !isatty(STDERR_FILENO)));
}
