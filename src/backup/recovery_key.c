/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/backup.h"
#include "crypto/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static enum rc write_key(const char *path, const struct crypto_key *key, int mode, struct error *err)
{
    struct arena arena = ARENA_INIT;
    str text = crypto_base64(&arena, str_from(key->bytes, CRYPTO_KEY_SIZE), true);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok =
        fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    crypto_wipe((void *)text.ptr, text.len);
    arena_fini(&arena);
    return ok ? RC_OK : error_set(err, reason == EEXIST ? RC_EXISTS : RC_IO, "%.150s: %s", path, strerror(reason));
}

enum rc recovery_key_create(const char *path, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct crypto_key secret, public_key;
    crypto_key_new(env_system(), &secret);
    crypto_box_public(&secret, &public_key);
    enum rc rc = write_key(path, &secret, 0600, err);
    if (rc == RC_OK)
        rc = write_key(arena_printf(&arena, "%s.pub", path).ptr, &public_key, 0644, err);
    crypto_wipe(&secret, sizeof secret);
    arena_fini(&arena);
    return rc;
}

enum rc recovery_key_read(const char *path, struct crypto_key *ret_key, struct error *err)
{
    struct arena arena = ARENA_INIT;
    char text[128];
    str bytes = STR_NONE;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    ssize_t got = read(fd, text, sizeof text);
    close(fd);
    enum rc rc = got <= 0 ? RC_INVALID : crypto_base64_decode(&arena, str_trim(str_from(text, (size_t)got)), &bytes);
    if (rc == RC_OK && bytes.len == CRYPTO_KEY_SIZE)
        memcpy(ret_key->bytes, bytes.ptr, CRYPTO_KEY_SIZE);
    bool fits = rc == RC_OK && bytes.len == CRYPTO_KEY_SIZE;
    crypto_wipe(text, sizeof text);
    arena_fini(&arena);
    return fits ? RC_OK : error_set(err, RC_INVALID, "%.150s is not a recovery key", path);
}
