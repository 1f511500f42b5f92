/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_diff.h"

#include "privacy/policy_text.h"

enum { PRODUCT_MAX = 1 << 22 }; /* cells of the table: 8 MiB */

struct words {
    str *items;
    size_t count;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\n';
}

/* How many bytes the sign at ptr has; text is UTF-8. */
static size_t sign_size(const char *ptr)
{
    unsigned char c = (unsigned char)*ptr;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* A word with the space behind it; anything from beyond the Latin, Greek and Cyrillic letters stands alone. */
static struct words split(struct arena *arena, str text)
{
    struct words words = {arena_array(arena, str, text.len + 1), 0};
    for (size_t i = 0; i < text.len;) {
        if (str_starts(str_skip(text, i), S("**"))) {
            i += 2;
            continue;
        }
        size_t from = i;
        i += sign_size(text.ptr + i);
        if (i - from < 3)
            while (i < text.len && !is_space(text.ptr[i]) && text.ptr[i] != '*' && sign_size(text.ptr + i) < 3)
                i += sign_size(text.ptr + i);
        while (i < text.len && is_space(text.ptr[i]))
            i++;
        words.items[words.count++] = (str){text.ptr + from, i - from};
    }
    return words;
}

/* What stands behind a word does not make it another. */
static bool same(str a, str b)
{
    return str_eq(str_trim(a), str_trim(b));
}

/* common[i * (b.count + 1) + j]: the longest sequence a[i…] and b[j…] have in common. */
static uint16_t *table_of(struct arena *arena, struct words a, struct words b)
{
    size_t width = b.count + 1;
    uint16_t *common = arena_array(arena, uint16_t, (a.count + 1) * width);
    for (size_t i = a.count; i-- > 0;)
        for (size_t j = b.count; j-- > 0;) {
            uint16_t skip_a = common[(i + 1) * width + j], skip_b = common[i * width + j + 1];
            common[i * width + j] = same(a.items[i], b.items[j]) ? (uint16_t)(common[(i + 1) * width + j + 1] + 1)
                                    : skip_a > skip_b            ? skip_a
                                                                 : skip_b;
        }
    return common;
}

enum mode { SAME, GONE, NEW };

static void switch_to(struct strbuf *out, enum mode *mode, enum mode next)
{
    static const str ends[] = {STR_INIT(""), STR_INIT("</del>"), STR_INIT("</ins>")};
    static const str begins[] = {STR_INIT(""), STR_INIT("<del>"), STR_INIT("<ins>")};
    if (*mode == next)
        return;
    strbuf_add(out, ends[*mode]);
    strbuf_add(out, begins[next]);
    *mode = next;
}

static void add(struct strbuf *out, enum mode *mode, enum mode next, str word)
{
    switch_to(out, mode, next);
    html_add_escaped(out, word);
}

void policy_diff_write(struct arena *arena, str from, str to, struct strbuf *out)
{
    struct words a = split(arena, from), b = split(arena, to);
    bool small = (a.count + 1) * (b.count + 1) <= PRODUCT_MAX && a.count < UINT16_MAX && b.count < UINT16_MAX;
    const uint16_t *common = small ? table_of(arena, a, b) : NULL;
    size_t i = 0, j = 0, width = b.count + 1;
    enum mode mode = SAME;
    while (i < a.count || j < b.count) {
        if (i < a.count && j < b.count && same(a.items[i], b.items[j])) {
            add(out, &mode, SAME, b.items[j++]);
            i++;
        } else if (i < a.count
                   && (j == b.count || !common || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            add(out, &mode, GONE, a.items[i++]);
        } else {
            add(out, &mode, NEW, b.items[j++]);
        }
    }
    switch_to(out, &mode, SAME);
}
