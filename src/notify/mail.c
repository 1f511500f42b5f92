/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/mail.h"

#include <time.h>

enum {
    LINE_MAX = 76,    /* of encoded text, CRLF not counted (RFC 2045 section 6.7) */
    WORD_BYTES = 45,  /* that an encoded word of at most 75 characters holds (RFC 2047 section 2) */
    FIRST_BYTES = 39, /* that one holds behind "Subject: " */
};

/* ---- header values ---- */

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c >= 0x7f)
            return false;
    }
    /* What looks like an encoded word would be read as one. */
    return !str_contains(text, S("=?"));
}

static void add_base64(struct strbuf *out, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        uint32_t three = (uint32_t)bytes[i] << 16;
        if (i + 1 < len)
            three |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < len)
            three |= bytes[i + 2];
        for (size_t d = 0; d < 4; d++)
            strbuf_add_char(out, i + d <= len ? digits[three >> (18 - 6 * d) & 63] : '=');
    }
}

/* Where to cut so that no character is torn. */
static size_t whole_characters(str text, size_t most)
{
    size_t len = text.len < most ? text.len : most;
    while (len && len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* What is not visible becomes a blank, in a copy no longer than the text. */
static void add_encoded(struct strbuf *out, str text)
{
    for (bool first = true; text.len; first = false) {
        unsigned char word[WORD_BYTES];
        size_t len = whole_characters(text, first ? FIRST_BYTES : WORD_BYTES);
        if (!len) /* no UTF-8: nobody could read it */
            return;
        for (size_t i = 0; i < len; i++) {
            unsigned char c = (unsigned char)text.ptr[i];
            word[i] = c < ' ' || c == 0x7f ? ' ' : c;
        }
        strbuf_add(out, first ? S("=?UTF-8?B?") : S("\r\n =?UTF-8?B?"));
        add_base64(out, word, len);
        strbuf_add(out, S("?="));
        text = str_skip(text, len);
    }
}

/* A name before an address: a quoted string (RFC 5322 section 3.2.4), or encoded words. */
static void add_name(struct strbuf *out, str name)
{
    if (!is_plain(name) || name.len > LINE_MAX / 2) {
        add_encoded(out, name);
        return;
    }
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"' || name.ptr[i] == '\\')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, name.ptr[i]);
    }
    strbuf_add_char(out, '"');
}

static void add_subject(struct strbuf *out, str subject)
{
    strbuf_add(out, S("Subject: "));
    if (is_plain(subject) && subject.len <= LINE_MAX - strlen("Subject: "))
        strbuf_add(out, subject);
    else
        add_encoded(out, subject);
    strbuf_add(out, S("\r\n"));
}

static void add_date(struct strbuf *out, int64_t ms)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    gmtime_r(&seconds, &t);
    strbuf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
                  t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* ---- the text: quoted-printable (RFC 2045 section 6.7) ---- */

static bool is_literal(str line, size_t at)
{
    unsigned char c = (unsigned char)line.ptr[at];
    if (c == ' ') /* at the end of a line it would be lost on the way */
        return at + 1 < line.len;
    return c > ' ' && c < 0x7f && c != '=';
}

static void add_line(struct strbuf *out, str line)
{
    size_t used = 0;
    for (size_t i = 0; i < line.len; i++) {
        size_t width = is_literal(line, i) ? 1 : 3;
        if (used + width > LINE_MAX - (i + 1 < line.len)) {
            strbuf_add(out, S("=\r\n"));
            used = 0;
        }
        used += width;
        if (width == 1)
            strbuf_add_char(out, line.ptr[i]);
        else
            strbuf_printf(out, "=%02X", (unsigned char)line.ptr[i]);
    }
    strbuf_add(out, S("\r\n"));
}

static void add_text(struct strbuf *out, str text)
{
    str line;
    while (text.len) {
        text = str_split(text, '\n', &line);
        add_line(out, line);
    }
}

void mail_write(struct strbuf *out, const struct mail *mail)
{
    str host = str_skip(mail->from, str_find_char(mail->from, '@') + 1);
    strbuf_add(out, S("From: "));
    if (mail->from_name.len) {
        add_name(out, mail->from_name);
        strbuf_add(out, S("\r\n "));
    }
    strbuf_printf(out, "<%.*s>\r\nTo: <%.*s>\r\n", STR_ARG(mail->from), STR_ARG(mail->to));
    add_subject(out, mail->subject);
    add_date(out, mail->date_ms);
    strbuf_printf(out,
                  "Message-ID: <%.*s@%.*s>\r\nAuto-Submitted: auto-generated\r\nContent-Language: %s\r\n"
                  "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                  STR_ARG(mail->id), STR_ARG(host), language_tag(mail->language));
    add_text(out, mail->text);
}
