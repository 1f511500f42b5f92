/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "media/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    struct media_folder *media;
    struct arena arena;
    struct crypto_key key;
    str name;
};

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static int setup(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    assert_int_equal(crypto_init(), RC_OK);
    snprintf(fixture->folder, sizeof fixture->folder, "media-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(media_folder_open(env_system(), str_of(fixture->folder), &fixture->media, NULL), RC_OK);
    crypto_key_new(env_system(), &fixture->key);
    fixture->name = media_file_name(fixture->media, &fixture->arena);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    media_folder_close(&fixture->media);
    nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static str pattern(struct arena *arena, size_t len)
{
    char *bytes = arena_alloc_raw(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(i * 31 + i / 257);
    return str_from(bytes, len);
}

static void what_was_written_is_read_whatever_its_size(void **state)
{
    struct fixture *fixture = *state;
    static const size_t sizes[] = {0, 1, MEDIA_PIECE - 1, MEDIA_PIECE, MEDIA_PIECE + 1, 3 * MEDIA_PIECE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        str bytes = pattern(&fixture->arena, sizes[i]);
        str name = media_file_name(fixture->media, &fixture->arena);
        assert_int_equal(media_file_write(fixture->media, name, STR_NONE, &fixture->key, bytes, NULL), RC_OK);
        struct media_reader *reader;
        uint64_t size;
        assert_int_equal(media_reader_open(fixture->media, name, STR_NONE, &fixture->key, &reader, &size), RC_OK);
        assert_int_equal(size, sizes[i]);
        media_reader_close(&reader);
        struct strbuf read = STRBUF_INIT;
        assert_int_equal(media_file_read(fixture->media, name, STR_NONE, &fixture->key, UINT64_MAX, &read), RC_OK);
        assert_true(str_eq(strbuf_str(&read), bytes));
        strbuf_fini(&read);
    }
}

static void path_of_file(const struct fixture *fixture, char *path, size_t size)
{
    snprintf(path, size, "%s/media/%.2s/%.*s", fixture->folder, fixture->name.ptr, STR_ARG(fixture->name));
}

static enum rc read_back(struct fixture *fixture)
{
    struct strbuf read = STRBUF_INIT;
    enum rc rc = media_file_read(fixture->media, fixture->name, STR_NONE, &fixture->key, UINT64_MAX, &read);
    strbuf_fini(&read);
    return rc;
}

/* What is before the place asked for is not even opened: it is spoilt here. */
static void reading_begins_anywhere_without_what_is_before(void **state)
{
    struct fixture *fixture = *state;
    str bytes = pattern(&fixture->arena, 2 * MEDIA_PIECE + 1000);
    static const uint64_t places[] = {MEDIA_PIECE, MEDIA_PIECE + 1, 2 * MEDIA_PIECE - 1, 2 * MEDIA_PIECE,
                                      2 * MEDIA_PIECE + 999};
    char path[256];
    assert_int_equal(media_file_write(fixture->media, fixture->name, STR_NONE, &fixture->key, bytes, NULL), RC_OK);
    snprintf(path, sizeof path, "%s/media/%.2s/%.*s", fixture->folder, fixture->name.ptr, STR_ARG(fixture->name));
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0 && pwrite(fd, "spoilt", 6, 100) == 6);
    close(fd);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct media_reader *reader;
        struct strbuf got = STRBUF_INIT;
        uint64_t size;
        assert_int_equal(media_reader_open(fixture->media, fixture->name, STR_NONE, &fixture->key, &reader, &size),
                         RC_OK);
        assert_int_equal(media_reader_seek(reader, places[i]), RC_OK);
        while (got.len < size - places[i])
            assert_int_equal(media_reader_next(reader, &got), RC_OK);
        assert_true(str_eq(strbuf_str(&got), str_skip(bytes, (size_t)places[i])));
        strbuf_clear(&got);
        assert_int_equal(media_reader_seek(reader, 0), RC_OK); /* and back */
        assert_int_equal(media_reader_next(reader, &got), RC_CRYPTO);
        assert_int_equal(media_reader_seek(reader, 3 * MEDIA_PIECE), RC_INVALID);
        media_reader_close(&reader);
        strbuf_fini(&got);
    }
}

static void a_file_cut_off_between_two_pieces_is_noticed(void **state)
{
    struct fixture *fixture = *state;
    char path[160];
    str bytes = pattern(&fixture->arena, 2 * MEDIA_PIECE);
    assert_int_equal(media_file_write(fixture->media, fixture->name, STR_NONE, &fixture->key, bytes, NULL), RC_OK);
    path_of_file(fixture, path, sizeof path);
    assert_int_equal(truncate(path, MEDIA_PIECE + CRYPTO_SEAL_OVERHEAD), 0);
    assert_int_equal(read_back(fixture), RC_CRYPTO);
}

static void the_disk_holds_nothing_of_the_plain_bytes(void **state)
{
    struct fixture *fixture = *state;
    char path[160], disk[256];
    str bytes = S("a very private picture of something");
    assert_int_equal(media_file_write(fixture->media, fixture->name, STR_NONE, &fixture->key, bytes, NULL), RC_OK);
    path_of_file(fixture, path, sizeof path);
    int fd = open(path, O_RDONLY);
    ssize_t len = read(fd, disk, sizeof disk);
    close(fd);
    assert_int_equal(len, bytes.len + CRYPTO_SEAL_OVERHEAD);
    assert_false(str_contains(str_from(disk, (size_t)len), S("private")));
    struct crypto_key other;
    crypto_key_new(env_system(), &other);
    fixture->key = other;
    assert_int_equal(read_back(fixture), RC_CRYPTO);
}

static void a_variant_is_no_stand_in_for_the_file_and_goes_with_it(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(media_file_write(fixture->media, fixture->name, STR_NONE, &fixture->key, S("large"), NULL), RC_OK);
    assert_int_equal(media_file_write(fixture->media, fixture->name, S("96x96c"), &fixture->key, S("small"), NULL),
                     RC_OK);
    assert_true(media_file_exists(fixture->media, fixture->name, S("96x96c")));
    char path[160], variant[170];
    path_of_file(fixture, path, sizeof path);
    snprintf(variant, sizeof variant, "%s.96x96c", path);
    assert_int_equal(rename(variant, path), 0);
    assert_int_equal(read_back(fixture), RC_CRYPTO);
    media_file_remove(fixture->media, fixture->name);
    assert_false(media_file_exists(fixture->media, fixture->name, STR_NONE));
}

static void only_old_files_are_listed_for_reaping(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(media_file_write(fixture->media, fixture->name, STR_NONE, &fixture->key, S("x"), NULL), RC_OK);
    char hex[3] = {fixture->name.ptr[0], fixture->name.ptr[1], 0};
    unsigned part = (unsigned)strtoul(hex, NULL, 16);
    str *names;
    size_t count;
    assert_int_equal(media_folder_list(fixture->media, part, 3600000, &fixture->arena, &names, &count), RC_OK);
    assert_int_equal(count, 0);
    assert_int_equal(media_folder_list(fixture->media, part, -3600000, &fixture->arena, &names, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_true(str_eq(names[0], fixture->name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_is_read_whatever_its_size, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_begins_anywhere_without_what_is_before, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_cut_off_between_two_pieces_is_noticed, setup, teardown),
        cmocka_unit_test_setup_teardown(the_disk_holds_nothing_of_the_plain_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_variant_is_no_stand_in_for_the_file_and_goes_with_it, setup, teardown),
        cmocka_unit_test_setup_teardown(only_old_files_are_listed_for_reaping, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
