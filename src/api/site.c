/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/site.h"

#include "base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 2000 };

struct site_file {
    str path; /* "/assets/index-abc.js" */
    str type;
    str plain, brotli, gzip; /* mapped; ptr NULL: there is none */
};

struct site {
    struct map files; /* path → struct site_file */
};

static const struct {
    str ending, type;
} types[] = {
    {STR_INIT(".html"), STR_INIT("text/html; charset=utf-8")},
    {STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8")},
    {STR_INIT(".css"), STR_INIT("text/css; charset=utf-8")},
    {STR_INIT(".json"), STR_INIT("application/json")},
    {STR_INIT(".webmanifest"), STR_INIT("application/manifest+json")},
    {STR_INIT(".svg"), STR_INIT("image/svg+xml")},
    {STR_INIT(".png"), STR_INIT("image/png")},
    {STR_INIT(".jpg"), STR_INIT("image/jpeg")},
    {STR_INIT(".webp"), STR_INIT("image/webp")},
    {STR_INIT(".ico"), STR_INIT("image/x-icon")},
    {STR_INIT(".wasm"), STR_INIT("application/wasm")},
    {STR_INIT(".woff2"), STR_INIT("font/woff2")},
    {STR_INIT(".txt"), STR_INIT("text/plain; charset=utf-8")},
};

static str type_of(str path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(path, types[i].ending))
            return types[i].type;
    return S("application/octet-stream");
}

static str map_file(const char *path, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = fd >= 0 && size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (fd >= 0)
        close(fd);
    return bytes == MAP_FAILED ? STR_NONE : str_from(bytes, size);
}

static struct site_file *file_at(struct site *site, str path)
{
    struct site_file *file = map_get_str(&site->files, path);
    if (file)
        return file;
    file = xcalloc(1, sizeof *file + path.len);
    char *name = (char *)(file + 1);
    memcpy(name, path.ptr, path.len);
    file->path = str_from(name, path.len);
    file->type = type_of(file->path);
    map_put_str(&site->files, file->path, file);
    return file;
}

static void add_file(struct site *site, str path, str bytes)
{
    if (str_ends(path, S(".br")))
        file_at(site, str_head(path, path.len - 3))->brotli = bytes;
    else if (str_ends(path, S(".gz")))
        file_at(site, str_head(path, path.len - 3))->gzip = bytes;
    else
        file_at(site, path)->plain = bytes;
}

enum rc site_open(const char *folder, struct site **ret_site, struct error *err)
{
    struct site *site = xcalloc(1, sizeof *site);
    char *roots[] = {(char *)folder, NULL};
    FTS *walk =
        folder && *folder && access(folder, R_OK) == 0 ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    size_t prefix = folder ? strlen(folder) : 0;
    while (prefix && folder[prefix - 1] == '/')
        prefix--;
    for (FTSENT *entry; walk && (entry = fts_read(walk));) {
        if (entry->fts_info != FTS_F || entry->fts_statp->st_size == 0)
            continue;
        str bytes = map_file(entry->fts_path, (size_t)entry->fts_statp->st_size);
        if (!bytes.ptr || site->files.count >= FILES_MAX) {
            fts_close(walk);
            site_close(&site);
            return error_set(err, RC_IO, "cannot read the web app's files");
        }
        add_file(site, str_of(entry->fts_path + prefix), bytes);
    }
    if (walk)
        fts_close(walk);
    *ret_site = site;
    return RC_OK;
}

static void unmap(str bytes)
{
    if (bytes.ptr)
        munmap((void *)bytes.ptr, bytes.len);
}

void site_close(struct site **site)
{
    if (!*site)
        return;
    struct site_file *file;
    for (size_t cursor = 0; (file = map_next(&(*site)->files, &cursor, NULL, NULL));) {
        unmap(file->plain);
        unmap(file->brotli);
        unmap(file->gzip);
        free(file);
    }
    map_fini(&(*site)->files);
    free(*site);
    *site = NULL;
}

/* Is the coding offered, and not with q=0 (RFC 9110, 12.5.3)? */
static bool accepts(str header, str coding)
{
    str item, name;
    while (header.ptr) {
        header = str_split(header, ',', &item);
        str parameters = str_split(item, ';', &name);
        if (!str_eq_nocase(str_trim(name), coding))
            continue;
        str q = str_trim(parameters);
        return !str_starts(q, S("q=0")) || (str_starts(q, S("q=0.")) && !str_eq(q, S("q=0.0")));
    }
    return false;
}

/* Everything the page may do is same-origin; images and media also come from blobs the app made itself. */
static const struct http_header page_headers[] = {
    {STR_INIT("Content-Security-Policy"),
     STR_INIT("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
              "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; "
              "form-action 'self'; frame-ancestors 'none'")},
    {STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff")},
    {STR_INIT("Referrer-Policy"), STR_INIT("no-referrer")},
    {STR_INIT("Cross-Origin-Opener-Policy"), STR_INIT("same-origin")},
    {STR_INIT("Permissions-Policy"),
     STR_INIT("camera=(self), geolocation=(self), microphone=(self), otp-credentials=(self)")},
    {STR_INIT("Vary"), STR_INIT("Accept-Encoding")},
};
enum { PAGE_HEADERS = sizeof page_headers / sizeof *page_headers };

bool site_serve(const struct site *site, struct http_request *request)
{
    if (request->method != HTTP_GET && request->method != HTTP_HEAD)
        return false;
    str path = str_eq(request->path, S("/")) ? S("/index.html") : request->path;
    const struct site_file *file = map_get_str(&site->files, path);
    if (!file || !file->plain.ptr)
        return false;

    struct http_header headers[PAGE_HEADERS + 3];
    size_t count = PAGE_HEADERS;
    memcpy(headers, page_headers, sizeof page_headers);
    bool hashed = str_starts(path, S("/assets/"));
    headers[count++] =
        (struct http_header){S("Cache-Control"), hashed ? S("public, max-age=31536000, immutable") : S("no-cache")};

    str accepted = http_request_header(request, S("accept-encoding")), body = file->plain;
    if (file->brotli.ptr && accepts(accepted, S("br"))) {
        body = file->brotli;
        headers[count++] = (struct http_header){S("Content-Encoding"), S("br")};
    } else if (file->gzip.ptr && accepts(accepted, S("gzip"))) {
        body = file->gzip;
        headers[count++] = (struct http_header){S("Content-Encoding"), S("gzip")};
    }
    if (request->tls)
        headers[count++] =
            (struct http_header){S("Strict-Transport-Security"), S("max-age=31536000; includeSubDomains")};
    struct http_response response = {
        .status = 200, .content_type = file->type, .headers = headers, .header_count = count, .body = body};
    http_reply(request, &response);
    return true;
}
