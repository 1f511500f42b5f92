/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/archive.h"
#include "backup/backup.h"
#include "backup/erased_list.h"
#include "backup/folder.h"
#include "base/container.h"
#include "store/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a key archive, into memory ---- */

struct keys_sink {
    struct archive_sink sink;
    struct strbuf operator_key, list, keys, other;
    struct strbuf *now;
};

static enum rc keys_begin(struct archive_sink *sink, str name, uint64_t size, struct error *err)
{
    struct keys_sink *mine = CONTAINER_OF(sink, struct keys_sink, sink);
    (void)size;
    (void)err;
    mine->now = str_eq(name, S("operator.key")) ? &mine->operator_key
                : str_eq(name, S(ERASED_LIST))  ? &mine->list
                : str_eq(name, S("keys"))       ? &mine->keys
                                                : &mine->other;
    return RC_OK;
}

static enum rc keys_data(struct archive_sink *sink, str bytes, struct error *err)
{
    (void)err;
    strbuf_add(CONTAINER_OF(sink, struct keys_sink, sink)->now, bytes);
    return RC_OK;
}

static enum rc keys_end(struct archive_sink *sink, struct error *err)
{
    (void)sink;
    (void)err;
    return RC_OK;
}

/* ---- a data archive, into a folder ---- */

struct files_sink {
    struct archive_sink sink;
    const char *folder;
    int fd;
    size_t count;
};

/* "chat.db", "vault.db", "media/ab/…": nothing else, and nothing that leads elsewhere. */
static bool is_expected(str name)
{
    if (str_eq(name, S("chat.db")) || str_eq(name, S("vault.db")))
        return true;
    str file = str_skip(name, 9);
    return str_starts(name, S("media/")) && name.len > 9 && name.ptr[8] == '/' && !str_contains(file, S("/"))
           && file.ptr[0] != '.' && !str_contains(str_head(name, 9), S("."));
}

static enum rc files_begin(struct archive_sink *sink, str name, uint64_t size, struct error *err)
{
    struct files_sink *mine = CONTAINER_OF(sink, struct files_sink, sink);
    struct arena arena = ARENA_INIT;
    (void)size;
    if (!is_expected(name))
        return error_set(err, RC_INVALID, "the archive has a file that does not belong there");
    if (str_starts(name, S("media/"))) {
        (void)mkdir(arena_printf(&arena, "%s/media", mine->folder).ptr, 0700);
        (void)mkdir(arena_printf(&arena, "%s/%.*s", mine->folder, 8, name.ptr).ptr, 0700);
    }
    const char *path = arena_printf(&arena, "%s/%.*s", mine->folder, STR_ARG(name)).ptr;
    mine->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum rc rc = mine->fd >= 0 ? RC_OK : error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    arena_fini(&arena);
    mine->count += rc == RC_OK;
    return rc;
}

static enum rc files_data(struct archive_sink *sink, str bytes, struct error *err)
{
    int fd = CONTAINER_OF(sink, struct files_sink, sink)->fd;
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n <= 0)
            return error_set(err, RC_IO, "writing what was restored: %s", strerror(errno));
        bytes = str_skip(bytes, (size_t)n);
    }
    return RC_OK;
}

static enum rc files_end(struct archive_sink *sink, struct error *err)
{
    struct files_sink *mine = CONTAINER_OF(sink, struct files_sink, sink);
    bool ok = fsync(mine->fd) == 0;
    close(mine->fd);
    mine->fd = -1;
    return ok ? RC_OK : error_set(err, RC_IO, "syncing what was restored: %s", strerror(errno));
}

/* ---- the steps ---- */

struct restoring {
    const struct restore_request *request;
    struct restore_result *result;
    struct arena *arena;
    const char *data_path, *keys_path, *partial;
    struct keys_sink keys;
    struct crypto_key operator_key;
    struct erased erased;
};

static enum rc must_be_empty(const char *path, struct error *err)
{
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? RC_OK : error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    const struct dirent *entry;
    bool empty = true;
    while ((entry = readdir(dir)))
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(dir);
    return empty ? RC_OK : error_set(err, RC_EXISTS, "%.150s is not empty; nothing is ever overwritten", path);
}

static enum rc choose(struct restoring *restoring, struct error *err)
{
    const struct restore_request *request = restoring->request;
    struct folder_entry data, keys;
    TRY(folder_find(request->from, ARCHIVE_DATA, request->at, restoring->arena, &data, err));
    TRY(folder_find(request->from, ARCHIVE_KEYS, request->keys, restoring->arena, &keys, err));
    snprintf(restoring->result->data, sizeof restoring->result->data, "%.*s", STR_ARG(data.name));
    snprintf(restoring->result->keys, sizeof restoring->result->keys, "%.*s", STR_ARG(keys.name));
    restoring->data_path = arena_printf(restoring->arena, "%s/%.*s", request->from, STR_ARG(data.name)).ptr;
    restoring->keys_path = arena_printf(restoring->arena, "%s/%.*s", request->from, STR_ARG(keys.name)).ptr;
    return RC_OK;
}

static enum rc verify_keys(struct restoring *restoring, struct archive_info *ret_info, struct error *err)
{
    const struct restore_request *request = restoring->request;
    struct keys_sink *sink = &restoring->keys;
    sink->sink = (struct archive_sink){keys_begin, keys_data, keys_end};
    TRY(archive_read(restoring->keys_path, &request->recovery_secret, &sink->sink, ret_info, err));
    if (ret_info->kind != ARCHIVE_KEYS || sink->operator_key.len != CRYPTO_KEY_SIZE)
        return error_set(err, RC_INVALID, "%s is not a key archive", restoring->result->keys);
    if (ret_info->expires_ms <= request->now_ms)
        return error_set(err, RC_EXPIRED, "%s has expired: its keys may be of people who were erased since",
                         restoring->result->keys);
    memcpy(restoring->operator_key.bytes, sink->operator_key.ptr, CRYPTO_KEY_SIZE);
    struct erased then, newest;
    TRY(erased_parse(restoring->arena, &restoring->operator_key, strbuf_str(&sink->list), &then, err));
    TRY(erased_load(restoring->arena, &restoring->operator_key, request->from, &newest, err));
    restoring->erased = erased_union(restoring->arena, then, newest);
    return RC_OK;
}

static enum rc verify_all(struct restoring *restoring, struct error *err)
{
    struct archive_info keys, data;
    TRY(verify_keys(restoring, &keys, err));
    TRY(archive_read(restoring->data_path, &restoring->request->recovery_secret, NULL, &data, err));
    if (data.kind != ARCHIVE_DATA)
        return error_set(err, RC_INVALID, "%s is not a data archive", restoring->result->data);
    if (data.made_ms > keys.made_ms)
        return error_set(err, RC_INVALID, "the key archive is older than the data: it lacks the newest people's keys");
    return RC_OK;
}

static enum rc write_folder(struct restoring *restoring, struct error *err)
{
    struct files_sink files = {.sink = {files_begin, files_data, files_end}, .folder = restoring->partial, .fd = -1};
    struct archive_info info;
    if (mkdir(restoring->partial, 0700) != 0)
        return error_set(err, RC_IO, "%.150s: %s", restoring->partial, strerror(errno));
    enum rc rc = archive_read(restoring->data_path, &restoring->request->recovery_secret, &files.sink, &info, err);
    if (files.fd >= 0)
        close(files.fd);
    restoring->result->files = files.count;
    TRY(rc);
    TRY(copy_restore_keys(restoring->partial, &restoring->operator_key, strbuf_str(&restoring->keys.keys),
                          restoring->erased.subjects, restoring->erased.count, err));
    return copy_forget(restoring->partial, &restoring->result->without_key, err);
}

static void remove_partial(const struct restoring *restoring)
{
    FTS *tree = fts_open((char *[]){(char *)restoring->partial, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry; tree && (entry = fts_read(tree));) {
        if (entry->fts_info == FTS_DP)
            rmdir(entry->fts_path);
        else if (entry->fts_info != FTS_D)
            unlink(entry->fts_path);
    }
    if (tree)
        fts_close(tree);
}

static enum rc restore(struct restoring *restoring, struct error *err)
{
    const struct restore_request *request = restoring->request;
    TRY(must_be_empty(request->to, err));
    TRY(choose(restoring, err));
    TRY(verify_all(restoring, err));
    if (request->check_only)
        return RC_OK;
    TRY(write_folder(restoring, err));
    int fd = open(restoring->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    /* Onto a missing or empty folder. */
    if (!synced || rename(restoring->partial, request->to) != 0)
        return error_set(err, RC_IO, "%.150s: %s", request->to, strerror(errno));
    return RC_OK;
}

enum rc backup_restore(const struct restore_request *request, struct restore_result *ret_result, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct restoring restoring = {.request = request, .result = ret_result, .arena = &arena};
    char suffix[40];
    str to = str_of(request->to);
    while (to.len > 1 && str_ends(to, S("/")))
        to.len--;
    folder_time_name(request->now_ms, suffix);
    restoring.partial = arena_printf(&arena, "%.*s.restoring-%s", STR_ARG(to), suffix).ptr;
    *ret_result = (struct restore_result){.data = ""};
    enum rc rc = restore(&restoring, err);
    if (rc != RC_OK)
        remove_partial(&restoring);
    struct strbuf *held[] = {&restoring.keys.operator_key, &restoring.keys.keys, &restoring.keys.list,
                             &restoring.keys.other};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        if (held[i]->ptr)
            crypto_wipe(held[i]->ptr, held[i]->len);
        strbuf_fini(held[i]);
    }
    crypto_wipe(&restoring.operator_key, sizeof restoring.operator_key);
    arena_fini(&arena);
    return rc;
}
