/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/keys.h"
#include "support/cmocka.h"

#include <stdio.h>

static void each_row_is_complete_and_there_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        bool has_section = false;
        for (size_t s = 0; s < config_section_count; s++)
            has_section = has_section || strcmp(key->section, config_sections[s].name) == 0;
        assert_true(has_section);
        assert_true(key->help && str_ends(str_of(key->help), S(".")));
        assert_true(config_key_find(str_of(key->section), str_of(key->name)) == key);
        for (size_t j = 0; j < i; j++)
            assert_true(config_keys[j].offset != key->offset);
    }
}

static void defaults_read_and_write_back_as_they_stand(void **state)
{
    (void)state;
    struct config config;
    config_init(&config);
    for (size_t i = 0; i < config_key_count; i++) {
        struct strbuf text = STRBUF_INIT;
        strbuf_add(&text, S(""));
        config_value_write(&config_keys[i], &config, &text);
        assert_string_equal(text.ptr, config_keys[i].fallback);
        strbuf_fini(&text);
    }
    config_fini(&config);
}

static void the_documented_file_is_valid_with_every_key_switched_on(void **state)
{
    (void)state;
    struct config config;
    struct error err = {.text = ""};
    struct strbuf file = STRBUF_INIT;
    config_init(&config);
    config_write_defaults(&file);
    assert_int_equal(config_read_text(&config, "all commented", strbuf_str(&file), &err), RC_OK);
    /* "#name = default" becomes "name = default"; prose keeps its "# ". */
    for (size_t i = 0; i + 1 < file.len; i++) {
        if (file.ptr[i] == '#' && (i == 0 || file.ptr[i - 1] == '\n') && file.ptr[i + 1] != ' ')
            file.ptr[i] = ' ';
    }
    assert_int_equal(config_read_text(&config, "all on", strbuf_str(&file), &err), RC_OK);
    for (size_t i = 0; i < config_key_count; i++) {
        struct arena arena = ARENA_INIT;
        assert_true(
            config_is_given(&config, arena_printf(&arena, "%s.%s", config_keys[i].section, config_keys[i].name)));
        arena_fini(&arena);
    }
    strbuf_fini(&file);
    config_fini(&config);
}

static void the_manual_is_the_one_in_docs(void **state)
{
    (void)state;
    struct strbuf manual = STRBUF_INIT, stored = STRBUF_INIT;
    FILE *file = fopen(SOURCE_DIR "/docs/configuration.md", "r");
    assert_non_null(file);
    for (int c; (c = fgetc(file)) != EOF;)
        strbuf_add_char(&stored, (char)c);
    fclose(file);
    config_write_manual(&manual);
    /* When this fails: build/parley config --manual > docs/configuration.md */
    assert_string_equal(stored.ptr, manual.ptr);
    strbuf_fini(&manual);
    strbuf_fini(&stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_complete_and_there_once),
        cmocka_unit_test(defaults_read_and_write_back_as_they_stand),
        cmocka_unit_test(the_documented_file_is_valid_with_every_key_switched_on),
        cmocka_unit_test(the_manual_is_the_one_in_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
