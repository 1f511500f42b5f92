/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The process that decodes pictures, with real and hostile ones, and ended from outside. */
#include "base/container.h"
#include "crypto/crypto.h"
#include "media/sandbox.h"
#include "media/sniff.h"
#include "media/workshop.h"
#include "support/cmocka.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct thumbnail_wish small_wish = {.size = {320, 240, false}};

/* ---- pictures ---- */

static str stored_picture(struct arena *arena, const char *name)
{
    char path[512], *bytes = arena_alloc_raw(arena, 4096);
    snprintf(path, sizeof path, SOURCE_DIR "/tests/unit/media/pictures/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, 4096, file);
    fclose(file);
    return str_from(bytes, len);
}

static void add_u32(struct strbuf *buf, uint32_t value)
{
    char bytes[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8), (char)value};
    strbuf_add(buf, str_from(bytes, sizeof bytes));
}

static uint32_t crc_of(str bytes)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
    }
    return ~crc;
}

static void add_chunk(struct strbuf *png, const char *type, str data)
{
    add_u32(png, (uint32_t)data.len);
    size_t from = png->len;
    strbuf_add(png, str_of(type));
    strbuf_add(png, data);
    add_u32(png, crc_of(str_from(png->ptr + from, png->len - from)));
}

/* A PNG that says to have so many pixels, and has few. */
static str png_that_claims(struct arena *arena, uint32_t width, uint32_t height)
{
    struct strbuf head = STRBUF_INIT, png = STRBUF_INIT;
    add_u32(&head, width);
    add_u32(&head, height);
    strbuf_add(&head, str_from("\1\0\0\0\0", 5)); /* one bit a pixel */
    strbuf_add(&png, str_from("\x89PNG\r\n\x1a\n", 8));
    add_chunk(&png, "IHDR", strbuf_str(&head));
    add_chunk(&png, "IDAT", str_from("\x78\x9c\x63\x00\x00\x00\x01\x00\x01", 9));
    add_chunk(&png, "IEND", STR_NONE);
    str whole = strbuf_to_arena(&png, arena);
    strbuf_fini(&head);
    strbuf_fini(&png);
    return whole;
}

/* ---- asking ---- */

struct bytes {
    struct workshop_source source;
    str all;
    size_t at;
    void (*between)(struct bytes *bytes); /* before the last piece; may be NULL */
    struct workshop *workshop;
};

static enum rc bytes_begin(struct workshop_source *source, uint64_t *ret_size)
{
    struct bytes *bytes = CONTAINER_OF(source, struct bytes, source);
    bytes->at = 0;
    *ret_size = bytes->all.len;
    return RC_OK;
}

/* In two pieces. */
static enum rc bytes_next(struct workshop_source *source, struct strbuf *buf)
{
    struct bytes *bytes = CONTAINER_OF(source, struct bytes, source);
    size_t len = bytes->at ? bytes->all.len - bytes->at : bytes->all.len / 2;
    if (bytes->at && bytes->between)
        bytes->between(bytes);
    strbuf_add(buf, str_from(bytes->all.ptr + bytes->at, len));
    bytes->at += len;
    return RC_OK;
}

static enum rc ask(struct workshop *workshop, str picture, struct strbuf *out)
{
    struct bytes bytes = {.source = {bytes_begin, bytes_next}, .all = picture};
    return workshop_make(workshop, &bytes.source, &small_wish, out);
}

struct fixture {
    struct arena arena;
    struct workshop *workshop;
    struct strbuf out;
};

static int setup(void **state)
{
    struct fixture *fixture = xcalloc(1, sizeof *fixture);
    assert_int_equal(crypto_init(), RC_OK);
    fixture->workshop = workshop_new(WORKSHOP_MAX_MS);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    workshop_free(&fixture->workshop);
    strbuf_fini(&fixture->out);
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static void is_fine(struct fixture *fixture)
{
    strbuf_clear(&fixture->out);
    assert_int_equal(ask(fixture->workshop, stored_picture(&fixture->arena, "blue.png"), &fixture->out), RC_OK);
    assert_true(str_eq(media_sniff(strbuf_str(&fixture->out)), S("image/jpeg")));
}

/* ---- processes, as anybody on the machine sees them ---- */

/* The children of a process, up to max; returns how many. */
static int children_of(pid_t parent, pid_t *ret_pids, int max)
{
    DIR *dir = opendir("/proc");
    const struct dirent *entry;
    int count = 0;
    while ((entry = readdir(dir))) {
        char path[300], line[512] = "", state = 0;
        int ppid = 0;
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;
        if (!file)
            continue;
        const char *behind = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
        if (behind && sscanf(behind + 1, " %c %d", &state, &ppid) == 2 && ppid == parent && state != 'Z' && count < max)
            ret_pids[count++] = atoi(entry->d_name);
        fclose(file);
    }
    closedir(dir);
    return count;
}

static pid_t only_child_of(pid_t parent)
{
    pid_t pids[8];
    int count;
    do
        count = children_of(parent, pids, 8);
    while (count == 0);
    assert_int_equal(count, 1);
    return pids[0];
}

/* The process of a picture that was made is on its way out. */
static void await_no_child_of(pid_t parent)
{
    pid_t pids[8];
    while (children_of(parent, pids, 8))
        ;
}

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) != 0;
}

/* ---- the tests ---- */

static void pictures_of_all_kinds_are_made_small(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"blue.png", "blue.jpg", "blue.gif", "blue.webp", "blue.heic", "blue.avif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        strbuf_clear(&fixture->out);
        enum rc rc = ask(fixture->workshop, stored_picture(&fixture->arena, names[i]), &fixture->out);
        if (rc != RC_OK)
            fail_msg("%s: %s", names[i], rc_name(rc));
        assert_true(str_starts(media_sniff(strbuf_str(&fixture->out)), S("image/")));
    }
}

static void one_process_serves_many_pictures_and_each_has_its_own_in_it(void **state)
{
    struct fixture *fixture = *state;
    is_fine(fixture);
    pid_t workshop = only_child_of(getpid());
    is_fine(fixture);
    assert_int_equal(only_child_of(getpid()), workshop);
    await_no_child_of(workshop);
    workshop_free(&fixture->workshop);
    assert_true(is_gone(workshop));
}

static void a_picture_of_2500_million_pixels_is_refused_before_it_is_decoded(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture->workshop, png_that_claims(&fixture->arena, 50000, 50000), &fixture->out),
                     RC_TOO_LARGE);
    /* Of a size that is taken, it is decoded as far as it goes. */
    assert_int_equal(ask(fixture->workshop, png_that_claims(&fixture->arena, 500, 500), &fixture->out), RC_OK);
    strbuf_clear(&fixture->out);
    is_fine(fixture);
}

static void what_is_cut_off_or_no_picture_is_refused(void **state)
{
    struct fixture *fixture = *state;
    str heic = stored_picture(&fixture->arena, "blue.heic");
    assert_int_equal(ask(fixture->workshop, str_head(heic, heic.len / 2), &fixture->out), RC_INVALID);
    assert_int_equal(ask(fixture->workshop, S("<svg xmlns='http://www.w3.org/2000/svg'/>"), &fixture->out), RC_INVALID);
    assert_int_equal(fixture->out.len, 0);
    is_fine(fixture);
}

/* Of a WebP in its extended form: how large, and how many frames. */
static void read_webp(str bytes, int *ret_width, int *ret_height, int *ret_frames)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    assert_true(bytes.len > 30 && memcmp(p + 12, "VP8X", 4) == 0);
    *ret_width = (p[24] | p[25] << 8 | p[26] << 16) + 1;
    *ret_height = (p[27] | p[28] << 8 | p[29] << 16) + 1;
    *ret_frames = 0;
    for (size_t at = 12; at + 8 <= bytes.len;) {
        size_t len = p[at + 4] | p[at + 5] << 8 | p[at + 6] << 16 | (size_t)p[at + 7] << 24;
        *ret_frames += memcmp(p + at, "ANMF", 4) == 0;
        at += 8 + len + (len & 1);
    }
}

static void what_moves_goes_on_moving_if_that_is_wished(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *name;
        struct thumbnail_wish wish;
        int width, height;
    } cases[] = {
        {"moving.gif", {{320, 240, false}, true}, 12, 8}, /* never larger than it is */
        {"moving.webp", {{320, 240, false}, true}, 12, 8}, {"moving.gif", {{6, 6, false}, true}, 6, 4},
        {"moving.gif", {{6, 6, true}, true}, 6, 6},        {"moving.webp", {{4, 8, true}, true}, 4, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int width, height, frames;
        struct bytes bytes = {.source = {bytes_begin, bytes_next},
                              .all = stored_picture(&fixture->arena, cases[i].name)};
        strbuf_clear(&fixture->out);
        assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &cases[i].wish, &fixture->out), RC_OK);
        read_webp(strbuf_str(&fixture->out), &width, &height, &frames);
        assert_int_equal(width, cases[i].width);
        assert_int_equal(height, cases[i].height);
        assert_int_equal(frames, 3);
    }
}

static void what_moves_stands_still_otherwise(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ask(fixture->workshop, stored_picture(&fixture->arena, "moving.gif"), &fixture->out), RC_OK);
    assert_true(str_eq(media_sniff(strbuf_str(&fixture->out)), S("image/png")));
    struct bytes bytes = {.source = {bytes_begin, bytes_next}, .all = stored_picture(&fixture->arena, "blue.gif")};
    struct thumbnail_wish wish = {.size = {320, 240, false}, .animated = true};
    strbuf_clear(&fixture->out);
    assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &wish, &fixture->out), RC_OK);
    assert_true(str_eq(media_sniff(strbuf_str(&fixture->out)), S("image/png")));
}

/* A GIF of so many frames of one pixel each, on a screen of a size. */
static str gif_of_many_frames(struct arena *arena, int frames, int width, int height)
{
    struct strbuf gif = STRBUF_INIT;
    char screen[7] = {(char)width, (char)(width >> 8), (char)height, (char)(height >> 8), (char)0x80, 0, 0};
    strbuf_add(&gif, S("GIF89a"));
    strbuf_add(&gif, str_from(screen, sizeof screen));
    strbuf_add(&gif, str_from("\0\0\0\xff\xff\xff", 6)); /* two colours */
    for (int i = 0; i < frames; i++) {
        strbuf_add(&gif, str_from("\x21\xf9\4\0\1\0\0\0", 8));
        strbuf_add(&gif, str_from("\x2c\0\0\0\0\1\0\1\0\0", 10));
        strbuf_add(&gif, str_from(i & 1 ? "\2\2\x44\1\0" : "\2\2\x4c\1\0", 5));
    }
    strbuf_add(&gif, S(";"));
    str whole = strbuf_to_arena(&gif, arena);
    strbuf_fini(&gif);
    return whole;
}

static void an_animation_without_end_is_cut_to_a_bounded_one(void **state)
{
    struct fixture *fixture = *state;
    int width, height, frames;
    struct thumbnail_wish wish = {.size = {320, 240, false}, .animated = true};
    struct bytes bytes = {.source = {bytes_begin, bytes_next},
                          .all = gif_of_many_frames(&fixture->arena, 5000, 20, 20)};
    assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &wish, &fixture->out), RC_OK);
    read_webp(strbuf_str(&fixture->out), &width, &height, &frames);
    assert_true(frames > 1 && frames <= THUMBNAIL_MAX_FRAMES);
    /* Each frame is the whole screen once it is decoded. */
    assert_int_equal(thumbnail_frames(20, 20, 5000), THUMBNAIL_MAX_FRAMES);
    assert_int_equal(thumbnail_frames(2000, 2000, 5000), THUMBNAIL_MAX_PIXELS / (2000 * 2000));
    assert_int_equal(thumbnail_frames(12000, 10000, 5000), 1);
    assert_int_equal(thumbnail_frames(20, 20, 3), 3);
}

static void kill_bench(struct bytes *bytes)
{
    (void)bytes;
    kill(only_child_of(only_child_of(getpid())), SIGKILL);
}

static void a_picture_its_process_dies_of_is_to_blame_and_no_other(void **state)
{
    struct fixture *fixture = *state;
    is_fine(fixture);
    pid_t workshop = only_child_of(getpid());
    await_no_child_of(workshop);
    struct bytes bytes = {
        .source = {bytes_begin, bytes_next}, .all = stored_picture(&fixture->arena, "blue.png"), .between = kill_bench};
    assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &small_wish, &fixture->out), RC_EXPIRED);
    is_fine(fixture);
    assert_int_equal(only_child_of(getpid()), workshop);
}

static void stop_bench(struct bytes *bytes)
{
    (void)bytes;
    kill(only_child_of(only_child_of(getpid())), SIGSTOP);
}

static void a_picture_that_takes_too_long_is_given_up(void **state)
{
    struct fixture *fixture = *state;
    workshop_free(&fixture->workshop);
    fixture->workshop = workshop_new(300);
    struct bytes bytes = {
        .source = {bytes_begin, bytes_next}, .all = stored_picture(&fixture->arena, "blue.png"), .between = stop_bench};
    assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &small_wish, &fixture->out), RC_EXPIRED);
}

static void kill_workshop_once(struct bytes *bytes)
{
    bytes->between = NULL;
    kill(only_child_of(getpid()), SIGKILL);
}

static void a_workshop_that_is_ended_hurts_no_picture(void **state)
{
    struct fixture *fixture = *state;
    is_fine(fixture);
    struct bytes bytes = {.source = {bytes_begin, bytes_next},
                          .all = stored_picture(&fixture->arena, "blue.png"),
                          .between = kill_workshop_once};
    assert_int_equal(workshop_make(fixture->workshop, &bytes.source, &small_wish, &fixture->out), RC_OK);
    is_fine(fixture); /* the picture's own process may have answered before it went too: there is a new one by now */
    kill(only_child_of(getpid()), SIGKILL);
    is_fine(fixture);
}

static void a_workshop_that_stands_still_is_replaced(void **state)
{
    struct fixture *fixture = *state;
    workshop_free(&fixture->workshop);
    fixture->workshop = workshop_new(1000);
    is_fine(fixture);
    pid_t stopped = only_child_of(getpid());
    kill(stopped, SIGSTOP);
    assert_int_equal(ask(fixture->workshop, stored_picture(&fixture->arena, "blue.png"), &fixture->out), RC_BUSY);
    assert_true(is_gone(stopped));
    is_fine(fixture);
}

static void the_workshop_is_shut_in(void **state)
{
    (void)state;
    unsigned parts = 0;
    assert_int_equal(workshop_look(&parts), RC_OK);
    assert_true(sandbox_is_closed(parts));
}

/* In the test's own process, instead of another program, with the same way in. */
int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], WORKSHOP_ARGUMENT) == 0)
        return workshop_main();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pictures_of_all_kinds_are_made_small, setup, teardown),
        cmocka_unit_test_setup_teardown(one_process_serves_many_pictures_and_each_has_its_own_in_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_picture_of_2500_million_pixels_is_refused_before_it_is_decoded, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_is_cut_off_or_no_picture_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(what_moves_goes_on_moving_if_that_is_wished, setup, teardown),
        cmocka_unit_test_setup_teardown(what_moves_stands_still_otherwise, setup, teardown),
        cmocka_unit_test_setup_teardown(an_animation_without_end_is_cut_to_a_bounded_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_picture_its_process_dies_of_is_to_blame_and_no_other, setup, teardown),
        cmocka_unit_test_setup_teardown(a_picture_that_takes_too_long_is_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(a_workshop_that_is_ended_hurts_no_picture, setup, teardown),
        cmocka_unit_test_setup_teardown(a_workshop_that_stands_still_is_replaced, setup, teardown),
        cmocka_unit_test(the_workshop_is_shut_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
