/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Obligation 1.15: what a picture says beside the picture is removed before it is stored. */
#include "support/cmocka.h"

#include "media/strip.h"

#define SECRET "52.5N 13.4E"

/* A TIFF block, little endian: Orientation 6, then a secret. */
#define TIFF_ROTATED "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0" SECRET

static bool has(const struct strbuf *buf, str needle)
{
    return str_contains(strbuf_str(buf), needle);
}

static void strip(const char *type, str bytes, struct strbuf *out)
{
    bool known;
    assert_int_equal(media_strip(str_of(type), bytes, out, &known), RC_OK);
    assert_true(known);
    assert_false(has(out, S(SECRET)));
}

static void orientation_is_read_in_both_byte_orders(void **state)
{
    (void)state;
    assert_int_equal(exif_orientation(S(TIFF_ROTATED)), 6);
    unsigned char minimal[EXIF_MINIMAL_SIZE];
    exif_minimal(8, minimal);
    assert_int_equal(exif_orientation(str_from(minimal, sizeof minimal)), 8);
    assert_int_equal(exif_orientation(S("II*\0\xff\xff\xff\xff------")), 1);
    assert_int_equal(exif_orientation(S("II*\0")), 1);
}

static void test_1_15_a_jpeg_keeps_orientation_and_profile_only(void **state)
{
    (void)state;
    /* SOI, JFIF, Exif (2 + 6 + 26 + 11 = 45), ICC, IPTC, comment, a scan, EOI, and a film behind it. */
    static const str jpeg = STR_INIT("\xff\xd8"
                                     "\xff\xe0\0\x07JFIF\0"
                                     "\xff\xe1\0\x2d"
                                     "Exif\0\0" TIFF_ROTATED "\xff\xe2\0\x11ICC_PROFILE\0pqr"
                                     "\xff\xed\0\x0d" SECRET "\xff\xfe\0\x0d" SECRET "\xff\xda\0\x04zz"
                                     "data\xff\0more\xff\xd0rest"
                                     "\xff\xd9"
                                     "film " SECRET);
    struct strbuf out = STRBUF_INIT;
    strip("image/jpeg", jpeg, &out);
    assert_true(has(&out, S("ICC_PROFILE\0pqr")));
    assert_true(has(&out, S("data\xff\0more\xff\xd0rest\xff\xd9")));
    assert_true(str_ends(strbuf_str(&out), S("rest\xff\xd9")));
    /* Right behind JFIF, and saying 6. */
    str exif = str_skip(strbuf_str(&out), 2 + 9);
    assert_true(str_starts(exif, S("\xff\xe1\0\x22"
                                   "Exif\0\0MM\0*")));
    assert_int_equal(exif_orientation(str_skip(exif, 10)), 6);
    strbuf_fini(&out);
}

static void a_jpeg_cut_off_in_its_data_is_ended(void **state)
{
    (void)state;
    struct strbuf out = STRBUF_INIT;
    strip("image/jpeg", S("\xff\xd8\xff\xda\0\x04zzda"), &out);
    assert_true(str_eq(strbuf_str(&out), S("\xff\xd8\xff\xda\0\x04zzda\xff\xd9")));
    strbuf_fini(&out);
}

static void damaged_pictures_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        str bytes;
    } cases[] = {
        {"image/jpeg", STR_INIT("\xff\xd8\xff\xe1\xff\xff short")},
        {"image/jpeg", STR_INIT("\xff\xd8no marker")},
        {"image/png", STR_INIT("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR....")},
        {"image/png", STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\0tEXt....")},
        {"image/webp", STR_INIT("RIFF\xff\xff\xff\x7fWEBPVP8 \0\0\0\0")},
        {"image/heic", STR_INIT("\0\0\0\x08meta")},
        {"video/mp4", STR_INIT("\0\0\xff\xff"
                               "ftypmp42")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = STRBUF_INIT;
        bool known;
        assert_int_equal(media_strip(str_of(cases[i].type), cases[i].bytes, &out, &known), RC_INVALID);
        strbuf_fini(&out);
    }
}

static void a_png_keeps_its_picture_and_orientation(void **state)
{
    (void)state;
    static const str png = STR_INIT("\x89PNG\r\n\x1a\n"
                                    "\0\0\0\x02IHDRab...."
                                    "\0\0\0\x0btEXt" SECRET "...."
                                    "\0\0\0\x25"
                                    "eXIf" TIFF_ROTATED "...."
                                    "\0\0\0\x03iCCPpqr...."
                                    "\0\0\0\x02IDATxy...."
                                    "\0\0\0\0IEND...." SECRET);
    struct strbuf out = STRBUF_INIT;
    strip("image/png", png, &out);
    assert_true(has(&out, S("\0\0\0\x02IDATxy....")));
    assert_true(has(&out, S("iCCPpqr")));
    assert_true(has(&out, S("\0\0\0\x1a"
                            "eXIfMM\0*")));
    assert_true(str_ends(strbuf_str(&out), S("IEND....")));
    strbuf_fini(&out);
}

/* A piece of a container: its length (little endian for RIFF), its name, its bytes. */
static void add_chunk(struct strbuf *buf, const char *name, str bytes)
{
    strbuf_add(buf, str_from(name, 4));
    for (int i = 0; i < 4; i++)
        strbuf_add_char(buf, (char)(bytes.len >> 8 * i));
    strbuf_add(buf, bytes);
    if (bytes.len & 1)
        strbuf_add_char(buf, 0);
}

static void add_box(struct strbuf *buf, const char *name, str bytes)
{
    for (int i = 3; i >= 0; i--)
        strbuf_add_char(buf, (char)((bytes.len + 8) >> 8 * i));
    strbuf_add(buf, str_from(name, 4));
    strbuf_add(buf, bytes);
}

static void a_webp_forgets_and_says_so_in_its_flags(void **state)
{
    (void)state;
    struct strbuf chunks = STRBUF_INIT, in = STRBUF_INIT, out = STRBUF_INIT;
    strbuf_add(&chunks, S("WEBP"));
    add_chunk(&chunks, "VP8X", S("\x2c\0\0\0......"));
    add_chunk(&chunks, "VP8 ", S("data"));
    add_chunk(&chunks, "EXIF", S(TIFF_ROTATED));
    add_chunk(&chunks, "XMP ", S(SECRET));
    add_chunk(&in, "RIFF", strbuf_str(&chunks));
    strip("image/webp", strbuf_str(&in), &out);
    assert_true(has(&out, S("VP8 \x04\0\0\0data")));
    assert_true(has(&out, S("EXIF\x1a\0\0\0MM\0*")));
    assert_false(has(&out, S("XMP ")));
    assert_int_equal(out.ptr[20] & 0x0c, 0x08); /* Exif yes, XMP no */
    assert_int_equal((unsigned char)out.ptr[4], out.len - 8);
    strbuf_fini(&chunks);
    strbuf_fini(&in);
    strbuf_fini(&out);
}

static void test_1_15_heic_metadata_is_blanked_where_it_stands(void **state)
{
    (void)state;
    struct strbuf infe = STRBUF_INIT, iinf = STRBUF_INIT, meta = STRBUF_INIT, in = STRBUF_INIT, out = STRBUF_INIT;
    /* Item 7 is Exif: eleven bytes at 0x65, where mdat's content begins. */
    add_box(&infe, "infe",
            S("\x02\0\0\0\0\x07\0\0"
              "Exif\0"));
    strbuf_add(&iinf, S("\0\0\0\0\0\x01"));
    strbuf_add(&iinf, strbuf_str(&infe));
    strbuf_add(&meta, S("\0\0\0\0"));
    add_box(&meta, "iinf", strbuf_str(&iinf));
    add_box(&meta, "iloc", S("\0\0\0\0\x44\0\0\x01\0\x07\0\0\0\x01\0\0\0\x65\0\0\0\x0b"));
    add_box(&in, "ftyp", S("heic\0\0\0\0"));
    add_box(&in, "meta", strbuf_str(&meta));
    assert_int_equal(in.len + 8, 0x65);
    add_box(&in, "mdat", S(SECRET "ok"));
    strip("image/heic", strbuf_str(&in), &out);
    assert_int_equal(out.len, in.len);
    assert_true(str_ends(strbuf_str(&out), S("\0\0ok")));
    strbuf_fini(&infe);
    strbuf_fini(&iinf);
    strbuf_fini(&meta);
    strbuf_fini(&in);
    strbuf_fini(&out);
}

static void test_1_15_a_films_user_data_becomes_free_space(void **state)
{
    (void)state;
    static const str film = STR_INIT("\0\0\0\x0c"
                                     "ftypmp42"
                                     "\0\0\0\x23"
                                     "moov"
                                     "\0\0\0\x13"
                                     "udta" SECRET "\0\0\0\x08"
                                     "trak"
                                     "\0\0\0\x0c"
                                     "mdatdata");
    struct strbuf out = STRBUF_INIT;
    strip("video/mp4", film, &out);
    assert_int_equal(out.len, film.len);
    assert_true(has(&out, S("\0\0\0\x13"
                            "free\0\0\0")));
    assert_true(has(&out, S("mdatdata")));
    strbuf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orientation_is_read_in_both_byte_orders),
        cmocka_unit_test(test_1_15_a_jpeg_keeps_orientation_and_profile_only),
        cmocka_unit_test(a_jpeg_cut_off_in_its_data_is_ended),
        cmocka_unit_test(damaged_pictures_are_refused),
        cmocka_unit_test(a_png_keeps_its_picture_and_orientation),
        cmocka_unit_test(a_webp_forgets_and_says_so_in_its_flags),
        cmocka_unit_test(test_1_15_heic_metadata_is_blanked_where_it_stands),
        cmocka_unit_test(test_1_15_a_films_user_data_becomes_free_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
