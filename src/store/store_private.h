/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of store/ share. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "crypto/crypto.h"
#include "store/cache.h"
#include "store/hooks.h"
#include "store/overlay.h"
#include "store/store.h"

struct audit_queue;
struct checkpointer;
struct key_pool;
struct push_people;
struct recent;
struct session_cache;
struct to_device_queues;
struct user_index;
struct writer;

/* One connection to each store. */
enum { PART_KEYS, PART_VAULT, PART_SEARCH, PART_CHAT, PART_COUNT }; /* in the order of committing */
#define PART_BIT(part) (1u << (part))
struct parts {
    struct db *db[PART_COUNT];
};

struct store {
    struct env *env;
    char *folder;
    str server_name;
    struct crypto_key master;
    struct crypto_key wrap_key;      /* wraps the subjects' data keys */
    struct crypto_key seal_wrap_key; /* sealed them before they were wrapped */
    struct crypto_key blind_key;     /* blind indexes */
    struct crypto_key server_key;    /* seals what is the server's own: subject 0 */
    struct key_pool *key_pool;
    struct cache *rooms, *users, *data_keys;
    struct user_index *user_index;
    struct recent *recent; /* index of the newest events */
    struct session_cache *sessions;
    struct push_people *push_people;           /* the writer's */
    struct to_device_queues *to_device_queues; /* the writer's */
    struct audit_queue *audit_queue;
    struct parts *readers;
    int reader_count;
    struct parts write; /* the writer's; nobody else's while it runs */
    struct writer *writer;
    struct checkpointer *checkpointer;
    _Atomic int64_t pos;            /* newest published position */
    _Atomic int64_t key_change_pos; /* of the newest row of key_change */
    _Atomic int64_t typing_serial;
    _Atomic uint64_t key_counts_serial;
    struct lifetime_bounds lifetimes; /* the operator's */
    struct store_hooks hooks;
};

/* The path of a file of the store's folder, to be freed. */
char *store_path(const struct store *store, const char *file);
enum rc parts_open(const struct store *store, enum db_mode mode, size_t cache_bytes, struct parts *ret_parts,
                   struct error *err) MUST_USE;
void parts_close(struct parts *parts);

/* The tickets with which what is loaded now may be kept: of the running view, else new ones. */
struct tx_view tx_tickets(const struct tx *tx);

/* operator.key: made at the first start, then only read. */
enum rc operator_key_load(struct store *store, bool first_start, struct error *err) MUST_USE;
/* Removes from keys and vault what belongs to users chat does not have: left there when a commit got no further. */
enum rc store_reap(struct store *store, struct error *err) MUST_USE;

enum rc key_changes_recover(struct store *store, struct error *err) MUST_USE;

/* The migrations of each store, one numbered entry per module and step (schema_*.c). */
extern const struct db_migration schema_chat[], schema_vault[], schema_keys[], schema_search[];
extern const size_t schema_chat_count, schema_vault_count, schema_keys_count, schema_search_count;

#endif
