/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/anonymise.h"

#include "privacy/address_block.h"
#include "privacy/desensitise.h"

#include <stdlib.h>

#define NOTHING S("*")

/* ---- one value ---- */

static str coarse_address(struct arena *arena, str address, int step)
{
    struct address_block block;
    if (address_block_parse(address, &block) != RC_OK)
        return NOTHING;
    address_block_widen(&block, step == 0 ? 24 : 16, step == 0 ? 48 : 32);
    return address_block_text(arena, &block);
}

static bool is_day(str text)
{
    static const char form[] = "0000-00-00";
    if (text.len != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (form[i] == '0' ? !digit : text.ptr[i] != form[i])
            return false;
    }
    return true;
}

static str coarse_day(str day, int step)
{
    static const size_t kept[] = {10, 7, 4};
    return is_day(day) ? str_head(day, kept[step]) : NOTHING;
}

/* Steps before nothing is left. */
static int steps_of(enum anonymise_kind kind)
{
    static const int steps[] = {[ANONYMISE_DROP] = 0,  [ANONYMISE_PHONE] = 1, [ANONYMISE_ADDRESS] = 2,
                                [ANONYMISE_AGENT] = 2, [ANONYMISE_DAY] = 3,   [ANONYMISE_WORD] = 1};
    return steps[kind];
}

static str coarse(struct arena *arena, enum anonymise_kind kind, str value, int step)
{
    str left = NOTHING;
    if (step >= steps_of(kind))
        return NOTHING;
    switch (kind) {
    case ANONYMISE_PHONE: left = desensitise_phone(value); break;
    case ANONYMISE_ADDRESS: left = coarse_address(arena, value, step); break;
    case ANONYMISE_AGENT: left = step ? desensitise_product(value) : desensitise_agent(arena, value); break;
    case ANONYMISE_DAY: left = coarse_day(value, step); break;
    case ANONYMISE_WORD: left = value; break;
    case ANONYMISE_DROP: break;
    }
    return left.len ? left : NOTHING;
}

/* ---- the table ---- */

/* A record under way: only what stays, and nothing of whose it is. */
struct record {
    const str *given; /* one a column of the input */
    str left[ANONYMISE_COLUMNS_MAX];
};

struct work {
    struct arena *arena;
    size_t columns, from[ANONYMISE_COLUMNS_MAX]; /* which column of the input */
    enum anonymise_kind kinds[ANONYMISE_COLUMNS_MAX];
    int steps[ANONYMISE_COLUMNS_MAX];
    struct record *records;
    size_t count, k;
};

static int compare(const void *a, const void *b, void *ctx)
{
    const struct work *work = ctx;
    const struct record *one = a, *other = b;
    for (size_t c = 0; c < work->columns; c++) {
        int order = str_cmp(one->left[c], other->left[c]);
        if (order)
            return order;
    }
    return 0;
}

static void column_fill(struct work *work, size_t column)
{
    for (size_t i = 0; i < work->count; i++) {
        struct record *record = &work->records[i];
        record->left[column] =
            coarse(work->arena, work->kinds[column], record->given[work->from[column]], work->steps[column]);
    }
}

/* The end of the class that begins at i; records are sorted. */
static size_t class_end(struct work *work, size_t i)
{
    size_t end = i + 1;
    while (end < work->count && compare(&work->records[i], &work->records[end], work) == 0)
        end++;
    return end;
}

static size_t in_small_classes(struct work *work)
{
    size_t small = 0;
    for (size_t i = 0, end; i < work->count; i = end) {
        end = class_end(work, i);
        small += end - i < work->k ? end - i : 0;
    }
    return small;
}

static int compare_str(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static size_t distinct(const struct work *work, size_t column)
{
    str *values = xcalloc(work->count + 1, sizeof *values);
    size_t n = work->count > 0;
    for (size_t i = 0; i < work->count; i++)
        values[i] = work->records[i].left[column];
    qsort(values, work->count, sizeof *values, compare_str);
    for (size_t i = 1; i < work->count; i++)
        n += !str_eq(values[i - 1], values[i]);
    free(values);
    return n;
}

/* The column that tells most records apart becomes one step coarser. False: nothing is left in any. */
static bool coarsen(struct work *work)
{
    size_t best = work->columns, most = 0;
    for (size_t c = 0; c < work->columns; c++) {
        if (work->steps[c] == steps_of(work->kinds[c]))
            continue;
        size_t n = distinct(work, c);
        if (n > most) {
            best = c;
            most = n;
        }
    }
    if (best == work->columns)
        return false;
    work->steps[best]++;
    column_fill(work, best);
    return true;
}

/* Which class goes next: the smallest of those below k, and, when fewer than k records would be missing, the smallest
 * of all, so that these have company. */
static void leave_out(struct work *work, struct anonymous_row *rows, size_t *row_count, size_t *ret_left_out)
{
    size_t kept = 0, left_out = 0;
    for (size_t i = 0; i < *row_count; i++) {
        if (rows[i].count < work->k)
            left_out += rows[i].count;
        else
            rows[kept++] = rows[i];
    }
    if (left_out && left_out < work->k && kept) {
        size_t smallest = 0;
        for (size_t i = 1; i < kept; i++)
            smallest = rows[i].count < rows[smallest].count ? i : smallest;
        left_out += rows[smallest].count;
        memmove(&rows[smallest], &rows[smallest + 1], (kept - smallest - 1) * sizeof *rows);
        kept--;
    }
    *row_count = kept;
    /* A whole table of fewer than k says not even how many they were. */
    *ret_left_out = left_out < work->k ? 0 : left_out;
}

static void collect(struct work *work, struct anonymous_table *table)
{
    struct anonymous_row *rows = arena_array(work->arena, struct anonymous_row, work->count);
    size_t count = 0;
    for (size_t i = 0, end; i < work->count; i = end) {
        end = class_end(work, i);
        rows[count++] = (struct anonymous_row){work->records[i].left, end - i};
    }
    leave_out(work, rows, &count, &table->left_out);
    table->rows = rows;
    table->row_count = count;
}

static int compare_subject(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static bool somebody_is_twice(const struct anonymise_record *records, size_t count)
{
    bool twice = false;
    uint64_t *subjects = xcalloc(count + 1, sizeof *subjects);
    for (size_t i = 0; i < count; i++)
        subjects[i] = records[i].subject;
    qsort(subjects, count, sizeof *subjects, compare_subject);
    for (size_t i = 1; i < count; i++)
        twice |= subjects[i - 1] == subjects[i];
    free(subjects);
    return twice;
}

enum rc anonymise(struct arena *arena, const struct anonymise_column *columns, size_t column_count,
                  const struct anonymise_record *records, size_t record_count, size_t k,
                  struct anonymous_table *ret_table, struct error *err)
{
    struct work work = {.arena = arena, .count = record_count, .k = k};
    struct anonymous_table table = {.column_count = 0};
    if (k < ANONYMISE_K_MIN)
        return error_set(err, RC_INVALID, "groups of fewer than %d could be recognised", ANONYMISE_K_MIN);
    if (column_count > ANONYMISE_COLUMNS_MAX)
        return error_set(err, RC_INVALID, "more than %d columns", ANONYMISE_COLUMNS_MAX);
    if (somebody_is_twice(records, record_count))
        return error_set(err, RC_INVALID, "somebody has two records");
    for (size_t c = 0; c < column_count; c++) {
        if (columns[c].kind == ANONYMISE_DROP)
            continue;
        work.from[work.columns] = c;
        work.kinds[work.columns++] = columns[c].kind;
        table.columns[table.column_count++] = columns[c].name;
    }
    work.records = arena_array(arena, struct record, record_count);
    for (size_t i = 0; i < record_count; i++)
        work.records[i].given = records[i].values;
    for (size_t c = 0; c < work.columns; c++)
        column_fill(&work, c);
    do
        qsort_r(work.records, work.count, sizeof *work.records, compare, &work);
    while (in_small_classes(&work) * 100 > work.count * ANONYMISE_LEFT_OUT_PERCENT && coarsen(&work));
    collect(&work, &table);
    *ret_table = table;
    return RC_OK;
}
