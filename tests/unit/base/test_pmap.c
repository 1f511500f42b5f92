/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/pmap.h"

#include "base/arena.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMES = 700, STEPS = 4000, SNAPSHOTS = 16 };

struct value {
    int refs;
    int name;
    char text[16];
};

static int alive;

static struct value *value_new(int name)
{
    struct value *value = xcalloc(1, sizeof *value);
    value->refs = 1;
    value->name = name;
    snprintf(value->text, sizeof value->text, "n%d", name);
    alive++;
    return value;
}

static void value_ref(const void *value)
{
    ((struct value *)value)->refs++;
}

static void value_unref(const void *ptr)
{
    struct value *value = (struct value *)ptr;
    if (--value->refs == 0) {
        alive--;
        free(value);
    }
}

static struct pmap_key value_key(const void *ptr)
{
    const struct value *value = ptr;
    return (struct pmap_key){value->name % 2 ? S("odd") : STR_NONE, str_of(value->text)};
}

/* Nothing but collisions: 16 different hashes, all digits but one alike. */
static uint64_t poor_hash(struct pmap_key key)
{
    return (uint64_t)(key.name.ptr[key.name.len - 1] & 15) << 32;
}

static const struct pmap_type well_hashed = {value_key, pmap_key_hash, value_ref, value_unref};
static const struct pmap_type poorly_hashed = {value_key, poor_hash, value_ref, value_unref};

/* The naive model: one place per name. */
struct model {
    const struct value *at[NAMES];
    size_t count;
};

static bool count_visit(const void *value, void *ctx)
{
    struct model *left = ctx;
    int name = ((const struct value *)value)->name;
    assert_ptr_equal(left->at[name], value);
    left->at[name] = NULL;
    left->count--;
    return true;
}

static void assert_same(const struct pmap *map, const struct model *model)
{
    assert_int_equal(map->count, model->count);
    for (int name = 0; name < NAMES; name++) {
        char text[16];
        snprintf(text, sizeof text, "n%d", name);
        struct pmap_key key = {name % 2 ? S("odd") : STR_NONE, str_of(text)};
        assert_ptr_equal(pmap_get(map, key), model->at[name]);
    }
    struct model left = *model;
    assert_true(pmap_each(map, count_visit, &left));
    assert_int_equal(left.count, 0);
}

static void put(struct pmap *map, struct model *model, int name)
{
    struct value *value = value_new(name);
    const void *replaced;
    struct pmap next = pmap_with(map, value, &replaced);
    assert_ptr_equal(replaced, model->at[name]);
    model->count += model->at[name] == NULL;
    model->at[name] = value;
    value_unref(value);
    pmap_fini(map);
    *map = next;
}

static void behaves_like_the_model(const struct pmap_type *type)
{
    struct pmap map = PMAP_INIT(type), snapshots[SNAPSHOTS];
    struct model *models = xcalloc(SNAPSHOTS + 1, sizeof *models), *model = &models[SNAPSHOTS];
    uint32_t dice = 1;
    for (int step = 0; step < STEPS; step++) {
        dice = dice * 1664525 + 1013904223;
        put(&map, model, (int)(dice >> 8) % NAMES);
        if (step % (STEPS / SNAPSHOTS) == 0) {
            snapshots[step / (STEPS / SNAPSHOTS)] = pmap_share(&map);
            models[step / (STEPS / SNAPSHOTS)] = *model;
        }
    }
    assert_same(&map, model);
    pmap_fini(&map);
    for (int i = 0; i < SNAPSHOTS; i++) {
        assert_same(&snapshots[i], &models[i]);
        pmap_fini(&snapshots[i]);
    }
    free(models);
    assert_int_equal(alive, 0);
}

static void puts_behave_like_a_plain_table_and_snapshots_stay(void **state)
{
    (void)state;
    behaves_like_the_model(&well_hashed);
}

static void colliding_hashes_change_nothing(void **state)
{
    (void)state;
    behaves_like_the_model(&poorly_hashed);
}

static void built_at_once_it_is_the_same_map(void **state)
{
    (void)state;
    const struct pmap_type *types[] = {&well_hashed, &poorly_hashed};
    for (size_t t = 0; t < 2; t++) {
        struct model *model = xcalloc(1, sizeof *model);
        const void *values[2 * NAMES];
        for (int i = 0; i < 2 * NAMES; i++) {
            int name = (i * 31) % NAMES; /* each name twice: the later one counts */
            values[i] = value_new(name);
            model->count += model->at[name] == NULL;
            model->at[name] = values[i];
        }
        struct pmap map = pmap_from(types[t], values, 2 * NAMES);
        assert_same(&map, model);
        put(&map, model, 3);
        assert_same(&map, model);
        for (int i = 0; i < 2 * NAMES; i++)
            value_unref(values[i]);
        pmap_fini(&map);
        free(model);
        assert_int_equal(alive, 0);
    }
}

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct pmap map = pmap_from(&well_hashed, NULL, 0);
    assert_null(pmap_get(&map, (struct pmap_key){STR_NONE, S("n1")}));
    assert_true(pmap_each(&map, count_visit, NULL));
    pmap_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_behave_like_a_plain_table_and_snapshots_stay),
        cmocka_unit_test(colliding_hashes_change_nothing),
        cmocka_unit_test(built_at_once_it_is_the_same_map),
        cmocka_unit_test(an_empty_map_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
