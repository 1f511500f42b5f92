/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Small pictures are made once, and so are attempts at what is no picture. */
#include "media/pictures.h"
#include "media/sniff.h"
#include "media/workshop.h"
#include "support/cmocka.h"
#include "support/folder.h"

enum { OWNER = 7, OTHER = 8 };

static const struct thumbnail_wish wish = {.size = {320, 240, false}};

struct fixture {
    struct folder folder;
    struct env_simulated env;
    struct media_folder *media;
    struct pictures *pictures;
    struct arena arena;
};

static void open_pictures(struct fixture *fixture, int max_ms)
{
    pictures_free(&fixture->pictures);
    fixture->pictures = pictures_new(&fixture->env.env, fixture->media, max_ms);
}

static int setup(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    assert_int_equal(crypto_init(), RC_OK);
    folder_make(&fixture->folder);
    env_simulated_init(&fixture->env, INT64_C(1700000000000), 1);
    assert_int_equal(media_folder_open(&fixture->env.env, str_of(fixture->folder.path), &fixture->media, NULL), RC_OK);
    open_pictures(fixture, WORKSHOP_MAX_MS);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    pictures_free(&fixture->pictures);
    media_folder_close(&fixture->media);
    folder_remove(&fixture->folder);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static struct picture store(struct fixture *fixture, uint64_t owner, str bytes)
{
    struct picture picture = {.file = media_file_name(fixture->media, &fixture->arena), .owner = owner};
    crypto_key_new(&fixture->env.env, &picture.key);
    assert_int_equal(media_file_write(fixture->media, picture.file, STR_NONE, &picture.key, bytes, NULL), RC_OK);
    return picture;
}

static str blue(struct arena *arena)
{
    char *bytes = arena_alloc_raw(arena, 4096);
    FILE *file = fopen(SOURCE_DIR "/tests/unit/media/pictures/blue.jpg", "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, 4096, file);
    fclose(file);
    return str_from(bytes, len);
}

static enum rc make(struct fixture *fixture, const struct picture *picture)
{
    return pictures_make(fixture->pictures, picture, &wish, S("320x240s"));
}

/* As if somebody had repaired it: only a new attempt would notice. */
static void put_good(struct fixture *fixture, const struct picture *picture)
{
    assert_int_equal(
        media_file_write(fixture->media, picture->file, STR_NONE, &picture->key, blue(&fixture->arena), NULL), RC_OK);
}

static void it_is_kept_beside_the_file_and_not_made_again(void **state)
{
    struct fixture *fixture = *state;
    struct picture picture = store(fixture, OWNER, blue(&fixture->arena));
    struct strbuf kept = STRBUF_INIT;
    assert_int_equal(make(fixture, &picture), RC_OK);
    assert_int_equal(
        media_file_read(fixture->media, picture.file, S("320x240s"), &picture.key, THUMBNAIL_MAX_OUTPUT, &kept), RC_OK);
    assert_true(str_eq(media_sniff(strbuf_str(&kept)), S("image/jpeg")));
    strbuf_fini(&kept);
    assert_int_equal(media_file_write(fixture->media, picture.file, STR_NONE, &picture.key, S("no picture"), NULL),
                     RC_OK);
    assert_int_equal(make(fixture, &picture), RC_OK);
}

static void what_none_can_be_made_of_is_not_tried_again_for_a_day(void **state)
{
    struct fixture *fixture = *state;
    struct picture picture = store(fixture, OWNER, S("no picture"));
    assert_int_equal(make(fixture, &picture), RC_INVALID);
    put_good(fixture, &picture);
    open_pictures(fixture, WORKSHOP_MAX_MS); /* not even after a new start */
    env_simulated_advance(&fixture->env, PICTURES_REFUSED_MS - 1);
    assert_int_equal(make(fixture, &picture), RC_INVALID);
    env_simulated_advance(&fixture->env, 2);
    assert_int_equal(make(fixture, &picture), RC_OK);
}

/* Its size is believed: no workshop could have started in no time. */
static void what_says_to_be_too_large_is_refused_by_its_head(void **state)
{
    struct fixture *fixture = *state;
    struct picture picture = store(fixture, OWNER, str_from("GIF89a\xff\xff\xff\xff\0\0\0;", 14));
    open_pictures(fixture, -1);
    assert_int_equal(make(fixture, &picture), RC_TOO_LARGE);
}

/* The time of each picture is over before it begins: its process is ended. */
static void whose_pictures_end_processes_waits_and_nobody_else(void **state)
{
    struct fixture *fixture = *state;
    struct picture good = store(fixture, OWNER, blue(&fixture->arena)),
                   another = store(fixture, OTHER, blue(&fixture->arena));
    open_pictures(fixture, -1);
    for (int i = 0; i < PICTURES_STRIKES; i++) {
        struct picture bad = store(fixture, OWNER, blue(&fixture->arena));
        assert_int_equal(make(fixture, &bad), RC_INVALID);
        put_good(fixture, &bad);
        assert_int_equal(make(fixture, &bad), RC_INVALID); /* remembered */
    }
    assert_int_equal(make(fixture, &good), RC_LIMITED);
    assert_int_equal(make(fixture, &another), RC_INVALID); /* it was tried */
    env_simulated_advance(&fixture->env, PICTURES_STRIKES_MS + 1);
    assert_int_equal(make(fixture, &good), RC_INVALID);
}

static void with_the_file_goes_what_was_made_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct picture picture = store(fixture, OWNER, blue(&fixture->arena)), bad = store(fixture, OWNER, S("no picture"));
    assert_int_equal(make(fixture, &picture), RC_OK);
    assert_int_equal(make(fixture, &bad), RC_INVALID);
    media_file_remove(fixture->media, picture.file);
    media_file_remove(fixture->media, bad.file);
    assert_false(media_file_exists(fixture->media, picture.file, S("320x240s")));
    assert_false(media_file_exists(fixture->media, bad.file, S("refused")));
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], WORKSHOP_ARGUMENT) == 0)
        return workshop_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_kept_beside_the_file_and_not_made_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_none_can_be_made_of_is_not_tried_again_for_a_day, setup, teardown),
        cmocka_unit_test_setup_teardown(what_says_to_be_too_large_is_refused_by_its_head, setup, teardown),
        cmocka_unit_test_setup_teardown(whose_pictures_end_processes_waits_and_nobody_else, setup, teardown),
        cmocka_unit_test_setup_teardown(with_the_file_goes_what_was_made_of_it, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
