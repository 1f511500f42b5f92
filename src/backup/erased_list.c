/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/erased_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADING "parley erased subjects 1\n"

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

struct erased erased_union(struct arena *arena, struct erased a, struct erased b)
{
    struct erased both = {arena_array(arena, uint64_t, a.count + b.count + 1), 0};
    size_t all = a.count + b.count, kept = 0;
    if (a.count)
        memcpy(both.subjects, a.subjects, a.count * sizeof *a.subjects);
    if (b.count)
        memcpy(both.subjects + a.count, b.subjects, b.count * sizeof *b.subjects);
    qsort(both.subjects, all, sizeof *both.subjects, by_number);
    for (size_t i = 0; i < all; i++)
        if (!kept || both.subjects[kept - 1] != both.subjects[i])
            both.subjects[kept++] = both.subjects[i];
    both.count = kept;
    return both;
}

static void signer_of(const struct crypto_key *operator_key, struct crypto_signer *ret_signer)
{
    struct crypto_key seed;
    crypto_key_derive(operator_key, "erased list", &seed);
    crypto_signer_from_seed(&seed, ret_signer);
    crypto_wipe(&seed, sizeof seed);
}

str erased_text(struct arena *arena, const struct crypto_key *operator_key, struct erased erased)
{
    struct strbuf body = STRBUF_INIT;
    struct crypto_signer signer;
    unsigned char signature[CRYPTO_SIGNATURE_SIZE];
    strbuf_add(&body, S(HEADING));
    for (size_t i = 0; i < erased.count; i++)
        strbuf_printf(&body, "%llu\n", (unsigned long long)erased.subjects[i]);
    signer_of(operator_key, &signer);
    crypto_signer_sign(&signer, strbuf_str(&body), signature);
    crypto_wipe(&signer, sizeof signer);
    str text =
        arena_concat(arena, crypto_hex(arena, str_from(signature, sizeof signature)), S("\n"), strbuf_str(&body));
    strbuf_fini(&body);
    return text;
}

enum rc erased_parse(struct arena *arena, const struct crypto_key *operator_key, str text, struct erased *ret_erased,
                     struct error *err)
{
    str head, line, body = str_split(text, '\n', &head);
    struct erased erased = {0};
    uint64_t *subjects = arena_array(arena, uint64_t, text.len + 1);
    bool ok = str_starts(body, S(HEADING));
    for (str rest = ok ? str_skip(body, strlen(HEADING)) : STR_NONE; ok && rest.len;) {
        rest = str_split(rest, '\n', &line);
        ok = str_to_u64(line, &subjects[erased.count++]) == RC_OK;
    }
    erased.subjects = subjects;
    /* Signing is deterministic: what this operator signed is what this operator would sign. */
    if (!ok || !crypto_equal(erased_text(arena, operator_key, erased), text))
        return error_set(err, RC_CRYPTO, "%s was changed, or is of another server", ERASED_LIST);
    *ret_erased = erased;
    return RC_OK;
}

enum rc erased_load(struct arena *arena, const struct crypto_key *operator_key, const char *folder,
                    struct erased *ret_erased, struct error *err)
{
    struct stat st;
    int fd = open(arena_printf(arena, "%s/%s", folder, ERASED_LIST).ptr, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, errno == ENOENT ? RC_NOT_FOUND : RC_IO, "%s: %s", ERASED_LIST, strerror(errno));
    size_t size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
    char *text = arena_alloc_raw(arena, size + 1);
    ssize_t got = read(fd, text, size);
    close(fd);
    if (got < 0)
        return error_set(err, RC_IO, "%s: %s", ERASED_LIST, strerror(errno));
    return erased_parse(arena, operator_key, str_from(text, (size_t)got), ret_erased, err);
}

enum rc erased_save(const char *folder, str text, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char *path = arena_printf(&arena, "%s/%s", folder, ERASED_LIST).ptr;
    const char *temporary = arena_printf(&arena, "%s.part", path).ptr;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    ok = ok && rename(temporary, path) == 0;
    enum rc rc = ok ? RC_OK : error_set(err, RC_IO, "%s: %s", ERASED_LIST, strerror(errno));
    arena_fini(&arena);
    return rc;
}
