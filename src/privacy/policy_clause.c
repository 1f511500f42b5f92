/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_clause.h"

/* Clauses as they are found; the words of the last one grow. */
struct reader {
    struct arena *arena;
    struct policy_clause *clauses;
    size_t count;
    const char *from; /* where the last one's words begin */
    str section;
    int headings;
};

static void end_clause(struct reader *reader, const char *at)
{
    if (reader->count)
        reader->clauses[reader->count - 1].words = str_trim(str_from(reader->from, (size_t)(at - reader->from)));
}

static void begin_clause(struct reader *reader, const char *at, str id, bool title, const char *words)
{
    end_clause(reader, at);
    reader->clauses[reader->count++] = (struct policy_clause){.id = id, .title = title};
    reader->from = words;
}

/* "<!-- 1.7 --> words" or the same behind "- ". STR_NONE: a line without a number. */
static str number_of(str line, const char **ret_words)
{
    str inside, rest = str_starts(line, S("- ")) ? str_skip(line, 2) : line;
    if (!str_starts(rest, S("<!--")))
        return STR_NONE;
    rest = str_split(str_skip(rest, 4), '>', &inside);
    *ret_words = rest.ptr ? rest.ptr : inside.ptr + inside.len;
    return str_trim(str_head(inside, inside.len < 2 ? 0 : inside.len - 2));
}

static void read_line(struct reader *reader, str line)
{
    const char *words;
    str number = number_of(line, &words);
    if (number.len) {
        begin_clause(reader, line.ptr, number, false, words);
    } else if (str_starts(line, S("## "))) {
        str rest = str_split(str_skip(line, 3), ' ', &reader->section);
        reader->headings = 0;
        begin_clause(reader, line.ptr, reader->section, true, rest.ptr ? rest.ptr : line.ptr + 3);
    } else if (str_starts(line, S("### "))) {
        str id = arena_printf(reader->arena, "%.*s/%d", STR_ARG(reader->section), ++reader->headings);
        begin_clause(reader, line.ptr, id, true, line.ptr + 4);
    } else if (str_starts(line, S("# "))) {
        begin_clause(reader, line.ptr, S("title"), true, line.ptr + 2);
    } else if (!reader->count && str_trim(line).len) {
        begin_clause(reader, line.ptr, S("preface"), false, line.ptr);
    }
}

static size_t count_lines(str text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

void policy_clauses(struct arena *arena, str text, struct policy_clause **ret_clauses, size_t *ret_count)
{
    struct reader reader = {.arena = arena, .clauses = arena_array(arena, struct policy_clause, count_lines(text))};
    for (str rest = text, line; rest.len;) {
        rest = str_split(rest, '\n', &line);
        read_line(&reader, line);
    }
    end_clause(&reader, text.ptr + text.len);
    *ret_clauses = reader.clauses;
    *ret_count = reader.count;
}

/* ---- comparing ---- */

struct clauses {
    struct policy_clause *items;
    size_t count;
};

static const struct policy_clause *find(const struct clauses *clauses, str id)
{
    for (size_t i = 0; i < clauses->count; i++)
        if (str_eq(clauses->items[i].id, id))
            return &clauses->items[i];
    return NULL;
}

/* What stood at *at and is not in the other text any more. */
static size_t add_removed(const struct clauses *from, const struct clauses *to, size_t *at, struct clause_change *out)
{
    size_t count = 0;
    for (; *at < from->count && !find(to, from->items[*at].id); ++*at)
        out[count++] = (struct clause_change){CLAUSE_REMOVED, &from->items[*at], NULL};
    return count;
}

void policy_compare(struct arena *arena, str from_text, str to_text, struct clause_change **ret_changes,
                    size_t *ret_count)
{
    struct clauses from, to;
    policy_clauses(arena, from_text, &from.items, &from.count);
    policy_clauses(arena, to_text, &to.items, &to.count);
    struct clause_change *changes = arena_array(arena, struct clause_change, from.count + to.count);
    size_t count = 0, at = 0;
    for (size_t i = 0; i < to.count; i++) {
        count += add_removed(&from, &to, &at, &changes[count]);
        const struct policy_clause *now = &to.items[i], *was = find(&from, now->id);
        enum clause_status status = !was ? CLAUSE_ADDED : str_eq(was->words, now->words) ? CLAUSE_SAME : CLAUSE_CHANGED;
        changes[count++] = (struct clause_change){status, was, now};
        at += was == &from.items[at];
    }
    /* Where the order changed, more than the next may be left. */
    for (; at < from.count; at++)
        if (!find(&to, from.items[at].id))
            changes[count++] = (struct clause_change){CLAUSE_REMOVED, &from.items[at], NULL};
    *ret_changes = changes;
    *ret_count = count;
}
