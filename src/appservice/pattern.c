/* SPDX-License-Identifier: AGPL-3.0-or-later */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "appservice/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

/* An id has at most 255 bytes: what honest expressions need on one is a few hundred steps. */
enum { MOST_STEPS = 20000, MOST_HEAP_KIB = 512, DEEPEST_PARENS = 32 };

struct appservice_pattern {
    pcre2_code *code;
    pcre2_match_context *bounds;
};

static void pattern_drop(void *arg)
{
    struct appservice_pattern *pattern = arg;
    pcre2_code_free(pattern->code);
    pcre2_match_context_free(pattern->bounds);
}

enum rc pattern_new(struct arena *arena, str regex, struct appservice_pattern **ret_pattern, struct error *err)
{
    int problem;
    PCRE2_SIZE at;
    struct appservice_pattern *pattern = arena_new(arena, struct appservice_pattern);
    pcre2_compile_context *limits = pcre2_compile_context_create(NULL);
    pattern->bounds = pcre2_match_context_create(NULL);
    if (!limits || !pattern->bounds)
        abort();
    arena_on_reset(arena, pattern_drop, pattern);
    pcre2_set_parens_nest_limit(limits, DEEPEST_PARENS);
    pcre2_set_match_limit(pattern->bounds, MOST_STEPS);
    pcre2_set_heap_limit(pattern->bounds, MOST_HEAP_KIB);
    pattern->code = pcre2_compile((PCRE2_SPTR)regex.ptr, regex.len,
                                  PCRE2_ANCHORED | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &problem, &at, limits);
    pcre2_compile_context_free(limits);
    if (!pattern->code) {
        PCRE2_UCHAR words[120];
        pcre2_get_error_message(problem, words, sizeof words);
        return error_set(err, RC_INVALID, "at character %zu: %s", (size_t)at + 1, (const char *)words);
    }
    *ret_pattern = pattern;
    return RC_OK;
}

enum pattern_match pattern_match(const struct appservice_pattern *pattern, str text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    if (!data)
        abort();
    int rc = pcre2_match(pattern->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, data, pattern->bounds);
    pcre2_match_data_free(data);
    return rc >= 0 ? PATTERN_YES : rc == PCRE2_ERROR_NOMATCH ? PATTERN_NO : PATTERN_UNDECIDED;
}
