/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preview/page.h"

#include "base/strbuf.h"
#include "preview/xml_lib.h"

/* Where a text comes from: the first of the sources there is wins. */
enum source { FROM_GRAPH, FROM_CARD, FROM_PAGE, SOURCE_COUNT };

struct texts {
    str of[SOURCE_COUNT];
};

struct reader {
    const struct xml_lib *lib;
    htmlParserCtxtPtr parser;
    struct arena *arena;
    struct texts title, description, image;
    str site_name, type;
    bool in_title;
    struct strbuf page_title;
};

/* What the head can say, by the name or property of a <meta>. */
struct known {
    const char *name;
    size_t offset;
    size_t limit;
};
#define TEXTS(member, source) (offsetof(struct reader, member) + (source) * sizeof(str))
static const struct known known_names[] = {
    {"og:title", TEXTS(title, FROM_GRAPH), PAGE_TITLE_MAX},
    {"twitter:title", TEXTS(title, FROM_CARD), PAGE_TITLE_MAX},
    {"og:description", TEXTS(description, FROM_GRAPH), PAGE_DESCRIPTION_MAX},
    {"twitter:description", TEXTS(description, FROM_CARD), PAGE_DESCRIPTION_MAX},
    {"description", TEXTS(description, FROM_PAGE), PAGE_DESCRIPTION_MAX},
    {"og:image", TEXTS(image, FROM_GRAPH), PAGE_ADDRESS_MAX},
    {"og:image:url", TEXTS(image, FROM_GRAPH), PAGE_ADDRESS_MAX},
    {"og:image:secure_url", TEXTS(image, FROM_GRAPH), PAGE_ADDRESS_MAX},
    {"twitter:image", TEXTS(image, FROM_CARD), PAGE_ADDRESS_MAX},
    {"og:site_name", offsetof(struct reader, site_name), PAGE_TITLE_MAX},
    {"og:type", offsetof(struct reader, type), PAGE_TITLE_MAX},
};

static const struct known *known_of(str name)
{
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++)
        if (str_eq_nocase(name, str_of(known_names[i].name)))
            return &known_names[i];
    return NULL;
}

/* ---- texts ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static str cut(str text, size_t limit)
{
    if (text.len <= limit)
        return text;
    while (limit && ((unsigned char)text.ptr[limit] & 0xc0) == 0x80)
        limit--;
    return str_head(text, limit);
}

static str tidy(struct arena *arena, str text, size_t limit)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < text.len && out.len <= limit; i++) {
        if (!is_space(text.ptr[i]))
            strbuf_add_char(&out, text.ptr[i]);
        else if (out.len && out.ptr[out.len - 1] != ' ')
            strbuf_add_char(&out, ' ');
    }
    str tidied = arena_dup(arena, cut(str_trim(strbuf_str(&out)), limit));
    strbuf_fini(&out);
    return str_is_utf8(tidied) ? tidied : STR_NONE;
}

static void note(struct reader *reader, const struct known *known, str content)
{
    str *place = (str *)((char *)reader + known->offset);
    /* Half an address leads elsewhere. */
    bool whole = known->limit != PAGE_ADDRESS_MAX || content.len <= PAGE_ADDRESS_MAX;
    if (!place->len && whole)
        *place = tidy(reader->arena, content, known->limit);
}

/* ---- what the parser tells ---- */

static void on_meta(struct reader *reader, const xmlChar **attributes)
{
    str content = STR_NONE;
    const struct known *known = NULL;
    for (size_t i = 0; attributes && attributes[i]; i += 2) {
        str name = str_of((const char *)attributes[i]), value = str_of((const char *)attributes[i + 1]);
        if (str_eq(name, S("content")))
            content = value;
        else if (!known && (str_eq(name, S("property")) || str_eq(name, S("name"))))
            known = known_of(value);
    }
    if (known && content.len)
        note(reader, known, content);
}

static void on_start(void *ctx, const xmlChar *element, const xmlChar **attributes)
{
    struct reader *reader = ctx;
    str name = str_of((const char *)element);
    if (str_eq(name, S("meta")))
        on_meta(reader, attributes);
    else if (str_eq(name, S("body"))) /* what follows is for people */
        reader->lib->xmlStopParser(reader->parser);
    reader->in_title = str_eq(name, S("title"));
}

static void on_end(void *ctx, const xmlChar *element)
{
    struct reader *reader = ctx;
    (void)element;
    reader->in_title = false;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct reader *reader = ctx;
    if (reader->in_title && reader->page_title.len < PAGE_TITLE_MAX)
        strbuf_add(&reader->page_title, str_from(text, (size_t)len));
}

/* ---- reading ---- */

static str first(const struct texts *texts)
{
    for (size_t i = 0; i < SOURCE_COUNT; i++)
        if (texts->of[i].len)
            return texts->of[i];
    return STR_NONE;
}

static void set_charset(struct reader *reader, str charset)
{
    xmlCharEncodingHandlerPtr handler =
        charset.len ? reader->lib->xmlFindCharEncodingHandler(arena_cstr(reader->arena, charset)) : NULL;
    if (handler && reader->lib->xmlSwitchToEncoding(reader->parser, handler) != 0)
        reader->lib->xmlStopParser(reader->parser);
}

static void parse(struct reader *reader, str html, str charset)
{
    /* Without an error handler it says nothing anywhere; without one for documents it builds none. */
    htmlSAXHandler handler = {.startElement = on_start, .endElement = on_end, .characters = on_text};
    reader->parser = reader->lib->htmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_NONE);
    if (!reader->parser)
        return;
    reader->lib->htmlCtxtUseOptions(reader->parser,
                                    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    set_charset(reader, charset);
    reader->lib->htmlParseChunk(reader->parser, html.ptr, (int)html.len, 1);
    if (reader->parser->myDoc)
        reader->lib->xmlFreeDoc(reader->parser->myDoc);
    reader->lib->htmlFreeParserCtxt(reader->parser);
}

enum rc preview_page_read(str html, str charset, struct arena *arena, struct preview_page *ret_page)
{
    struct reader reader = {.arena = arena};
    TRY(xml_lib_get(&reader.lib));
    if (html.len > INT32_MAX)
        return RC_TOO_LARGE;
    if (html.len)
        parse(&reader, html, charset);
    reader.title.of[FROM_PAGE] = tidy(arena, strbuf_str(&reader.page_title), PAGE_TITLE_MAX);
    strbuf_fini(&reader.page_title);
    *ret_page = (struct preview_page){.title = first(&reader.title),
                                      .description = first(&reader.description),
                                      .site_name = reader.site_name,
                                      .type = reader.type,
                                      .image = first(&reader.image)};
    return RC_OK;
}

str preview_charset(str content_type)
{
    str parameter, rest = str_split(content_type, ';', &parameter);
    while (rest.len) {
        str name, value;
        rest = str_split(rest, ';', &parameter);
        value = str_trim(str_split(str_trim(parameter), '=', &name));
        if (value.len >= 2 && value.ptr[0] == '"' && str_ends(value, S("\"")))
            value = str_head(str_skip(value, 1), value.len - 2);
        if (str_eq_nocase(str_trim(name), S("charset")) && value.len && value.len <= 40)
            return value;
    }
    return STR_NONE;
}
