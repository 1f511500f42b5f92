/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/proofs.h"

#include "base/strbuf.h"
#include "crypto/crypto.h"
#include "json/json.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

struct proofs {
    str time;
    yyjson_val *tests;
};

static enum rc read_whole(struct arena *arena, const char *path, str *ret_bytes, struct error *err)
{
    struct strbuf buf = STRBUF_INIT;
    FILE *file = fopen(path, "rbe");
    if (!file)
        return error_set(err, errno == ENOENT ? RC_NOT_FOUND : RC_IO, "%.150s: %s", path, strerror(errno));
    size_t got;
    do {
        got = fread(strbuf_reserve(&buf, 1 << 16), 1, 1 << 16, file);
        buf.len += got;
    } while (got);
    bool failed = ferror(file);
    fclose(file);
    *ret_bytes = strbuf_to_arena(&buf, arena);
    strbuf_fini(&buf);
    return failed ? error_set(err, RC_IO, "%.150s cannot be read", path) : RC_OK;
}

static enum rc build_id(struct arena *arena, str *ret_id, struct error *err)
{
    str program;
    unsigned char digest[CRYPTO_SHA256_SIZE];
    TRY(read_whole(arena, "/proc/self/exe", &program, err));
    crypto_sha256(program, digest);
    *ret_id = crypto_hex(arena, (str){(char *)digest, sizeof digest});
    return RC_OK;
}

static enum rc find(struct arena *arena, str *ret_text, struct error *err)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len < 0)
        return error_set(err, RC_NOT_FOUND, "this program's place is not known");
    program[len] = '\0';
    const char *folder = dirname(program);
    if (read_whole(arena, arena_printf(arena, "%s/proofs.json", folder).ptr, ret_text, NULL) == RC_OK)
        return RC_OK;
    return read_whole(arena, arena_printf(arena, "%s/../share/parley/proofs.json", folder).ptr, ret_text, err);
}

enum rc proofs_read(struct arena *arena, const char *path, struct proofs **ret_proofs, struct error *err)
{
    str text, build, own;
    yyjson_val *root;
    struct proofs *proofs = arena_alloc(arena, sizeof *proofs);
    TRY(path ? read_whole(arena, path, &text, err) : find(arena, &text, err));
    TRY(json_parse_object(arena, text, false, &root, err));
    TRY(json_need_str(root, "build", &build, err));
    TRY(json_need_str(root, "time", &proofs->time, err));
    TRY(json_get_array(root, "tests", &proofs->tests, err));
    TRY(build_id(arena, &own, err));
    if (!str_eq(build, own))
        return error_set(err, RC_INVALID, "the proofs are of another build of the program");
    *ret_proofs = proofs;
    return RC_OK;
}

/* A name with a value in it ("of ${n} people") is known up to there. */
static bool is_named(str name, str pattern)
{
    const char *hole = strstr(pattern.ptr, "${");
    return hole ? str_starts(name, str_head(pattern, (size_t)(hole - pattern.ptr))) : str_eq(name, pattern);
}

enum proof proofs_of(const struct proofs *proofs, const struct obligation_test *test)
{
    enum proof proof = PROOF_MISSING;
    size_t i, count;
    yyjson_val *one;
    if (!proofs)
        return PROOF_MISSING;
    yyjson_arr_foreach(proofs->tests, i, count, one)
    {
        if (!str_eq(json_str_of(yyjson_obj_get(one, "suite")), str_of(test->suite))
            || !is_named(json_str_of(yyjson_obj_get(one, "name")), str_of(test->name)))
            continue;
        if (!yyjson_is_true(yyjson_obj_get(one, "ok")))
            return PROOF_FAILED;
        proof = PROOF_PASSED;
    }
    return proof;
}

str proofs_time(const struct proofs *proofs)
{
    return proofs ? proofs->time : S("");
}
