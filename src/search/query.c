/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/query.h"

#include "base/vec.h"

/* ---- asking ---- */

typedef VEC(struct query_part) part_vec;

static void term_add(struct search_query *query, str text, bool prefix)
{
    for (size_t i = 0; i < query->term_count; i++)
        if (str_eq(query->terms[i].text, text) && query->terms[i].prefix == prefix)
            return;
    if (query->term_count < QUERY_MAX_TERMS)
        query->terms[query->term_count++] = (struct query_term){text, prefix};
}

/* A character that stands in a pair is found with it. */
static void part_terms(struct arena *arena, struct search_query *query, const struct query_part *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const struct word *word = &part->words[i];
        bool paired = word->touches && i > 0;
        bool pairs = i + 1 < part->count && part->words[i + 1].touches;
        if (paired)
            term_add(query, arena_concat(arena, part->words[i - 1].text, word->text, STR_NONE), false);
        else if (!pairs)
            term_add(query, word->text, part->prefix && i + 1 == part->count);
    }
}

/* Words from `from` that belong together: touching ones, or all up to the closing mark. */
static size_t part_end(const struct words *words, size_t from, size_t until)
{
    size_t end = from + 1;
    if (until > words->items[from].to)
        while (end < words->count && words->items[end].to <= until)
            end++;
    else
        while (end < words->count && words->items[end].touches)
            end++;
    return end;
}

static bool is_quote(str text, size_t at, size_t *ret_len)
{
    static const str quotes[] = {STR_INIT("\""), STR_INIT("“"), STR_INIT("”"),  STR_INIT("„"),
                                 STR_INIT("«"),  STR_INIT("»"), STR_INIT("「"), STR_INIT("」")};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (str_starts(str_skip(text, at), quotes[i])) {
            *ret_len = quotes[i].len;
            return true;
        }
    return false;
}

/* The end of the quotation `at` is inside of; 0: it is in none. */
static size_t quotation_end(str text, size_t at)
{
    size_t open = SIZE_MAX, len;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_quote(text, i, &len))
            continue;
        if (open == SIZE_MAX) {
            if (i >= at)
                return 0;
            open = i;
        } else {
            if (i > at)
                return i;
            open = SIZE_MAX;
        }
        i += len - 1;
    }
    return 0;
}

void query_parse(struct arena *arena, str text, struct search_query *ret_query)
{
    struct words words = words_of(arena, str_head(text, QUERY_MAX_BYTES));
    *ret_query = (struct search_query){.parts = arena_array(arena, struct query_part, words.count + 1)};
    for (size_t i = 0, end; i < words.count; i = end) {
        end = part_end(&words, i, quotation_end(text, words.items[i].from));
        const struct word *last = &words.items[end - 1];
        bool star = last->to < text.len && text.ptr[last->to] == '*';
        ret_query->parts[ret_query->part_count] = (struct query_part){&words.items[i], end - i, star && !last->single};
        part_terms(arena, ret_query, &ret_query->parts[ret_query->part_count++]);
    }
}

/* ---- texts ---- */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

void text_terms(struct arena *arena, const struct search_text *text, struct text_term **ret_terms, size_t *ret_count)
{
    struct words words = words_of(arena, text->text);
    str *all = arena_array(arena, str, 2 * words.count + 1);
    size_t count = 0, distinct = 0;
    for (size_t i = 0; i < words.count; i++) {
        all[count++] = words.items[i].text;
        if (words.items[i].touches)
            all[count++] = arena_concat(arena, words.items[i - 1].text, words.items[i].text, STR_NONE);
    }
    if (count)
        qsort(all, count, sizeof *all, by_text);
    struct text_term *terms = arena_array(arena, struct text_term, count + 1);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && str_eq(all[i], all[end]); end++)
            ;
        terms[distinct++] = (struct text_term){all[i], weight_of(text->key, end - i, words.count)};
    }
    *ret_terms = terms;
    *ret_count = distinct;
}

/* ---- comparing ---- */

static bool word_fits(const struct query_part *part, size_t i, const struct word *found)
{
    const struct word *wanted = &part->words[i];
    if (wanted->touches && i > 0 && !found->touches)
        return false;
    if (part->prefix && i + 1 == part->count)
        return str_starts(found->text, wanted->text);
    return str_eq(found->text, wanted->text);
}

static bool part_stands_at(const struct query_part *part, const struct words *words, size_t at)
{
    if (words->count - at < part->count)
        return false;
    for (size_t i = 0; i < part->count; i++)
        if (!word_fits(part, i, &words->items[at + i]))
            return false;
    return true;
}

static void place_add(struct query_places *places, str place)
{
    for (size_t i = 0; i < places->count; i++)
        if (str_eq_nocase(places->items[i], place))
            return;
    if (places->count < places->max)
        places->items[places->count++] = place;
}

/* Each word of a quotation by itself; a run as one. */
static void places_add(struct query_places *places, str text, const struct words *words, size_t at, size_t count)
{
    for (size_t i = at, end; i < at + count; i = end) {
        for (end = i + 1; end < at + count && words->items[end].touches; end++)
            ;
        size_t from = words->items[i].from;
        place_add(places, (str){text.ptr + from, words->items[end - 1].to - from});
    }
}

bool query_matches(struct arena *arena, const struct search_query *query, str text, struct query_places *ret_places)
{
    struct words words = words_of(arena, text);
    for (size_t p = 0; p < query->part_count; p++) {
        bool found = false;
        for (size_t at = 0; at < words.count && !(found && !ret_places); at++) {
            if (!part_stands_at(&query->parts[p], &words, at))
                continue;
            found = true;
            if (ret_places)
                places_add(ret_places, text, &words, at, query->parts[p].count);
        }
        if (!found)
            return false;
    }
    return query->part_count > 0;
}
