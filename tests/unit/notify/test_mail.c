/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* E-mails as they travel: headers nobody can add to, text that arrives as it was written. */
#include "crypto/crypto.h"
#include "notify/mail.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

struct fixture {
    struct arena arena;
    struct strbuf out;
};

static int set_up(void **state)
{
    *state = xcalloc(1, sizeof(struct fixture));
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    strbuf_fini(&fixture->out);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static const struct mail plain = {.from_name = STR_INIT("Example"),
                                  .from = STR_INIT("chat@example.org"),
                                  .to = STR_INIT("ada@mail.example"),
                                  .subject = STR_INIT("Hello"),
                                  .text = STR_INIT("One line.\n"),
                                  .id = STR_INIT("AbCd"),
                                  .date_ms = INT64_C(1795878364000)};

static str written(struct fixture *fixture, const struct mail *mail)
{
    strbuf_clear(&fixture->out);
    mail_write(&fixture->out, mail);
    str all = strbuf_str(&fixture->out);
    /* Whatever is in it: lines of 7-bit characters, at most 78 of them, that end with CRLF. */
    size_t line = 0;
    for (size_t i = 0; i < all.len; i++) {
        unsigned char c = (unsigned char)all.ptr[i];
        if (c == '\n') {
            assert_true(i > 0 && all.ptr[i - 1] == '\r');
            line = 0;
            continue;
        }
        assert_true(c == '\r' ? i + 1 < all.len && all.ptr[i + 1] == '\n' : c >= ' ' && c < 0x7f);
        line += c != '\r';
        assert_true(line <= 78);
    }
    return all;
}

static str head_of(str all)
{
    const char *end = memmem(all.ptr, all.len, "\r\n\r\n", 4);
    assert_non_null(end);
    return str_head(all, (size_t)(end - all.ptr) + 2);
}

static str body_of(str all)
{
    return str_skip(all, head_of(all).len + 2);
}

static bool has_line(str head, const char *line)
{
    struct arena arena = ARENA_INIT;
    bool has = str_contains(arena_concat(&arena, S("\r\n"), head, STR_NONE), arena_printf(&arena, "\r\n%s\r\n", line));
    arena_fini(&arena);
    return has;
}

static void a_mail_has_the_headers_it_needs_once(void **state)
{
    str head = head_of(written(*state, &plain));
    assert_true(str_starts(head, S("From: \"Example\"\r\n <chat@example.org>\r\n")));
    assert_true(has_line(head, "To: <ada@mail.example>"));
    assert_true(has_line(head, "Subject: Hello"));
    assert_true(has_line(head, "Date: Sat, 28 Nov 2026 15:06:04 +0000"));
    assert_true(has_line(head, "Message-ID: <AbCd@example.org>"));
    assert_true(has_line(head, "Auto-Submitted: auto-generated"));
    assert_true(has_line(head, "Content-Language: en"));
    assert_true(has_line(head, "MIME-Version: 1.0"));
    assert_true(has_line(head, "Content-Type: text/plain; charset=utf-8"));
    assert_true(has_line(head, "Content-Transfer-Encoding: quoted-printable"));
    assert_true(str_eq(body_of(strbuf_str(&((struct fixture *)*state)->out)), S("One line.\r\n")));
}

/* ---- what a reader makes of it ---- */

/* RFC 2047, as a mail program reads it: encoded words and the blanks between them. */
static str decoded_words(struct arena *arena, str value)
{
    struct strbuf out = STRBUF_INIT;
    while (value.len) {
        str word, bytes;
        if (!str_starts(value, S("=?UTF-8?B?"))) {
            strbuf_add_char(&out, value.ptr[0]);
            value = str_skip(value, 1);
            continue;
        }
        value = str_split(str_skip(value, 10), '?', &word);
        assert_int_equal(crypto_base64_decode(arena, word, &bytes), RC_OK);
        assert_true(str_is_utf8(bytes)); /* no character is torn */
        strbuf_add(&out, bytes);
        value = str_skip(value, 1);
        if (str_starts(value, S("\r\n =?")))
            value = str_skip(value, 3);
    }
    str text = strbuf_to_arena(&out, arena);
    strbuf_fini(&out);
    return text;
}

static str header(struct arena *arena, str head, const char *name)
{
    str begin = arena_printf(arena, "\r\n%s: ", name), whole = arena_concat(arena, S("\r\n"), head, STR_NONE);
    const char *at = memmem(whole.ptr, whole.len, begin.ptr, begin.len);
    assert_non_null(at);
    str value = str_skip(whole, (size_t)(at - whole.ptr) + begin.len);
    size_t len = 0;
    while (len + 2 < value.len && !(value.ptr[len] == '\r' && value.ptr[len + 2] != ' '))
        len++;
    return str_head(value, len);
}

static str read_text(struct arena *arena, str body)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < body.len; i++) {
        unsigned byte;
        if (body.ptr[i] == '\r')
            continue;
        if (body.ptr[i] != '=') {
            strbuf_add_char(&out, body.ptr[i]);
        } else if (body.ptr[i + 1] == '\r') {
            i += 2;
        } else {
            assert_int_equal(sscanf(body.ptr + i + 1, "%2X", &byte), 1);
            strbuf_add_char(&out, (char)byte);
            i += 2;
        }
    }
    str text = strbuf_to_arena(&out, arena);
    strbuf_fini(&out);
    return text;
}

static void subjects_arrive_as_they_were_written(void **state)
{
    struct fixture *fixture = *state;
    static const char *const subjects[] = {
        "Hello",
        "示例：验证您的电子邮箱",
        "A subject in plain letters that is a good deal longer than one line of a header should ever be, to be folded",
        "Ä very löng sübject with ümlauts äll över the pläce, söme öf them ät the edge öf än encöded wörd: äöüäöüäöü",
        "=?UTF-8?B?aGk=?= is not what it seems",
        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98"
        "\x80"
        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80",
    };
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct mail mail = plain;
        mail.subject = str_of(subjects[i]);
        str value = header(&fixture->arena, head_of(written(fixture, &mail)), "Subject");
        assert_true(str_eq(decoded_words(&fixture->arena, value), mail.subject));
    }
}

static void names_arrive_as_they_were_written(void **state)
{
    struct fixture *fixture = *state;
    struct mail mail = plain;
    mail.from_name = S("示例");
    str value = header(&fixture->arena, head_of(written(fixture, &mail)), "From");
    assert_true(str_eq(decoded_words(&fixture->arena, value), S("示例\r\n <chat@example.org>")));
    mail.from_name = S("Example \"Co\\\", <evil@example.net>");
    value = header(&fixture->arena, head_of(written(fixture, &mail)), "From");
    assert_true(str_eq(value, S("\"Example \\\"Co\\\\\\\", <evil@example.net>\"\r\n <chat@example.org>")));
}

static void nothing_in_a_value_ends_its_header(void **state)
{
    struct fixture *fixture = *state;
    static const str evil[] = {STR_INIT("Hello\r\nBcc: eve@example.net"), STR_INIT("Hello\nBcc: eve@example.net"),
                               STR_INIT("Hello\r\n\r\nA body"), STR_INIT("Hello\0\r\nBcc: eve@example.net"),
                               STR_INIT("H\xc3\xa4llo\r\nBcc: eve@example.net")};
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        struct mail mail = plain;
        mail.subject = evil[i];
        mail.from_name = evil[i];
        str all = written(fixture, &mail);
        assert_false(str_contains(all, S("\nBcc")));
        assert_true(str_eq(body_of(all), S("One line.\r\n")));
        str value = decoded_words(&fixture->arena, header(&fixture->arena, head_of(all), "Subject"));
        assert_int_equal(value.len, evil[i].len);
        assert_false(str_contains(value, S("\n")));
    }
}

static void text_arrives_as_it_was_written(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "One line.\n",
        "No end",
        "\n\nBlank lines\n\n",
        ".\n..\n. a dot begins\n",
        "1 = 1\n=41\n",
        "a blank at the end \nand a tab\t\n-- \n",
        "验证码：012345\n请勿告诉任何人。\n",
        "https://chat.example.org/_parley/v1/email/confirm?sid=abcdefghijklmnopqrstuvwxyzabcdef&token="
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct mail mail = plain;
        mail.text = str_of(texts[i]);
        str body = body_of(written(fixture, &mail)), read = read_text(&fixture->arena, body);
        /* The last line ends, whether it did or not. */
        if (!str_ends(mail.text, S("\n")))
            read.len--;
        assert_true(str_eq(read, mail.text));
        for (size_t c = 0; c + 1 < body.len; c++)
            assert_false((body.ptr[c] == ' ' || body.ptr[c] == '\t') && body.ptr[c + 1] == '\r');
    }
}

/* Lines of each length around the limit, with and without a character that takes three. */
static void long_lines_are_cut_where_they_may_be(void **state)
{
    struct fixture *fixture = *state;
    for (size_t len = 70; len < 160; len++) {
        char text[200];
        memset(text, 'a', len);
        text[len - 1] = len % 2 ? 'a' : '=';
        text[len] = '\n';
        struct mail mail = plain;
        mail.text = str_from(text, len + 1);
        str body = body_of(written(fixture, &mail)), line;
        assert_true(str_eq(read_text(&fixture->arena, body), mail.text));
        while (body.len) {
            body = str_split(body, '\n', &line);
            assert_true(line.len <= 77); /* 76 and the CR */
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mail_has_the_headers_it_needs_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(subjects_arrive_as_they_were_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_arrive_as_they_were_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_in_a_value_ends_its_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_arrives_as_it_was_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_lines_are_cut_where_they_may_be, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
