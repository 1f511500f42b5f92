/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Any bytes as a text and as a query: words are UTF-8 and in order, a text answers for its own words, and whatever the
 * index is made of those is read back whole. The first byte says where the query ends and the text begins. */
#include "search/query.h"
#include "search/segment.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(struct arena *arena, str text)
{
    struct words words = words_of(arena, text);
    size_t end = 0;
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.items[i];
        if (!word->text.len || word->text.len > WORD_MAX_BYTES || !str_is_utf8(word->text))
            abort();
        if (word->from < end || word->to <= word->from || word->to > text.len)
            abort();
        if (word->touches && (i == 0 || words.items[i - 1].to != word->from))
            abort();
        end = word->to;
    }
}

static bool count_one(void *ctx, const struct posting *posting)
{
    (void)posting;
    ++*(size_t *)ctx;
    return true;
}

static void check_index(struct arena *arena, const struct search_query *query, str text)
{
    const struct search_text said = {SEARCH_BODY, text};
    struct text_term *terms;
    size_t count, read = 0;
    text_terms(arena, &said, &terms, &count);
    struct posting *postings = arena_array(arena, struct posting, count + 1);
    for (size_t i = 0; i < count; i++)
        postings[i] = (struct posting){terms[i].text, 7, terms[i].weight};
    struct strbuf segment = STRBUF_INIT;
    segment_write(postings, count, &segment);
    if (!segment_each(strbuf_str(&segment), count_one, &read) || read != count)
        abort();
    /* What answers is found. */
    for (size_t i = 0; query_matches(arena, query, text, NULL) && i < query->term_count; i++) {
        read = 0;
        segment_find(strbuf_str(&segment), query->terms[i].text, query->terms[i].prefix, count_one, &read);
        if (!read)
            abort();
    }
    strbuf_fini(&segment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    if (size < 1 || size > 4096)
        return 0;
    str all = str_from(data + 1, size - 1), asked = str_head(all, data[0]), text = str_skip(all, data[0]);
    struct search_query query;
    size_t read = 0;
    query_parse(&arena, asked, &query);
    check_words(&arena, all);
    check_index(&arena, &query, text);
    check_index(&arena, &query, asked);
    segment_each(all, count_one, &read);
    arena_fini(&arena);
    return 0;
}
