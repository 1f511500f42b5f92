/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/user_index.h"

#include "base/fold.h"
#include "base/map.h"
#include "base/vec.h"
#include "catalogue/personal_private.h"
#include "store/users_private.h"

#include <pthread.h>
#include <stdlib.h>

/* text: localpart and display name without their case, a NUL between them; empty: not to be found. */
struct indexed {
    uint64_t nid;
    size_t len;
    char text[];
};

struct user_index {
    pthread_rwlock_t lock;
    pthread_mutex_t loading;
    bool loaded; /* under `loading` */
    struct map users;
};

struct user_index *user_index_new(void)
{
    struct user_index *index = xcalloc(1, sizeof *index);
    pthread_rwlock_init(&index->lock, NULL);
    pthread_mutex_init(&index->loading, NULL);
    return index;
}

void user_index_free(struct user_index **index_ptr)
{
    struct user_index *index = *index_ptr;
    if (!index)
        return;
    size_t cursor = 0;
    for (void *entry; (entry = map_next(&index->users, &cursor, NULL, NULL));)
        free(entry);
    map_fini(&index->users);
    pthread_rwlock_destroy(&index->lock);
    pthread_mutex_destroy(&index->loading);
    free(index);
    *index_ptr = NULL;
}

static struct indexed *indexed_new(const struct user *user)
{
    str display_name = user->display_name ? user->display_name->value : STR_NONE;
    struct indexed *entry = xmalloc(sizeof *entry + user->localpart.len + 1 + display_name.len);
    entry->nid = user->nid;
    char *at = entry->text;
    if (!(user->flags & USER_DEACTIVATED)) {
        at = fold_into(at, user->localpart);
        *at++ = '\0';
        at = fold_into(at, display_name);
    }
    entry->len = (size_t)(at - entry->text);
    return entry;
}

static void put(struct user_index *index, const struct user *user, bool replace)
{
    struct indexed *entry = indexed_new(user);
    pthread_rwlock_wrlock(&index->lock);
    if (replace || !map_get(&index->users, user->nid))
        entry = map_put(&index->users, user->nid, entry);
    pthread_rwlock_unlock(&index->lock);
    free(entry);
}

void user_index_note(struct user_index *index, const struct user *user)
{
    put(index, user, true);
}

static enum rc nids_read(struct tx *tx, uint64_t **ret_nids, size_t *ret_count)
{
    VEC(uint64_t) nids = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT nid FROM user", NULL));
    while (db_next(&q))
        vec_push(&nids, (uint64_t)db_column_i64(&q, 0));
    *ret_nids = nids.items;
    *ret_count = nids.count;
    return db_done(&q, NULL);
}

/* What a commit noted while this runs is newer than what is read here. */
static enum rc load_all(struct user_index *index, struct tx *tx)
{
    uint64_t *nids;
    size_t count;
    struct arena scratch = ARENA_INIT;
    struct tx reading = *tx;
    reading.arena = &scratch;
    TRY(nids_read(tx, &nids, &count));
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        const struct user *user;
        rc = users_get(&reading, nids[i], &user);
        if (rc == RC_OK)
            put(index, user, false);
        arena_reset(&scratch);
    }
    arena_fini(&scratch);
    free(nids);
    return rc;
}

static enum rc ensure_loaded(struct user_index *index, struct tx *tx)
{
    pthread_mutex_lock(&index->loading);
    enum rc rc = index->loaded ? RC_OK : load_all(index, tx);
    if (rc == RC_OK)
        index->loaded = true;
    pthread_mutex_unlock(&index->loading);
    return rc;
}

static bool is_asked_for(const struct indexed *entry, const struct users_query *query)
{
    return entry->len && (!query->among || map_get(query->among, entry->nid))
           && (!query->except || !map_get(query->except, entry->nid));
}

static size_t matches(struct user_index *index, const struct users_query *query, str term, uint64_t *nids)
{
    size_t count = 0, cursor = 0;
    pthread_rwlock_rdlock(&index->lock);
    for (struct indexed *entry; count < query->limit && (entry = map_next(&index->users, &cursor, NULL, NULL));)
        if (is_asked_for(entry, query) && str_contains((str){entry->text, entry->len}, term))
            nids[count++] = entry->nid;
    pthread_rwlock_unlock(&index->lock);
    return count;
}

enum rc users_search(struct tx *tx, const struct users_query *query, const struct user ***ret_users, size_t *ret_count)
{
    struct user_index *index = tx->store->user_index;
    TRY(ensure_loaded(index, tx));
    char *text = arena_alloc_raw(tx->arena, query->term.len);
    str term = {text, (size_t)(fold_into(text, query->term) - text)};
    uint64_t *nids = arena_array(tx->arena, uint64_t, query->limit);
    size_t count = matches(index, query, term, nids);
    const struct user **users = arena_array(tx->arena, const struct user *, count);
    for (size_t i = 0; i < count; i++)
        TRY(users_get(tx, nids[i], &users[i]));
    *ret_users = users;
    *ret_count = count;
    return RC_OK;
}
