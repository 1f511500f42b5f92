/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All registrations that the configuration names. */
#include "appservice/appservice.h"

#include <errno.h>
#include <stdio.h>

static enum rc read_file(const char *path, struct strbuf *bytes, struct error *err)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(err, RC_IO, "%.120s: %s; look at the path, and whether this user may read it", path,
                         strerror(errno));
    bytes->len = fread(strbuf_reserve(bytes, APPSERVICE_MAX_FILE + 1), 1, APPSERVICE_MAX_FILE + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed ? error_set(err, RC_IO, "%.120s cannot be read", path) : RC_OK;
}

enum rc appservice_read_file(struct arena *arena, const char *path, str server_name,
                             const struct appservice **ret_service, struct error *err)
{
    struct strbuf bytes = STRBUF_INIT;
    enum rc rc = read_file(path, &bytes, err);
    if (rc == RC_OK)
        rc = appservice_read_text(arena, path, strbuf_str(&bytes), server_name, ret_service, err);
    if (bytes.ptr)
        crypto_wipe(bytes.ptr, bytes.len);
    strbuf_fini(&bytes);
    return rc;
}

/* What two services may not have in common, in words; NULL: nothing. */
static const char *shared(const struct appservice *a, const struct appservice *b)
{
    if (str_eq(a->id, b->id))
        return "id";
    if (memcmp(a->as_token_hash, b->as_token_hash, sizeof a->as_token_hash) == 0)
        return "as_token";
    if (crypto_equal(a->hs_token, b->hs_token))
        return "hs_token";
    return str_eq(a->sender_id, b->sender_id) ? "sender_localpart" : NULL;
}

static enum rc check_against_earlier(const struct appservice *const *services, const str *paths, size_t count,
                                     struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *what = shared(services[i], services[count]);
        if (what)
            return error_set(err, RC_INVALID, "%.90s: %s is that of %.90s; each service needs its own",
                             paths[count].ptr, what, paths[i].ptr);
    }
    return RC_OK;
}

enum rc appservices_read(struct arena *arena, const str *paths, size_t count, str server_name,
                         struct appservices *ret_services, struct error *err)
{
    if (count > APPSERVICE_MAX_COUNT)
        return error_set(err, RC_INVALID, "appservices.files names more than %d files", APPSERVICE_MAX_COUNT);
    const struct appservice **services = arena_array(arena, const struct appservice *, count);
    str *names = arena_array(arena, str, count);
    for (size_t i = 0; i < count; i++) {
        names[i] = str_of(arena_cstr(arena, paths[i]));
        TRY(appservice_read_file(arena, names[i].ptr, server_name, &services[i], err));
        TRY(check_against_earlier(services, names, i, err));
    }
    *ret_services = (struct appservices){services, count};
    return RC_OK;
}
