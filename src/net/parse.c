/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Requests out of bytes. llhttp is the grammar; what it lets through and Parley does not is refused here: folded
 * header lines, a missing or doubled Host, targets that are not a path, heads and bodies over their limits.
 *
 * Handlers are never called from inside llhttp: it is paused when the head and when the message is complete.
 */
#include "net/address.h"
#include "net/http_private.h"

#include <stdlib.h>

enum { TARGET_MAX = 16 * 1024, CODING_EXTRA_MAX = 16 * 1024 };

/* ---- requests' memory ---- */

static struct head *head_new(struct hub *hub)
{
    struct head *head = hub->spare_heads;
    if (!head)
        return xcalloc(1, sizeof *head);
    hub->spare_heads = head->spare_next;
    hub->spare_head_count--;
    return head;
}

static void head_delete(struct head *head)
{
    strbuf_fini(&head->bytes);
    vec_fini(&head->ends);
    free(head);
}

static void head_free(struct request *request)
{
    struct hub *hub = request->hub;
    struct head *head = request->head;
    request->head = NULL;
    if (!head)
        return;
    if (hub->spare_head_count == HEADS_KEPT) {
        head_delete(head);
        return;
    }
    strbuf_clear(&head->bytes);
    head->ends.count = 0;
    head->spare_next = hub->spare_heads;
    hub->spare_heads = head;
    hub->spare_head_count++;
}

struct request *request_new(struct conn *conn)
{
    struct hub *hub = conn->hub;
    struct request *request = hub->spare;
    if (request) {
        hub->spare = request->spare_next;
        hub->spare_count--;
    } else {
        request = xcalloc(1, sizeof *request);
    }
    hub->requests_out++;
    request->conn = conn;
    request->hub = hub;
    request->head = head_new(hub);
    request->pub =
        (struct http_request){.arena = &request->arena, .loop = hub->loop, .peer = conn->peer, .tls = conn->ssl};
    return request;
}

static void request_delete(struct request *request)
{
    arena_fini(&request->arena);
    free(request);
}

void request_free(struct request *request)
{
    struct hub *hub = request->hub;
    arena_reset(&request->arena);
    strbuf_fini(&request->body);
    head_free(request);
    hub->requests_out--;
    hub_stop_if_done(hub);
    if (hub->spare_count == REQUESTS_KEPT) {
        request_delete(request);
        return;
    }
    request->keep_alive = request->old_version = false;
    request->conn = NULL;
    request->spare_next = hub->spare;
    hub->spare = request;
    hub->spare_count++;
}

void requests_fini(struct hub *hub)
{
    for (struct request *request = hub->spare, *next; request; request = next) {
        next = request->spare_next;
        request_delete(request);
    }
    for (struct head *head = hub->spare_heads, *next; head; head = next) {
        next = head->spare_next;
        head_delete(head);
    }
}

/* ---- llhttp's callbacks ---- */

static int fail(struct conn *conn, int status)
{
    conn->error_status = status;
    return HPE_USER;
}

static int head_add(struct conn *conn, const char *at, size_t len)
{
    conn->head_bytes += len;
    if (conn->head_bytes > conn->hub->server->limits.head_bytes)
        return fail(conn, 431);
    strbuf_add(&conn->request->head->bytes, str_from(at, len));
    return 0;
}

static int end_part(struct conn *conn)
{
    struct head *head = conn->request->head;
    vec_push(&head->ends, head->bytes.len);
    return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
    struct conn *conn = parser->data;
    if (conn->request->head->bytes.len + len > TARGET_MAX)
        return fail(conn, 414);
    return head_add(conn, at, len);
}

static int on_url_complete(llhttp_t *parser)
{
    return end_part(parser->data);
}

/* Trailers and chunk extensions are read and dropped; they may not grow without end. */
static int extra_skip(struct conn *conn, size_t len)
{
    conn->coding_extra += len + 1;
    return conn->coding_extra > CODING_EXTRA_MAX ? fail(conn, 400) : 0;
}

static int on_chunk_extension(llhttp_t *parser, const char *at, size_t len)
{
    (void)at;
    return extra_skip(parser->data, len);
}

static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
    struct conn *conn = parser->data;
    return conn->state == CONN_HEAD ? head_add(conn, at, len) : extra_skip(conn, len);
}

static int on_header_field_complete(llhttp_t *parser)
{
    struct conn *conn = parser->data;
    if (conn->state != CONN_HEAD)
        return 0;
    conn->head_bytes += 4; /* ": " and the line's end */
    if (conn->request->head->ends.count / 2 >= (size_t)conn->hub->server->limits.header_count)
        return fail(conn, 431);
    return end_part(conn);
}

static int on_header_value(llhttp_t *parser, const char *at, size_t len)
{
    struct conn *conn = parser->data;
    return conn->state == CONN_HEAD ? head_add(conn, at, len) : extra_skip(conn, len);
}

static int on_header_value_complete(llhttp_t *parser)
{
    struct conn *conn = parser->data;
    return conn->state == CONN_HEAD ? end_part(conn) : 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    parser->upgrade = 0; /* an offer that is declined by answering as usual */
    return HPE_PAUSED;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    struct conn *conn = parser->data;
    struct request *request = conn->request;
    if (request->body.len + len > request->pub.body_limit)
        return fail(conn, 413);
    strbuf_add(&request->body, str_from(at, len));
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    (void)parser;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_url_complete = on_url_complete,
    .on_header_field = on_header_field,
    .on_header_field_complete = on_header_field_complete,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_chunk_extension_name = on_chunk_extension,
    .on_chunk_extension_value = on_chunk_extension,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void parse_begin(struct conn *conn)
{
    llhttp_init(&conn->parser, HTTP_REQUEST, &settings);
    conn->parser.data = conn;
    conn->head_bytes = conn->coding_extra = 0;
    conn->scan = 0;
    conn->error_status = 0;
}

/* ---- folded lines ---- */

enum { SCAN_NOTHING, SCAN_IN_LINE, SCAN_LINE_END, SCAN_HEAD_END };

/* Is there a line of the head that begins with white space (RFC 9112, 5.2)? Stops at the head's end. */
static bool has_fold(struct conn *conn, str bytes)
{
    for (size_t i = 0; i < bytes.len && conn->scan != SCAN_HEAD_END; i++) {
        char c = bytes.ptr[i];
        if (conn->scan == SCAN_LINE_END && (c == ' ' || c == '\t'))
            return true;
        if (c == '\n') {
            conn->scan = conn->scan == SCAN_LINE_END  ? SCAN_HEAD_END
                         : conn->scan == SCAN_NOTHING ? SCAN_NOTHING
                                                      : SCAN_LINE_END;
        } else if (c != '\r') {
            conn->scan = SCAN_IN_LINE;
            const char *end = memchr(bytes.ptr + i, '\n', bytes.len - i);
            if (!end)
                return false;
            i = (size_t)(end - bytes.ptr) - 1;
        }
    }
    return false;
}

/* ---- the head ---- */

static enum http_method method_of(const llhttp_t *parser)
{
    switch (parser->method) {
    case LLHTTP_METHOD_GET: return HTTP_GET;
    case LLHTTP_METHOD_HEAD: return HTTP_HEAD;
    case LLHTTP_METHOD_POST: return HTTP_POST;
    case LLHTTP_METHOD_PUT: return HTTP_PUT;
    case LLHTTP_METHOD_DELETE: return HTTP_DELETE;
    case LLHTTP_METHOD_OPTIONS: return HTTP_OPTIONS;
    case LLHTTP_METHOD_PATCH: return HTTP_PATCH;
    default: return HTTP_OTHER;
    }
}

static void lower(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] += 'a' - 'A';
}

/* Only the path form of a target is served (RFC 9112, 3.2.1); RC_INVALID for anything else. */
static enum rc take_target(struct request *request, str target)
{
    if (target.len == 0 || target.ptr[0] != '/' || str_find_char(target, '#') < target.len)
        return RC_INVALID;
    str query = str_split(target, '?', &request->pub.path);
    request->pub.query = query.ptr ? query : S("");
    return RC_OK;
}

/* Cuts the head into target and headers, which from now on live with the request. */
static enum rc take_head(struct conn *conn)
{
    struct request *request = conn->request;
    const struct head *head = request->head;
    if (head->ends.count % 2 == 0)
        return RC_INVALID;
    size_t count = (head->ends.count - 1) / 2, hosts = 0;
    char *bytes = arena_cstr(&request->arena, strbuf_str(&head->bytes));
    struct http_header *headers = arena_array(&request->arena, struct http_header, count);
    for (size_t i = 0, at = head->ends.items[0]; i < count; i++) {
        size_t name_end = head->ends.items[1 + 2 * i], value_end = head->ends.items[2 + 2 * i];
        lower(bytes + at, name_end - at);
        headers[i] = (struct http_header){str_from(bytes + at, name_end - at),
                                          str_trim(str_from(bytes + name_end, value_end - name_end))};
        hosts += str_eq(headers[i].name, S("host"));
        at = value_end;
    }
    request->pub.headers = headers;
    request->pub.header_count = count;
    request->pub.method = method_of(&conn->parser);
    request->old_version = conn->parser.http_minor == 0;
    if (conn->parser.http_major != 1 || hosts > 1 || (hosts == 0 && !request->old_version))
        return RC_INVALID;
    return take_target(request, str_from(bytes, head->ends.items[0]));
}

static bool is_proxy(const struct http_server *server, const struct net_address *address)
{
    for (size_t i = 0; i < server->proxy_count; i++)
        if (net_address_same_ip(&server->proxies[i], address))
            return true;
    return false;
}

/* A proxy may add a line of its own below those the client sent: only the last is its word. */
static str last_header(const struct http_request *pub, str name)
{
    for (size_t i = pub->header_count; i > 0; i--)
        if (str_eq(pub->headers[i - 1].name, name))
            return pub->headers[i - 1].value;
    return STR_NONE;
}

/* A declared proxy's word: the last address that is not itself a declared proxy is the client. */
static void believe_proxy(struct conn *conn)
{
    struct http_request *pub = &conn->request->pub;
    if (!conn->hub->server->proxy_count || !is_proxy(conn->hub->server, &conn->peer))
        return;
    str chain = last_header(pub, S("x-forwarded-for"));
    while (chain.len) {
        size_t comma = chain.len;
        while (comma && chain.ptr[comma - 1] != ',')
            comma--;
        struct net_address hop;
        if (net_address_parse(str_trim(str_skip(chain, comma)), &hop) != RC_OK)
            break;
        pub->peer = hop;
        if (!is_proxy(conn->hub->server, &hop))
            break;
        chain = str_head(chain, comma ? comma - 1 : 0);
    }
    pub->tls = str_eq_nocase(last_header(pub, S("x-forwarded-proto")), S("https"));
}

/* "chunked" and nothing else, once, and not from HTTP/1.0 (RFC 9112, 6.1); 0 or the status that refuses it. */
static int refuse_coding(const struct request *request)
{
    size_t codings = 0;
    bool known = true;
    for (size_t i = 0; i < request->pub.header_count; i++)
        if (str_eq(request->pub.headers[i].name, S("transfer-encoding"))) {
            codings++;
            known &= str_eq_nocase(request->pub.headers[i].value, S("chunked"));
        }
    return codings == 0 ? 0 : codings > 1 || request->old_version ? 400 : known ? 0 : 501;
}

static bool has_body(const llhttp_t *parser)
{
    return parser->flags & F_CHUNKED || (parser->flags & F_CONTENT_LENGTH && parser->content_length);
}

/* False: answered or closed; nothing more of this connection is to be parsed. */
static bool head_complete(struct conn *conn)
{
    struct request *request = conn->request;
    struct http_server *server = conn->hub->server;
    if (take_head(conn) != RC_OK) {
        respond_error(conn, 400);
        return false;
    }
    head_free(request);
    int refused = refuse_coding(request);
    if (refused) {
        respond_error(conn, refused);
        return false;
    }
    believe_proxy(conn);
    request->keep_alive = llhttp_should_keep_alive(&conn->parser);
    bool body = has_body(&conn->parser);
    conn_set_state(conn, CONN_HANDLING); /* so that on_head may answer */
    conn->close_after = body || !request->keep_alive;
    server->handler.on_head(server->handler.ctx, &request->pub);
    if (conn->dead || conn->request != request)
        return false;
    conn->close_after = false;
    if (conn->parser.flags & F_CONTENT_LENGTH && conn->parser.content_length > request->pub.body_limit) {
        respond_error(conn, 413);
        return false;
    }
    if (!body) { /* complete within this very call: no deadline to set */
        conn->state = CONN_BODY;
        return true;
    }
    conn_set_state(conn, CONN_BODY);
    if (str_eq_nocase(http_request_header(&request->pub, S("expect")), S("100-continue")) && !request->old_version) {
        conn->state = CONN_HANDLING;
        strbuf_add(&conn->out, S("HTTP/1.1 100 Continue\r\n\r\n"));
        conn_flush_interim(conn);
        if (conn->dead)
            return false;
        conn_set_state(conn, CONN_BODY);
    }
    if (conn->parser.flags & F_CONTENT_LENGTH)
        strbuf_reserve(&request->body,
                       conn->parser.content_length < BODY_RESERVE ? conn->parser.content_length : BODY_RESERVE);
    return true;
}

/* ---- feeding ---- */

static void message_complete(struct conn *conn)
{
    struct request *request = conn->request;
    struct http_server *server = conn->hub->server;
    request->pub.body = strbuf_str(&request->body);
    conn->close_after = !request->keep_alive;
    conn_set_state(conn, CONN_HANDLING);
    count_up(&conn->hub->requests_total, 1);
    server->handler.on_request(server->handler.ctx, &request->pub);
}

static void head_begin(struct conn *conn)
{
    conn->request = request_new(conn);
    conn_set_state(conn, CONN_HEAD);
}

/* One request out of the bytes, or as far as they go. Returns what is left for the next one. */
static str feed_one(struct conn *conn, str bytes)
{
    if (conn->state == CONN_IDLE)
        head_begin(conn);
    if (conn->state == CONN_HEAD && has_fold(conn, bytes)) {
        respond_error(conn, 400);
        return STR_NONE;
    }
    for (;;) {
        llhttp_errno_t error = llhttp_execute(&conn->parser, bytes.ptr, bytes.len);
        if (error == HPE_OK)
            return STR_NONE;
        if (error != HPE_PAUSED && error != HPE_PAUSED_UPGRADE) {
            respond_error(conn, conn->error_status ? conn->error_status : 400);
            return STR_NONE;
        }
        const char *stop = llhttp_get_error_pos(&conn->parser);
        bytes = str_skip(bytes, (size_t)(stop - bytes.ptr));
        if (conn->state == CONN_BODY || error == HPE_PAUSED_UPGRADE)
            return bytes.ptr ? bytes : S("");
        llhttp_resume(&conn->parser);
        bool body = has_body(&conn->parser);
        if (head_complete(conn))
            continue;
        /* Refused by its head alone: what follows is the next request, unless this was the last one. */
        if (!body && !conn->dead && (conn->state == CONN_IDLE || conn->state == CONN_SENDING))
            return bytes.len ? bytes : STR_NONE;
        return STR_NONE;
    }
}

void parse_feed(struct conn *conn, str bytes)
{
    struct strbuf ahead = STRBUF_INIT;
    for (;;) {
        str rest = feed_one(conn, bytes);
        if (!rest.ptr || conn->dead || conn->state == CONN_LINGER)
            break;
        /* The handler may turn to other connections: what is left must not stay in a shared buffer. */
        struct strbuf next = STRBUF_INIT;
        if (rest.len)
            strbuf_add(&next, rest);
        strbuf_fini(&ahead);
        ahead = next;
        if (conn->state == CONN_SENDING) {
            strbuf_add(&conn->ahead, strbuf_str(&ahead));
            break;
        }
        if (conn->state == CONN_IDLE) {
            bytes = strbuf_str(&ahead);
            continue;
        }
        if (conn->state != CONN_BODY) { /* an upgrade that is not offered */
            respond_error(conn, 400);
            break;
        }
        message_complete(conn);
        if (conn->dead || conn->state == CONN_LINGER || ahead.len == 0)
            break;
        if (conn->state != CONN_IDLE) {
            strbuf_add(&conn->ahead, strbuf_str(&ahead));
            break;
        }
        bytes = strbuf_str(&ahead);
    }
    strbuf_fini(&ahead);
}
