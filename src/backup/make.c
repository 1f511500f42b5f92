/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/archive.h"
#include "backup/backup.h"
#include "backup/erased_list.h"
#include "backup/folder.h"
#include "store/copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct making {
    const struct backup_request *request;
    struct backup_result *result;
    struct arena *arena;
    struct archive_writer *data;
    const char *chat_copy, *vault_copy;
    struct strbuf keys;
    struct crypto_key operator_key;
    struct erased erased;
    bool list_grew;
};

static enum rc add_path(struct archive_writer *writer, str name, const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) /* a media file that was removed meanwhile */
        return errno == ENOENT ? RC_OK : error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    enum rc rc = archive_add_file(writer, name, fd, err);
    close(fd);
    return rc;
}

static enum rc add_media_part(struct making *making, const char *part, struct error *err)
{
    const char *path = arena_printf(making->arena, "%s/media/%s", making->request->data, part).ptr;
    const struct dirent *entry;
    DIR *dir = opendir(path);
    enum rc rc = RC_OK;
    while (dir && rc == RC_OK && (entry = readdir(dir))) {
        struct arena arena = ARENA_INIT;
        if (entry->d_name[0] != '.')
            rc = add_path(making->data, arena_printf(&arena, "media/%s/%s", part, entry->d_name),
                          arena_printf(&arena, "%s/%s", path, entry->d_name).ptr, err);
        arena_fini(&arena);
    }
    if (dir)
        closedir(dir);
    return rc;
}

/* After chat was copied: uploads are files before they are rows. */
static enum rc add_media(struct making *making, struct error *err)
{
    for (unsigned part = 0; part < 256; part++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", part);
        TRY(add_media_part(making, name, err));
    }
    return RC_OK;
}

static enum rc take_copies(struct making *making, struct error *err)
{
    const char *data = making->request->data;
    if (access(arena_printf(making->arena, "%s/chat.db", data).ptr, F_OK) != 0)
        return error_set(err, RC_NOT_FOUND, "there is nothing in the data folder yet: no server has run on it");
    unlink(making->chat_copy);
    unlink(making->vault_copy);
    TRY(copy_store(data, "chat.db", making->chat_copy, err));
    TRY(copy_store(data, "vault.db", making->vault_copy, err));
    TRY(copy_keys(data, &making->keys, err));
    return copy_operator_key(data, &making->operator_key, err);
}

static enum rc gather_erased(struct making *making, struct error *err)
{
    struct erased now, before = {0};
    TRY(copy_erased(making->chat_copy, strbuf_str(&making->keys), making->arena, &now.subjects, &now.count, err));
    enum rc rc = erased_load(making->arena, &making->operator_key, making->request->to, &before, err);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    making->erased = erased_union(making->arena, now, before);
    making->list_grew = making->erased.count > before.count;
    making->result->erased = making->erased.count;
    return RC_OK;
}

static enum rc write_data(struct making *making, struct error *err)
{
    const struct backup_request *request = making->request;
    struct archive_info info = {.kind = ARCHIVE_DATA, .made_ms = request->now_ms};
    const char *path = arena_printf(making->arena, "%s/data-%s.parley", request->to, making->result->name).ptr;
    TRY(copy_note(request->data, COPY_DATA, request->now_ms, 0, err));
    TRY(archive_create(path, &info, &request->recovery_public, &making->data, err));
    archive_watch(making->data, request->progress);
    TRY(add_path(making->data, S("chat.db"), making->chat_copy, err));
    TRY(add_path(making->data, S("vault.db"), making->vault_copy, err));
    TRY(add_media(making, err));
    return archive_finish(&making->data, request->verify, err);
}

static enum rc write_keys(struct making *making, str list, struct error *err)
{
    const struct backup_request *request = making->request;
    struct archive_info info = {.kind = ARCHIVE_KEYS,
                                .made_ms = request->now_ms,
                                .expires_ms = request->now_ms + (int64_t)request->keys_days * DAY_MS};
    struct archive_writer *writer = NULL;
    const char *path = arena_printf(making->arena, "%s/keys-%s.parley", request->to, making->result->name).ptr;
    TRY(copy_note(request->data, COPY_KEYS, info.made_ms, info.expires_ms, err));
    TRY(archive_create(path, &info, &request->recovery_public, &writer, err));
    enum rc rc = archive_add(writer, S("operator.key"), str_from(making->operator_key.bytes, CRYPTO_KEY_SIZE), err);
    if (rc == RC_OK)
        rc = archive_add(writer, S(ERASED_LIST), list, err);
    if (rc == RC_OK)
        rc = archive_add(writer, S("keys"), strbuf_str(&making->keys), err);
    if (rc != RC_OK) {
        archive_abort(&writer);
        return rc;
    }
    return archive_finish(&writer, request->verify, err);
}

/* The list goes first: should this end half-way, it names too many rather than too few. */
static enum rc make(struct making *making, struct error *err)
{
    const struct backup_request *request = making->request;
    TRY(take_copies(making, err));
    TRY(gather_erased(making, err));
    str list = erased_text(making->arena, &making->operator_key, making->erased);
    TRY(erased_save(request->to, list, err));
    TRY(write_data(making, err));
    TRY(write_keys(making, list, err));
    /* Whoever was erased since is still in the key archives before this one. */
    return folder_prune_keys(request->to, request->now_ms, request->now_ms, making->list_grew,
                             &making->result->key_archives_removed, err);
}

enum rc backup_make(const struct backup_request *request, struct backup_result *ret_result, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct making making = {.request = request, .result = ret_result, .arena = &arena};
    if (mkdir(request->to, 0700) != 0 && errno != EEXIST)
        return error_set(err, RC_IO, "%.150s: %s", request->to, strerror(errno));
    *ret_result = (struct backup_result){0};
    folder_time_name(request->now_ms, ret_result->name);
    making.chat_copy = arena_printf(&arena, "%s/chat.copy", request->data).ptr;
    making.vault_copy = arena_printf(&arena, "%s/vault.copy", request->data).ptr;
    enum rc rc = make(&making, err);
    archive_abort(&making.data);
    unlink(making.chat_copy);
    unlink(making.vault_copy);
    crypto_wipe(&making.operator_key, sizeof making.operator_key);
    strbuf_fini(&making.keys);
    arena_fini(&arena);
    return rc;
}
