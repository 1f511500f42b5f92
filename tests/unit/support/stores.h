/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Real stores in a folder of their own, under a clock only the test moves. */
#ifndef TESTS_SUPPORT_STORES_H
#define TESTS_SUPPORT_STORES_H

#include "crypto/crypto.h"
#include "store/gate.h"
#include "store/store.h"
#include "store/users.h"
#include "support/cmocka.h"
#include "support/folder.h"

/* A test may do what a person may, for every purpose that needs no consent. */
static const struct act stores_act = {.actor = ACTOR_USER,
                                      .purpose = PURPOSE_MESSAGING,
                                      .purposes = PURPOSE_BIT(PURPOSE_FIRST_OPTIONAL) - 2,
                                      .basis = BASIS_CONTRACT};

struct stores {
    struct folder folder;
    struct env_simulated env;
    struct store *store;
    struct arena arena; /* of the test: reads and waited writes */
};

static inline void stores_start(struct stores *stores)
{
    struct store_config config = {stores->folder.path, S("example.org"), 64 << 20, 2};
    struct error err = {0};
    enum rc rc = store_open(&stores->env.env, &config, &stores->store, &err);
    if (rc != RC_OK)
        fail_msg("store_open: %s", err.text);
}

static inline void stores_restart(struct stores *stores)
{
    arena_fini(&stores->arena);
    store_close(&stores->store);
    stores_start(stores);
}

static inline int stores_set_up(void **state)
{
    struct stores *stores = calloc(1, sizeof *stores);
    assert_int_equal(crypto_init(), RC_OK);
    folder_make(&stores->folder);
    env_simulated_init(&stores->env, 1700000000000, 7);
    stores_start(stores);
    *state = stores;
    return 0;
}

static inline int stores_tear_down(void **state)
{
    struct stores *stores = *state;
    arena_fini(&stores->arena);
    store_close(&stores->store);
    folder_remove(&stores->folder);
    free(stores);
    return 0;
}

static inline struct tx stores_read(struct stores *stores)
{
    struct tx tx;
    store_read(stores->store, 0, &stores_act, &stores->arena, &tx);
    return tx;
}

static inline enum rc stores_write(struct stores *stores, enum rc (*run)(struct tx *tx, void *arg), void *arg)
{
    return store_write_wait(stores->store, &stores_act, &stores->arena, run, arg);
}

struct new_user {
    str name;
    uint64_t nid;
};

static inline enum rc new_user_run(struct tx *tx, void *arg)
{
    struct new_user *user = arg;
    return users_create(tx, user->name, 0, &user->nid, NULL);
}

static inline uint64_t stores_user(struct stores *stores, str name)
{
    struct new_user user = {.name = name};
    assert_int_equal(stores_write(stores, new_user_run, &user), RC_OK);
    return user.nid;
}

#define STORES_TEST(fn) cmocka_unit_test_setup_teardown(fn, stores_set_up, stores_tear_down)

#endif
