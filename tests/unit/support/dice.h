/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many inputs, the same in every run: for tests of properties. */
#ifndef TESTS_SUPPORT_DICE_H
#define TESTS_SUPPORT_DICE_H

#include "base/arena.h"
#include "base/env.h"
#include "base/strbuf.h"

struct dice {
    struct env_simulated env;
    struct arena arena;
};

static inline void dice_init(struct dice *dice, uint64_t seed)
{
    *dice = (struct dice){.arena = ARENA_INIT};
    env_simulated_init(&dice->env, 0, seed);
}

static inline void dice_fini(struct dice *dice)
{
    arena_fini(&dice->arena);
}

/* Of 0 … n - 1. */
static inline uint64_t dice_below(struct dice *dice, uint64_t n)
{
    uint64_t value;
    env_random(&dice->env.env, &value, sizeof value);
    return value % n;
}

static inline char *dice_digits(struct dice *dice, char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *at++ = (char)('0' + dice_below(dice, 10));
    return at;
}

/* Any bytes: most are not UTF-8. */
static inline str dice_bytes(struct dice *dice, size_t max)
{
    size_t len = dice_below(dice, max + 1);
    char *bytes = arena_alloc_raw(&dice->arena, len + 1);
    env_random(&dice->env.env, bytes, len);
    return str_from(bytes, len);
}

/* n characters a person could have in their name, of several scripts. */
static inline str dice_word(struct dice *dice, size_t n)
{
    static const char *const characters[] = {"a",  "Z",  "7",  "é", "ß", "ж", "ب", "ñ",
                                             "张", "伟", "이", "😀", "𝔄", "-", "'"};
    str word = STR_NONE;
    for (size_t i = 0; i < n; i++)
        word = arena_concat(&dice->arena, word,
                            str_of(characters[dice_below(dice, sizeof characters / sizeof *characters)]), STR_NONE);
    return word;
}

#endif
