/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The operator's key: 32 bytes in a file of its own, from which every other secret of the server is derived. */
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A new name is only durable once its folder is. */
static enum rc folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return RC_IO;
    enum rc rc = fsync(fd) == 0 ? RC_OK : RC_IO;
    close(fd);
    return rc;
}

static enum rc key_create(struct store *store, const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, RC_IO, "cannot create operator.key: %m");
    crypto_key_new(store->env, &store->master);
    bool written = write(fd, store->master.bytes, CRYPTO_KEY_SIZE) == CRYPTO_KEY_SIZE && fsync(fd) == 0;
    if (close(fd) != 0 || !written || folder_sync(store->folder) != RC_OK) {
        unlink(path);
        return error_set(err, RC_IO, "cannot write operator.key");
    }
    return RC_OK;
}

static enum rc key_read(struct store *store, int fd, struct error *err)
{
    unsigned char bytes[CRYPTO_KEY_SIZE + 1];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got == CRYPTO_KEY_SIZE)
        memcpy(store->master.bytes, bytes, CRYPTO_KEY_SIZE);
    crypto_wipe(bytes, sizeof bytes);
    return got == CRYPTO_KEY_SIZE ? RC_OK : error_set(err, RC_CRYPTO, "operator.key is not a key of 32 bytes");
}

enum rc operator_key_load(struct store *store, bool first_start, struct error *err)
{
    char *path = store_path(store, "operator.key");
    enum rc rc;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        rc = key_read(store, fd, err);
        close(fd);
    } else if (errno == ENOENT && first_start) {
        rc = key_create(store, path, err);
    } else if (errno == ENOENT) {
        rc = error_set(err, RC_CRYPTO, "operator.key is missing: without it nothing in this folder can be read");
    } else {
        rc = error_set(err, RC_IO, "cannot read operator.key: %m");
    }
    free(path);
    TRY(rc);
    crypto_key_derive(&store->master, "wrap AES-256-GCM", &store->wrap_key);
    crypto_key_derive(&store->master, "wrap", &store->seal_wrap_key);
    crypto_key_derive(&store->master, "blind", &store->blind_key);
    crypto_key_derive(&store->master, "server", &store->server_key);
    return RC_OK;
}
