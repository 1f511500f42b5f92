/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Growing arrays on the heap: `struct { T *items; size_t count, capacity; } v = {0};`, then vec_push(&v, item).
 * Pointers into items are valid until the next push. vec_fini frees the array, not what its items point to.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#include <stdlib.h>

#define VEC(T)                                                                                                         \
    struct {                                                                                                           \
        T *items;                                                                                                      \
        size_t count, capacity;                                                                                        \
    }

#define vec_reserve(v, need)                                                                                           \
    do {                                                                                                               \
        size_t vec_need_ = (need);                                                                                     \
        if (vec_need_ > (v)->capacity) {                                                                               \
            size_t vec_cap_ = (v)->capacity ? (v)->capacity * 2 : 8;                                                   \
            (v)->capacity = vec_cap_ < vec_need_ ? vec_need_ : vec_cap_;                                               \
            (v)->items = xrealloc((v)->items, (v)->capacity * sizeof *(v)->items);                                     \
        }                                                                                                              \
    } while (0)

#define vec_push(v, item)                                                                                              \
    do {                                                                                                               \
        vec_reserve((v), (v)->count + 1);                                                                              \
        (v)->items[(v)->count++] = (item);                                                                             \
    } while (0)

/* Takes item i out by moving the last one into its place. */
#define vec_swap_remove(v, i) ((v)->items[(i)] = (v)->items[--(v)->count])

#define vec_fini(v)                                                                                                    \
    do {                                                                                                               \
        free((v)->items);                                                                                              \
        (v)->items = NULL;                                                                                             \
        (v)->count = (v)->capacity = 0;                                                                                \
    } while (0)

#endif
