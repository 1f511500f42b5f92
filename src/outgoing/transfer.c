/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/transfer.h"

#include <sys/socket.h>
#include <unistd.h>

enum { RETRY_AFTER_MOST_S = 24 * 3600 };

/* ---- a copy of the question ---- */

/* Visible characters, and between them spaces: what can be one line of a head. */
static bool is_line(str text, bool spaces)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == 0x7f || c < 0x20 || (c == ' ' && !spaces))
            return false;
    }
    return true;
}

static bool is_sendable(const struct outgoing_request *request)
{
    bool web = str_starts(request->url, S("http://")) || str_starts(request->url, S("https://"));
    if (!web || !is_line(request->url, false) || !is_line(request->content_type, true))
        return false;
    for (size_t i = 0; i < request->header_count; i++)
        if (!is_line(request->headers[i].name, false) || !is_line(request->headers[i].value, true))
            return false;
    return true;
}

struct transfer *transfer_new(const struct outgoing_request *request, enum outgoing_reach reach)
{
    if (!is_sendable(request))
        return NULL;
    struct arena arena = ARENA_INIT;
    struct transfer *transfer = arena_new(&arena, struct transfer);
    struct outgoing_header *headers = arena_array(&arena, struct outgoing_header, request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        headers[i].name = arena_dup(&arena, request->headers[i].name);
        headers[i].value = arena_dup(&arena, request->headers[i].value);
    }
    transfer->request = *request;
    transfer->request.headers = headers;
    transfer->request.url = str_of(arena_cstr(&arena, request->url));
    transfer->request.content_type = arena_dup(&arena, request->content_type);
    transfer->request.body = arena_dup(&arena, request->body);
    transfer->reach = reach;
    transfer->arena = arena;
    return transfer;
}

/* ---- libcurl's callbacks ---- */

static size_t take_body(char *bytes, size_t one, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    (void)one;
    if (count > transfer->request.answer_limit - transfer->body.len) {
        transfer->too_large = true;
        return 0;
    }
    strbuf_add(&transfer->body, str_from(bytes, count));
    return count;
}

static curl_socket_t open_socket(void *arg, curlsocktype what_for, struct curl_sockaddr *address)
{
    struct transfer *transfer = arg;
    (void)what_for;
    if (!reach_allows(transfer->reach, &address->addr)) {
        transfer->out_of_reach = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- the options ---- */

static bool add_line(struct transfer *transfer, const struct curl_lib *lib, str name, str value)
{
    str line = arena_concat(&transfer->arena, name, S(": "), value);
    struct curl_slist *more = lib->curl_slist_append(transfer->headers, arena_cstr(&transfer->arena, line));
    if (more)
        transfer->headers = more;
    return more != NULL;
}

static bool add_lines(struct transfer *transfer, const struct curl_lib *lib)
{
    const struct outgoing_request *request = &transfer->request;
    for (size_t i = 0; i < request->header_count; i++)
        if (!add_line(transfer, lib, request->headers[i].name, request->headers[i].value))
            return false;
    if (request->content_type.len && !add_line(transfer, lib, S("Content-Type"), request->content_type))
        return false;
    /* A body leaves with its head: no question beforehand whether it may. */
    struct curl_slist *more = lib->curl_slist_append(transfer->headers, "Expect:");
    if (more)
        transfer->headers = more;
    return more != NULL;
}

static void set_method(struct transfer *transfer, const struct curl_lib *lib)
{
    const struct outgoing_request *request = &transfer->request;
    if (request->method == OUTGOING_GET) {
        lib->curl_easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L);
        return;
    }
    lib->curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, request->body.len ? request->body.ptr : "");
    lib->curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    if (request->method == OUTGOING_PUT)
        lib->curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, "PUT");
}

static void set_limits(struct transfer *transfer, const struct curl_lib *lib)
{
    const struct outgoing_request *request = &transfer->request;
    int64_t connect_ms = request->timeout_ms < OUTGOING_CONNECT_MS ? request->timeout_ms : OUTGOING_CONNECT_MS;
    lib->curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->answer_limit);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_FOLLOWLOCATION, request->redirects ? 1L : 0L);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_MAXREDIRS, (long)request->redirects);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    lib->curl_easy_setopt(transfer->easy, CURLOPT_REDIR_PROTOCOLS_STR,
                          str_starts(request->url, S("https:")) ? "https" : "http,https");
    lib->curl_easy_setopt(transfer->easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_PROXY, "");
    lib->curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

enum rc transfer_prepare(struct transfer *transfer, const struct curl_lib *lib)
{
    transfer->easy = lib->curl_easy_init();
    if (!transfer->easy || !add_lines(transfer, lib))
        return RC_NOMEM;
    lib->curl_easy_setopt(transfer->easy, CURLOPT_URL, transfer->request.url.ptr);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_USERAGENT, "Parley/" PARLEY_VERSION);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, take_body);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    lib->curl_easy_setopt(transfer->easy, CURLOPT_OPENSOCKETDATA, transfer);
    set_method(transfer, lib);
    set_limits(transfer, lib);
    return RC_OK;
}

/* ---- the end ---- */

static void transfer_free(struct transfer *transfer, const struct curl_lib *lib)
{
    if (transfer->easy)
        lib->curl_easy_cleanup(transfer->easy);
    if (transfer->headers)
        lib->curl_slist_free_all(transfer->headers);
    strbuf_fini(&transfer->body);
    struct arena arena = transfer->arena;
    arena_fini(&arena);
}

static enum outgoing_outcome outcome_of(const struct transfer *transfer, CURLcode code)
{
    switch (code) {
    case CURLE_OK: return OUTGOING_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT: return OUTGOING_TIMED_OUT;
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_TOO_MANY_REDIRECTS: return OUTGOING_TOO_LARGE;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: return OUTGOING_REFUSED;
    default:
        if (transfer->too_large)
            return OUTGOING_TOO_LARGE;
        return transfer->out_of_reach ? OUTGOING_REFUSED : OUTGOING_FAILED;
    }
}

void transfer_end(struct transfer *transfer, const struct curl_lib *lib, CURLcode code)
{
    struct outgoing_answer answer = {.outcome = outcome_of(transfer, code)};
    if (answer.outcome == OUTGOING_ANSWERED) {
        long status = 0;
        curl_off_t retry_after = 0;
        const char *type = NULL;
        char *redirect = NULL;
        lib->curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        lib->curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
        lib->curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
        answer.status = (int)status;
        answer.retry_after_ms = (retry_after < RETRY_AFTER_MOST_S ? retry_after : RETRY_AFTER_MOST_S) * 1000;
        lib->curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &redirect);
        answer.content_type = str_of(type);
        answer.redirect = str_of(redirect);
        answer.body = strbuf_str(&transfer->body);
    }
    transfer->request.done(transfer->request.ctx, &answer);
    transfer_free(transfer, lib);
}

void transfer_give_up(struct transfer *transfer, const struct curl_lib *lib, enum outgoing_outcome outcome)
{
    struct outgoing_answer answer = {.outcome = outcome};
    transfer->request.done(transfer->request.ctx, &answer);
    transfer_free(transfer, lib);
}
