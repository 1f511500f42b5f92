/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/segment.h"

#include <stdlib.h>

/* ---- writing ---- */

static int by_word_and_place(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    size_t least = x->word.len < y->word.len ? x->word.len : y->word.len;
    int order = least ? memcmp(x->word.ptr, y->word.ptr, least) : 0;
    if (order == 0)
        order = (x->word.len > y->word.len) - (x->word.len < y->word.len);
    return order ? order : (x->pos > y->pos) - (x->pos < y->pos);
}

static void add_varint(struct strbuf *buf, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        strbuf_add_char(buf, (char)(value | 0x80));
    strbuf_add_char(buf, (char)value);
}

static size_t shared_bytes(str a, str b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && n < 255 && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

void segment_write(struct posting *postings, size_t count, struct strbuf *buf)
{
    if (!count)
        return;
    qsort(postings, count, sizeof *postings, by_word_and_place);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!kept || by_word_and_place(&postings[kept - 1], &postings[i]) != 0)
            postings[kept++] = postings[i];
    str before = STR_NONE;
    for (size_t i = 0, end; i < kept; i = end) {
        str word = str_head(postings[i].word, 255);
        for (end = i + 1; end < kept && str_eq(postings[end].word, postings[i].word); end++)
            ;
        size_t shared = shared_bytes(before, word);
        strbuf_add_char(buf, (char)shared);
        strbuf_add_char(buf, (char)(word.len - shared));
        strbuf_add(buf, str_skip(word, shared));
        add_varint(buf, end - i);
        for (size_t j = i; j < end; j++) {
            add_varint(buf, (uint64_t)(postings[j].pos - (j > i ? postings[j - 1].pos : 0)));
            strbuf_add_char(buf, (char)postings[j].weight);
        }
        before = word;
    }
}

/* ---- reading ---- */

struct reading {
    const unsigned char *at, *end;
    char word[256];
    size_t word_len;
    uint64_t left; /* postings of the word that are still to come */
    struct posting posting;
};

static bool read_varint(struct reading *reading, uint64_t *ret)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (reading->at == reading->end)
            return false;
        unsigned char byte = *reading->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = value;
            return true;
        }
    }
    return false;
}

static bool read_word(struct reading *reading)
{
    if (reading->end - reading->at < 2)
        return false;
    size_t shared = reading->at[0], more = reading->at[1];
    reading->at += 2;
    if (shared > reading->word_len || shared + more > 255 || (size_t)(reading->end - reading->at) < more)
        return false;
    memcpy(reading->word + shared, reading->at, more);
    reading->at += more;
    reading->word_len = shared + more;
    reading->posting = (struct posting){.word = {reading->word, reading->word_len}};
    return read_varint(reading, &reading->left);
}

static bool read_posting(struct reading *reading)
{
    uint64_t distance;
    if (!read_varint(reading, &distance) || reading->at == reading->end
        || distance > (uint64_t)(INT64_MAX - reading->posting.pos))
        return false;
    reading->posting.pos += (int64_t)distance;
    reading->posting.weight = *reading->at++;
    reading->left--;
    return true;
}

enum wanted { WANTED_NOT, WANTED, WANTED_NO_MORE };

static enum wanted is_wanted(str found, str word, bool prefix)
{
    size_t least = found.len < word.len ? found.len : word.len;
    int order = least ? memcmp(found.ptr, word.ptr, least) : 0;
    if (order > 0)
        return WANTED_NO_MORE;
    if (order < 0 || found.len < word.len)
        return WANTED_NOT;
    if (found.len == word.len || prefix)
        return WANTED;
    return WANTED_NO_MORE;
}

bool segment_find(str segment, str word, bool prefix, bool (*fn)(void *ctx, const struct posting *posting), void *ctx)
{
    struct reading reading = {.at = (const unsigned char *)segment.ptr,
                              .end = (const unsigned char *)segment.ptr + segment.len};
    while (reading.at < reading.end) {
        if (!read_word(&reading))
            return false;
        enum wanted wanted = is_wanted(reading.posting.word, word, prefix);
        if (wanted == WANTED_NO_MORE)
            return true;
        while (reading.left) {
            if (!read_posting(&reading))
                return false;
            if (wanted == WANTED && !fn(ctx, &reading.posting))
                return true;
        }
    }
    return true;
}

bool segment_each(str segment, bool (*fn)(void *ctx, const struct posting *posting), void *ctx)
{
    return segment_find(segment, S(""), true, fn, ctx);
}
