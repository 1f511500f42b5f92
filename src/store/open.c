/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Opening and closing the stores, in order; what was opened is closed again whatever fails. */
#include "base/log.h"
#include "store/audit_queue.h"
#include "store/data_keys.h"
#include "store/push_people.h"
#include "store/recent.h"
#include "store/rooms_private.h"
#include "store/search_forget.h"
#include "store/session_cache.h"
#include "store/to_device_queue.h"
#include "store/user_index.h"
#include "store/users_private.h"
#include "store/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITER_CACHE_BYTES = 64 << 20, READER_CACHE_BYTES = 4 << 20 };

static const char *const part_files[PART_COUNT] = {"keys.db", "vault.db", "search.db", "chat.db"};

char *store_path(const struct store *store, const char *file)
{
    char *path;
    if (asprintf(&path, "%s/%s", store->folder, file) < 0)
        abort();
    return path;
}

enum rc parts_open(const struct store *store, enum db_mode mode, size_t cache_bytes, struct parts *ret_parts,
                   struct error *err)
{
    struct parts parts = {0};
    enum rc rc = RC_OK;
    for (int i = 0; i < PART_COUNT && rc == RC_OK; i++) {
        char *path = store_path(store, part_files[i]);
        /* Keys and the vault are small. */
        rc = db_open(path, mode, i == PART_CHAT ? cache_bytes : cache_bytes / 4, &parts.db[i], err);
        free(path);
    }
    if (rc != RC_OK)
        parts_close(&parts);
    else
        *ret_parts = parts;
    return rc;
}

void parts_close(struct parts *parts)
{
    for (int i = 0; i < PART_COUNT; i++)
        db_close(&parts->db[i]);
}

static bool file_exists(const struct store *store, const char *file)
{
    struct stat info;
    char *path = store_path(store, file);
    bool exists = stat(path, &info) == 0;
    free(path);
    return exists;
}

static enum rc folder_open(struct store *store, struct error *err)
{
    if (mkdir(store->folder, 0700) != 0 && errno != EEXIST)
        return error_set(err, RC_IO, "cannot make the data folder: %m");
    return operator_key_load(store, !file_exists(store, "keys.db") && !file_exists(store, "chat.db"), err);
}

static enum rc schemas_bring_up(struct store *store, struct error *err)
{
    TRY(db_migrate(store->write.db[PART_KEYS], schema_keys, schema_keys_count, err));
    TRY(db_migrate(store->write.db[PART_VAULT], schema_vault, schema_vault_count, err));
    TRY(db_migrate(store->write.db[PART_SEARCH], schema_search, schema_search_count, err));
    TRY(search_doubt_all(store->write.db[PART_SEARCH], err));
    return db_migrate(store->write.db[PART_CHAT], schema_chat, schema_chat_count, err);
}

/* What cannot be opened is made anew: it is only an index. */
static enum rc search_check(struct store *store, struct error *err)
{
    static const char *const files[] = {"search.db", "search.db-wal", "search.db-shm"};
    char *path = store_path(store, files[0]);
    struct db *db = NULL;
    enum rc rc = db_open(path, DB_WRITER, READER_CACHE_BYTES, &db, err);
    if (rc == RC_OK)
        rc = db_migrate(db, schema_search, schema_search_count, err);
    db_close(&db);
    free(path);
    if (rc != RC_STORE && rc != RC_UNSUPPORTED)
        return rc;
    log_event(LOG_WARN, "the search index cannot be read and is made anew", LOG_ERROR_TEXT(err));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        path = store_path(store, files[i]);
        unlink(path);
        free(path);
    }
    return RC_OK;
}

/* The name is inside every user and room id: it can never change. */
static enum rc server_name_check(struct store *store, struct error *err)
{
    struct db *db = store->write.db[PART_CHAT];
    struct db_query q;
    TRY(db_query(db, &q, "INSERT INTO meta(name, value) VALUES('server_name', ?1) ON CONFLICT DO NOTHING", err));
    db_bind_blob(&q, 1, store->server_name);
    TRY(db_run(&q, err));
    TRY(db_query(db, &q, "SELECT value FROM meta WHERE name = 'server_name'", err));
    bool same = db_next(&q) && str_eq(db_column_str(&q, 0), store->server_name);
    TRY(db_done(&q, err));
    return same ? RC_OK
                : error_set(err, RC_INVALID, "this data folder belongs to another server name; it cannot be changed");
}

static enum rc position_recover(struct store *store, struct error *err)
{
    struct db_query q;
    TRY(db_query(store->write.db[PART_CHAT], &q, "SELECT pos FROM stream WHERE id = 1", err));
    store->pos = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, err);
}

static enum rc remove_above(struct db *db, const char *sql, int64_t last_user, struct error *err)
{
    struct db_query q;
    TRY(db_query(db, &q, sql, err));
    db_bind_i64(&q, 1, last_user);
    return db_run(&q, err);
}

enum rc store_reap(struct store *store, struct error *err)
{
    struct db_query q;
    TRY(db_query(store->write.db[PART_CHAT], &q, "SELECT MAX(nid) FROM user", err));
    int64_t last_user = db_next(&q) ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, err));
    struct db *vault = store->write.db[PART_VAULT], *keys = store->write.db[PART_KEYS];
    TRY(remove_above(vault, "DELETE FROM personal WHERE subject > ?1", last_user, err));
    TRY(remove_above(vault, "DELETE FROM taken_name WHERE user > ?1", last_user, err));
    return remove_above(keys, "DELETE FROM data_key WHERE subject > ?1", last_user, err);
}

static void caches_make(struct store *store, size_t budget)
{
    store->key_pool = key_pool_new();
    store->rooms = cache_new(&room_kind, budget / 100 * 70);
    store->users = cache_new(&user_kind, budget / 100 * 25);
    store->data_keys = cache_new(&data_key_kind, budget / 100 * 5);
    store->user_index = user_index_new();
    store->sessions = session_cache_new();
    store->to_device_queues = to_device_queues_new();
    store->audit_queue = audit_queue_new();
}

static enum rc readers_open(struct store *store, int count, struct error *err)
{
    store->readers = xcalloc((size_t)count, sizeof *store->readers);
    for (; store->reader_count < count; store->reader_count++)
        TRY(parts_open(store, DB_READER, READER_CACHE_BYTES, &store->readers[store->reader_count], err));
    return RC_OK;
}

static enum rc open_all(struct store *store, const struct store_config *config, struct error *err)
{
    TRY(folder_open(store, err));
    TRY(search_check(store, err));
    TRY(parts_open(store, DB_WRITER, WRITER_CACHE_BYTES, &store->write, err));
    TRY(schemas_bring_up(store, err));
    TRY(data_keys_check(store, err));
    TRY(server_name_check(store, err));
    TRY(position_recover(store, err));
    TRY(key_changes_recover(store, err));
    TRY(store_reap(store, err));
    TRY(push_people_load(store->write.db[PART_CHAT], &store->push_people, err));
    TRY(readers_open(store, config->readers, err));
    TRY(checkpointer_start(store, err));
    return writer_start(store, err);
}

enum rc store_open(struct env *env, const struct store_config *config, struct store **ret_store, struct error *err)
{
    struct store *store = xcalloc(1, sizeof *store);
    store->env = env;
    store->folder = strdup(config->folder);
    store->lifetimes = config->lifetimes;
    char *name = xmalloc(config->server_name.len);
    memcpy(name, config->server_name.ptr, config->server_name.len);
    store->server_name = (str){name, config->server_name.len};
    caches_make(store, config->cache_bytes);
    enum rc rc = open_all(store, config, err);
    if (rc != RC_OK) {
        store_close(&store);
        return rc;
    }
    *ret_store = store;
    return RC_OK;
}

void store_set_hooks(struct store *store, const struct store_hooks *hooks)
{
    store->hooks = *hooks;
}

void store_close(struct store **store_ptr)
{
    struct store *store = *store_ptr;
    if (!store)
        return;
    writer_stop(store);
    checkpointer_stop(store);
    for (int i = 0; i < store->reader_count; i++)
        parts_close(&store->readers[i]);
    free(store->readers);
    parts_close(&store->write);
    cache_free(&store->rooms);
    cache_free(&store->users);
    cache_free(&store->data_keys);
    user_index_free(&store->user_index);
    recent_free(&store->recent);
    session_cache_free(&store->sessions);
    push_people_free(&store->push_people);
    to_device_queues_free(&store->to_device_queues);
    audit_queue_free(&store->audit_queue);
    key_pool_free(&store->key_pool);
    crypto_wipe(&store->master, sizeof store->master);
    crypto_wipe(&store->wrap_key, sizeof store->wrap_key);
    crypto_wipe(&store->seal_wrap_key, sizeof store->seal_wrap_key);
    crypto_wipe(&store->blind_key, sizeof store->blind_key);
    crypto_wipe(&store->server_key, sizeof store->server_key);
    free((char *)store->server_name.ptr);
    free(store->folder);
    free(store);
    *store_ptr = NULL;
}

struct audit_queue *store_audit_queue(struct store *store)
{
    return store->audit_queue;
}

str store_server_name(const struct store *store)
{
    return store->server_name;
}

struct env *store_env(const struct store *store)
{
    return store->env;
}

const struct crypto_key *store_secret(const struct store *store)
{
    return &store->master;
}
