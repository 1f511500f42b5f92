/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/log_leaves.h"

enum rc log_leaves(struct db *vault, struct arena *arena, uint64_t from, size_t limit, struct log_leaf **ret_leaves,
                   size_t *ret_count)
{
    struct db_query q;
    struct log_leaf *leaves = arena_array(arena, struct log_leaf, limit + 1);
    size_t count = 0;
    bool whole = true;
    TRY(db_query(vault, &q, "SELECT seq, leaf FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)from);
    db_bind_i64(&q, 2, (int64_t)limit);
    while (whole && db_next(&q)) {
        str leaf = db_column_str(&q, 1);
        whole = db_column_i64(&q, 0) == (int64_t)(from + count) && leaf.len == sizeof leaves->commitment;
        if (whole)
            memcpy(leaves[count++].commitment, leaf.ptr, leaf.len);
    }
    TRY(db_done(&q, NULL));
    *ret_leaves = leaves;
    *ret_count = count;
    return whole ? RC_OK : RC_CRYPTO;
}
