/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_markdown.h"

struct writer {
    struct strbuf html;
    bool in_list, with_ids;
};

void html_add_escaped(struct strbuf *out, str s)
{
    for (size_t i = 0; i < s.len; i++)
        switch (s.ptr[i]) {
        case '&': strbuf_add(out, S("&amp;")); break;
        case '<': strbuf_add(out, S("&lt;")); break;
        case '>': strbuf_add(out, S("&gt;")); break;
        case '"': strbuf_add(out, S("&quot;")); break;
        default: strbuf_add_char(out, s.ptr[i]);
        }
}

void html_add_hidden(struct strbuf *out, const char *name, str value)
{
    strbuf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    html_add_escaped(out, value);
    strbuf_add(out, S("\">"));
}

/* **emphasis** */
static void add_inline(struct strbuf *out, str text)
{
    bool strong = false;
    for (size_t i = 0, from = 0;; i++) {
        bool mark = i + 1 < text.len && text.ptr[i] == '*' && text.ptr[i + 1] == '*';
        if (i < text.len && !mark)
            continue;
        html_add_escaped(out, (str){text.ptr + from, i - from});
        if (!mark)
            break;
        strbuf_add(out, strong ? S("</strong>") : S("<strong>"));
        strong = !strong;
        from = i + 2;
        i++;
    }
}

/* A clause's "<!-- 1.7 -->" in front of its words. */
static str take_number(str text, str *ret_number)
{
    *ret_number = STR_NONE;
    if (!str_starts(text, S("<!--")))
        return text;
    str inside;
    str rest = str_split(str_skip(text, 4), '>', &inside);
    *ret_number = str_trim(str_head(inside, inside.len - 2));
    return str_trim(rest);
}

static void add_block(struct writer *writer, const char *tag, str text)
{
    str number, words = take_number(text, &number);
    if (writer->with_ids && number.len)
        strbuf_printf(&writer->html, "<%s id=\"%.*s\">", tag, STR_ARG(number));
    else
        strbuf_printf(&writer->html, "<%s>", tag);
    add_inline(&writer->html, words);
    strbuf_printf(&writer->html, "</%s>\n", tag);
}

static void set_list(struct writer *writer, bool on)
{
    if (writer->in_list != on)
        strbuf_add(&writer->html, on ? S("<ul>\n") : S("</ul>\n"));
    writer->in_list = on;
}

static void add_line(struct writer *writer, str line)
{
    bool item = str_starts(line, S("- "));
    set_list(writer, item);
    if (item)
        add_block(writer, "li", str_trim(str_skip(line, 2)));
    else if (str_starts(line, S("### ")))
        add_block(writer, "h3", str_trim(str_skip(line, 4)));
    else if (line.len)
        add_block(writer, "p", line);
}

static size_t count_sections(str text)
{
    size_t count = 0;
    for (str rest = text, line; rest.len;) {
        rest = str_split(rest, '\n', &line);
        count += str_starts(line, S("## "));
    }
    return count;
}

static void end_section(struct writer *writer, struct arena *arena, struct policy_section *section)
{
    set_list(writer, false);
    if (writer->html.len)
        section->html = strbuf_to_arena(&writer->html, arena);
    strbuf_clear(&writer->html);
}

void policy_markdown_sections(struct arena *arena, struct policy_document *document, bool with_ids,
                              struct policy_section **ret_sections, size_t *ret_count)
{
    struct writer writer = {.with_ids = with_ids};
    size_t titled = count_sections(document->text), count = 0;
    struct policy_section *sections = arena_array(arena, struct policy_section, titled + 1);
    for (str rest = document->text, line; rest.len;) {
        rest = str_split(rest, '\n', &line);
        line = str_trim(line);
        if (str_starts(line, S("# "))) {
            document->title = str_skip(line, 2);
        } else if (str_starts(line, S("## "))) {
            str number;
            if (count)
                end_section(&writer, arena, &sections[count - 1]);
            sections[count++].title = str_split(str_skip(line, 3), ' ', &number);
        } else {
            add_line(&writer, line);
        }
    }
    end_section(&writer, arena, &sections[count ? count - 1 : 0]);
    strbuf_fini(&writer.html);
    *ret_sections = sections;
    *ret_count = titled ? titled : 1;
}

str policy_markdown_html(struct arena *arena, str text)
{
    struct writer writer = {0};
    for (str rest = text, line; rest.len;) {
        rest = str_split(rest, '\n', &line);
        add_line(&writer, str_trim(line));
    }
    set_list(&writer, false);
    str html = strbuf_to_arena(&writer.html, arena);
    strbuf_fini(&writer.html);
    return html;
}

void policy_markdown_add_inline(struct strbuf *out, str text)
{
    add_inline(out, text);
}
