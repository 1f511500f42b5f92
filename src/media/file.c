/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/file_private.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the folder ---- */

static void remove_all_in(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

static enum rc make_folder(int parent, const char *name)
{
    return mkdirat(parent, name, 0700) == 0 || errno == EEXIST ? RC_OK : RC_IO;
}

enum rc media_folder_open(struct env *env, str data_folder, struct media_folder **ret_folder, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char *path = arena_cstr(&arena, arena_concat(&arena, data_folder, S("/media"), S("")));
    int fd = -1;
    if (make_folder(AT_FDCWD, path) == RC_OK)
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    arena_fini(&arena);
    if (fd < 0 || make_folder(fd, "new") != RC_OK) {
        if (fd >= 0)
            close(fd);
        return error_set(err, RC_IO, "cannot use the folder for media: %s", strerror(errno));
    }
    remove_all_in(fd, "new");
    struct media_folder *folder = xcalloc(1, sizeof *folder);
    *folder = (struct media_folder){env, fd};
    *ret_folder = folder;
    return RC_OK;
}

void media_folder_close(struct media_folder **folder)
{
    if (*folder)
        close((*folder)->fd);
    free(*folder);
    *folder = NULL;
}

str media_file_name(struct media_folder *folder, struct arena *arena)
{
    unsigned char bytes[MEDIA_NAME_LEN / 2];
    env_random(folder->env, bytes, sizeof bytes);
    return crypto_hex(arena, str_from(bytes, sizeof bytes));
}

/* ---- writing ---- */

static enum rc write_all(int fd, str bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return RC_IO;
        bytes = str_skip(bytes, (size_t)n);
    }
    return RC_OK;
}

static enum rc write_sealed(struct media_folder *folder, int fd, str name, str variant, const struct crypto_key *key,
                            str bytes)
{
    struct strbuf sealed = STRBUF_INIT;
    enum rc rc = RC_OK;
    uint64_t index = 0;
    do { /* an empty file has one empty piece */
        str piece = str_head(bytes, MEDIA_PIECE);
        bytes = str_skip(bytes, piece.len);
        char context[MEDIA_PATH_ROOM];
        strbuf_clear(&sealed);
        crypto_seal(folder->env, key,
                    media_piece_context(name, variant, index++, bytes.len == 0, context, sizeof context), piece,
                    &sealed);
        rc = write_all(fd, strbuf_str(&sealed));
    } while (rc == RC_OK && bytes.len);
    strbuf_fini(&sealed);
    return rc;
}

static enum rc sync_folder(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return RC_IO;
    int failed = fsync(fd);
    close(fd);
    return failed ? RC_IO : RC_OK;
}

static enum rc write_renamed(struct media_folder *folder, const char *temporary, const char *path, str name,
                             str variant, const struct crypto_key *key, str bytes)
{
    int fd = openat(folder->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return RC_IO;
    enum rc rc = write_sealed(folder, fd, name, variant, key, bytes);
    if (rc == RC_OK && fsync(fd) != 0)
        rc = RC_IO;
    if (close(fd) != 0)
        rc = RC_IO;
    char part[3] = {path[0], path[1], 0};
    if (rc == RC_OK)
        rc = make_folder(folder->fd, part);
    if (rc == RC_OK && renameat(folder->fd, temporary, folder->fd, path) != 0)
        rc = RC_IO;
    if (rc == RC_OK)
        rc = sync_folder(folder->fd, part);
    if (rc == RC_OK && fsync(folder->fd) != 0) /* the part itself may be new */
        rc = RC_IO;
    return rc;
}

enum rc media_file_write(struct media_folder *folder, str name, str variant, const struct crypto_key *key, str bytes,
                         struct error *err)
{
    char path[MEDIA_PATH_ROOM], temporary[MEDIA_PATH_ROOM];
    uint64_t salt;
    env_random(folder->env, &salt, sizeof salt);
    media_path(name, variant, path);
    snprintf(temporary, sizeof temporary, "new/%016llx", (unsigned long long)salt);
    enum rc rc = write_renamed(folder, temporary, path, name, variant, key, bytes);
    if (rc != RC_OK) {
        (void)unlinkat(folder->fd, temporary, 0);
        return error_set(err, rc, "cannot write a media file: %s", strerror(errno));
    }
    return RC_OK;
}

bool media_file_exists(struct media_folder *folder, str name, str variant)
{
    char path[MEDIA_PATH_ROOM];
    media_path(name, variant, path);
    return faccessat(folder->fd, path, R_OK, 0) == 0;
}

void media_file_remove(struct media_folder *folder, str name)
{
    char part[3] = {name.ptr[0], name.ptr[1], 0};
    int fd = openat(folder->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (str_starts(str_of(entry->d_name), name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

/* ---- finding orphans ---- */

enum rc media_folder_list(struct media_folder *folder, unsigned part, int64_t min_age_ms, struct arena *arena,
                          str **ret_names, size_t *ret_count)
{
    char name[3];
    snprintf(name, sizeof name, "%02x", part & 0xff);
    VEC(str) names = {0};
    int fd = openat(folder->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    struct stat info;
    int64_t newest = env_now_ms(folder->env) - min_age_ms;
    while (dir && (entry = readdir(dir)))
        if (strlen(entry->d_name) == MEDIA_NAME_LEN && fstatat(dirfd(dir), entry->d_name, &info, 0) == 0
            && (int64_t)info.st_mtime * 1000 < newest)
            vec_push(&names, arena_dup(arena, str_of(entry->d_name)));
    if (dir)
        closedir(dir);
    *ret_names = arena_array(arena, str, names.count);
    if (names.count)
        memcpy(*ret_names, names.items, names.count * sizeof *names.items);
    *ret_count = names.count;
    vec_fini(&names);
    return RC_OK;
}
