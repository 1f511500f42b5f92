/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/words.h"

#include "base/vec.h"

#include <utf8proc.h>

enum kind { KIND_NONE, KIND_LETTER, KIND_MARK, KIND_SINGLE, KIND_JOINER };

struct range {
    int32_t from, to;
};

/* Scripts whose words no blanks separate. Sorted. */
static const struct range unspaced[] = {
    {0x0e00, 0x0eff},   /* Thai, Lao */
    {0x1000, 0x109f},   /* Myanmar */
    {0x1100, 0x11ff},   /* Hangul letters */
    {0x1780, 0x17ff},   /* Khmer */
    {0x2e80, 0x2fdf},   /* Han radicals */
    {0x3005, 0x3007},   /* 々 〆 〇 */
    {0x3021, 0x3029},   /* Hangzhou numerals */
    {0x3041, 0x30ff},   /* kana */
    {0x3100, 0x318f},   /* Bopomofo, Hangul compatibility letters */
    {0x31a0, 0x31ff},   /* Bopomofo, kana extensions */
    {0x3400, 0x4dbf},   /* Han extension A */
    {0x4e00, 0x9fff},   /* Han */
    {0xa960, 0xa97f},   /* Hangul letters */
    {0xac00, 0xd7ff},   /* Hangul syllables */
    {0xf900, 0xfaff},   /* Han compatibility */
    {0xff66, 0xff9d},   /* half-width kana */
    {0xffa0, 0xffdc},   /* half-width Hangul letters */
    {0x1aff0, 0x1b16f}, /* kana supplements */
    {0x20000, 0x3ffff}, /* Han extensions */
};

static bool is_unspaced(int32_t c)
{
    size_t low = 0, high = sizeof unspaced / sizeof *unspaced;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (unspaced[middle].to < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof unspaced / sizeof *unspaced && c >= unspaced[low].from;
}

/* Skin tones, what only shapes an emoji, and the half-width marks of kana. */
static bool is_modifier(int32_t c)
{
    return (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0020 && c <= 0xe007f);
}

static bool is_ascii(int32_t c)
{
    return c >= 0 && c < 0x80;
}

/* What most texts are made of, without looking it up. */
static enum kind kind_of_ascii(int32_t c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? KIND_LETTER : c == '\'' ? KIND_JOINER : KIND_NONE;
}

static enum kind kind_of(int32_t c)
{
    if (is_ascii(c))
        return kind_of_ascii(c);
    if (is_modifier(c) || c == 0xff9e || c == 0xff9f)
        return KIND_MARK;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return is_unspaced(c) ? KIND_SINGLE : KIND_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return KIND_MARK;
    case UTF8PROC_CATEGORY_SO: return KIND_SINGLE;
    /* Joins emoji and letters without being one. */
    case UTF8PROC_CATEGORY_CF: return KIND_JOINER;
    /* "don't" is one word, "dont". */
    case UTF8PROC_CATEGORY_PF: return c == 0x2019 ? KIND_JOINER : KIND_NONE;
    default: return KIND_NONE;
    }
}

/* ---- folding ---- */

enum { FOLD_OPTIONS = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, WORD_CODES = 256 };

/* Accents of alphabetic scripts. The marks of others make another letter: が is not か. */
static bool is_accent(int32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff);
}

struct folding {
    int32_t codes[WORD_CODES];
    size_t count;
    bool beyond_ascii;
};

static void fold_add(struct folding *folding, int32_t c)
{
    if (is_ascii(c)) {
        if (folding->count < WORD_CODES)
            folding->codes[folding->count++] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        return;
    }
    folding->beyond_ascii = true;
    int32_t parts[32];
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 32, (utf8proc_option_t)FOLD_OPTIONS, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 32 && folding->count < WORD_CODES; i++)
        if (!is_accent(parts[i]) && !is_modifier(parts[i]) && utf8proc_codepoint_valid(parts[i]))
            folding->codes[folding->count++] = parts[i];
}

/* Cut between two characters. */
static str fold_text(struct arena *arena, struct folding *folding)
{
    unsigned char bytes[WORD_MAX_BYTES + 4];
    size_t len = 0;
    utf8proc_ssize_t count = (utf8proc_ssize_t)folding->count;
    if (folding->beyond_ascii)
        count =
            utf8proc_normalize_utf32(folding->codes, count, (utf8proc_option_t)(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_ssize_t more = utf8proc_encode_char(folding->codes[i], bytes + len);
        if (len + (size_t)more > WORD_MAX_BYTES)
            break;
        len += (size_t)more;
    }
    folding->count = 0;
    folding->beyond_ascii = false;
    return arena_dup(arena, str_from(bytes, len));
}

/* ---- splitting ---- */

typedef VEC(struct word) word_vec;

struct splitting {
    struct arena *arena;
    word_vec words;
    struct folding folding;
    size_t from, to; /* of the word under way */
    bool open, single;
    size_t single_end; /* where the last single character ended, if nothing has come since; else SIZE_MAX */
};

static void word_end(struct splitting *split)
{
    if (!split->open)
        return;
    split->open = false;
    str text = fold_text(split->arena, &split->folding);
    if (!text.len)
        return;
    struct word word = {text, split->from, split->to, split->single, split->single && split->single_end == split->from};
    vec_push(&split->words, word);
    split->single_end = split->single ? split->to : SIZE_MAX;
}

static void word_begin(struct splitting *split, size_t from, bool single)
{
    word_end(split);
    split->open = true;
    split->single = single;
    split->from = from;
}

static void take(struct splitting *split, int32_t c, size_t from, size_t to)
{
    enum kind kind = kind_of(c);
    if (kind == KIND_NONE || (!split->open && kind != KIND_LETTER && kind != KIND_SINGLE)) {
        word_end(split);
        return;
    }
    if (kind == KIND_SINGLE || (kind == KIND_LETTER && (!split->open || split->single)))
        word_begin(split, from, kind == KIND_SINGLE);
    if (kind == KIND_JOINER)
        return; /* part of the word if more of it follows */
    fold_add(&split->folding, c);
    split->to = to;
}

struct words words_of(struct arena *arena, str text)
{
    struct splitting split = {.arena = arena, .single_end = SIZE_MAX};
    for (size_t at = 0; at < text.len && split.words.count < WORDS_MAX;) {
        int32_t c;
        utf8proc_ssize_t len =
            utf8proc_iterate((const unsigned char *)text.ptr + at, (utf8proc_ssize_t)(text.len - at), &c);
        size_t next = at + (len > 0 ? (size_t)len : 1);
        if (len > 0)
            take(&split, c, at, next);
        else
            word_end(&split);
        at = next;
    }
    word_end(&split);
    struct words words = {arena_array(arena, struct word, split.words.count + 1), split.words.count};
    if (words.count)
        memcpy(words.items, split.words.items, words.count * sizeof *words.items);
    vec_fini(&split.words);
    return words;
}
