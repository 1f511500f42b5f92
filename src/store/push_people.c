/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/push_people.h"

#include "base/map.h"
#include "store/store_private.h"

#include <stdlib.h>

enum { LOOK_EACH = 32 };

struct push_people {
    struct map by_nid; /* the value: 1 and how much was added since the last look */
};

static void put(struct push_people *people, uint64_t nid, bool has)
{
    if (has)
        map_put(&people->by_nid, nid, (void *)(uintptr_t)1);
    else
        map_remove(&people->by_nid, nid);
}

enum rc push_people_load(struct db *chat, struct push_people **ret_people, struct error *err)
{
    struct push_people *people = xcalloc(1, sizeof *people);
    struct db_query q;
    enum rc rc = db_query(chat, &q, "SELECT DISTINCT user FROM pusher", err);
    if (rc == RC_OK) {
        while (db_next(&q))
            put(people, (uint64_t)db_column_i64(&q, 0), true);
        rc = db_done(&q, err);
    }
    *ret_people = people;
    return rc;
}

void push_people_free(struct push_people **people)
{
    if (!*people)
        return;
    map_fini(&(*people)->by_nid);
    free(*people);
    *people = NULL;
}

bool push_people_have(const struct push_people *people, uint64_t user_nid)
{
    return map_get(&people->by_nid, user_nid) != NULL;
}

size_t push_people_count(const struct push_people *people)
{
    return people->by_nid.count;
}

bool push_people_added(struct push_people *people, uint64_t user_nid)
{
    uintptr_t added = (uintptr_t)map_get(&people->by_nid, user_nid);
    bool look = added >= LOOK_EACH;
    if (added)
        map_put(&people->by_nid, user_nid, (void *)(look ? 1 : added + 1));
    return look;
}

struct changed {
    struct push_people *people;
    uint64_t nid;
    bool had;
};

static void changed_kept(struct store *store, void *arg)
{
    (void)store;
    free(arg);
}

static void changed_undone(void *arg)
{
    struct changed *changed = arg;
    put(changed->people, changed->nid, changed->had);
    free(changed);
}

enum rc push_people_note(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM pusher WHERE user = ?1 LIMIT 1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    bool has = db_next(&q);
    TRY(db_done(&q, NULL));
    struct push_people *people = tx->store->push_people;
    bool had = push_people_have(people, user_nid);
    if (has == had)
        return RC_OK;
    struct changed *changed = xmalloc(sizeof *changed);
    *changed = (struct changed){people, user_nid, had};
    put(people, user_nid, has);
    tx_after_commit(tx, changed_kept, changed_undone, changed);
    const struct store_hooks *hooks = &tx->store->hooks;
    if (hooks->pushers_changed)
        hooks->pushers_changed(hooks->ctx, tx, user_nid);
    return RC_OK;
}
