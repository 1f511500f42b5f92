/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/url.h"

#include "outgoing/curl_lib.h"

enum { SET_FLAGS = CURLU_DISALLOW_USER | CURLU_URLENCODE };

static enum rc get_part(const struct curl_lib *lib, CURLU *handle, CURLUPart part, unsigned flags, struct arena *arena,
                        str *ret_text)
{
    char *text = NULL;
    if (lib->curl_url_get(handle, part, &text, flags) != CURLUE_OK)
        return RC_INVALID;
    *ret_text = arena_dup(arena, str_of(text));
    lib->curl_free(text);
    return RC_OK;
}

static enum rc set_url(const struct curl_lib *lib, CURLU *handle, struct arena *arena, str text)
{
    if (!text.len)
        return RC_OK;
    if (memchr(text.ptr, '\0', text.len))
        return RC_INVALID;
    CURLUcode code = lib->curl_url_set(handle, CURLUPART_URL, arena_cstr(arena, text), SET_FLAGS);
    return code == CURLUE_OK ? RC_OK : RC_INVALID;
}

static void lower(str text)
{
    char *bytes = (char *)text.ptr;
    for (size_t i = 0; i < text.len; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] - 'A' + 'a');
}

static enum rc read_parts(const struct curl_lib *lib, CURLU *handle, struct arena *arena, struct outgoing_url *url)
{
    str scheme, port, named;
    uint64_t number;
    TRY(get_part(lib, handle, CURLUPART_SCHEME, 0, arena, &scheme));
    if (!str_eq(scheme, S("http")) && !str_eq(scheme, S("https")))
        return RC_INVALID;
    TRY(get_part(lib, handle, CURLUPART_HOST, CURLU_PUNYCODE, arena, &url->host));
    lower(url->host);
    TRY(get_part(lib, handle, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena, &port));
    TRY(str_to_u64(port, &number));
    url->port = (int)number;
    url->named_port = get_part(lib, handle, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT, arena, &named) == RC_OK;
    /* What is asked for is what was judged, to the letter. */
    if (lib->curl_url_set(handle, CURLUPART_HOST, arena_cstr(arena, url->host), 0) != CURLUE_OK
        || lib->curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK)
        return RC_INVALID;
    return get_part(lib, handle, CURLUPART_URL, 0, arena, &url->whole);
}

enum rc outgoing_url_read(struct arena *arena, str base, str reference, struct outgoing_url *ret_url)
{
    const struct curl_lib *lib;
    TRY(curl_lib_get(&lib));
    CURLU *handle = lib->curl_url();
    if (!handle)
        return RC_NOMEM;
    enum rc rc = set_url(lib, handle, arena, base);
    if (rc == RC_OK)
        rc = reference.len ? set_url(lib, handle, arena, reference) : RC_INVALID;
    if (rc == RC_OK)
        rc = read_parts(lib, handle, arena, ret_url);
    lib->curl_url_cleanup(handle);
    return rc;
}
