/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/pmap.h"

#include "base/arena.h"
#include "base/hash.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
    DIGIT_BITS = 5,
    DIGITS = 1 << DIGIT_BITS,
    /* The hash's last whole digit is used up: what is still together goes into a bucket. */
    BUCKET_SHIFT = 60,
};

/*
 * Each digit of the hash leads to a value, to a further node, or nowhere. Slots hold the values first, then the
 * nodes, both in the order of their digits. A bucket (only at BUCKET_SHIFT) holds values in no order.
 */
struct pmap_node {
    _Atomic uint32_t refs;
    uint32_t leaves;   /* digits that lead to a value */
    uint32_t branches; /* digits that lead to a node */
    uint32_t bucket;   /* number of values, in a bucket */
    const void *slots[];
};

uint64_t pmap_key_hash(struct pmap_key key)
{
    uint64_t hash = str_hash(key.name);
    return key.space.len ? hash ^ hash_u64(str_hash(key.space)) : hash;
}

static bool key_eq(struct pmap_key a, struct pmap_key b)
{
    return str_eq(a.name, b.name) && str_eq(a.space, b.space);
}

static uint32_t digit_bit(uint64_t hash, unsigned shift)
{
    return (uint32_t)1 << (hash >> shift & (DIGITS - 1));
}

static unsigned bit_count(uint32_t bits)
{
    return (unsigned)__builtin_popcount(bits);
}

/* How many of the bits stand below this one. */
static unsigned bit_rank(uint32_t bits, uint32_t bit)
{
    return bit_count(bits & (bit - 1));
}

static unsigned leaf_count(const struct pmap_node *node)
{
    return bit_count(node->leaves) + node->bucket;
}

static struct pmap_node *node_new(uint32_t leaves, uint32_t branches, uint32_t bucket)
{
    size_t slots = bit_count(leaves) + bit_count(branches) + bucket;
    struct pmap_node *node = xmalloc(sizeof *node + slots * sizeof node->slots[0]);
    atomic_init(&node->refs, 1);
    node->leaves = leaves;
    node->branches = branches;
    node->bucket = bucket;
    return node;
}

static const struct pmap_node *node_ref(const struct pmap_node *node)
{
    atomic_fetch_add_explicit(&((struct pmap_node *)node)->refs, 1, memory_order_relaxed);
    return node;
}

static void node_unref(const struct pmap_type *type, const struct pmap_node *node)
{
    if (atomic_fetch_sub_explicit(&((struct pmap_node *)node)->refs, 1, memory_order_acq_rel) != 1)
        return;
    unsigned leaves = leaf_count(node), branches = bit_count(node->branches);
    for (unsigned i = 0; i < leaves; i++)
        type->unref(node->slots[i]);
    for (unsigned i = 0; i < branches; i++)
        node_unref(type, node->slots[leaves + i]);
    free((struct pmap_node *)node);
}

static const void *value_ref(const struct pmap_type *type, const void *value)
{
    type->ref(value);
    return value;
}

/* ---- Adding one value ---- */

/* What pmap_with() carries down the trie. */
struct addition {
    const struct pmap_type *type;
    const void *value, *replaced;
    struct pmap_key key;
    uint64_t hash;
};

/* Copies slots [from, to) of node to the slots at `at`, taking references. */
static void slots_copy(const struct pmap_type *type, const struct pmap_node *node, unsigned from, unsigned to,
                       const void **at)
{
    unsigned leaves = leaf_count(node);
    for (unsigned i = from; i < to; i++)
        *at++ = i < leaves ? value_ref(type, node->slots[i]) : (const void *)node_ref(node->slots[i]);
}

/* A copy of the node with `slot` in place of its slot `index`. */
static struct pmap_node *node_replace(const struct pmap_type *type, const struct pmap_node *node, unsigned index,
                                      const void *slot)
{
    struct pmap_node *copy = node_new(node->leaves, node->branches, node->bucket);
    unsigned end = leaf_count(node) + bit_count(node->branches);
    slots_copy(type, node, 0, index, copy->slots);
    copy->slots[index] = slot;
    slots_copy(type, node, index + 1, end, copy->slots + index + 1);
    return copy;
}

/* A copy of the node with the new value at a digit that led nowhere. */
static struct pmap_node *node_insert_leaf(const struct addition *add, const struct pmap_node *node, uint32_t bit)
{
    struct pmap_node *copy = node_new(node->leaves | bit, node->branches, 0);
    unsigned index = bit_rank(node->leaves, bit), end = leaf_count(node) + bit_count(node->branches);
    slots_copy(add->type, node, 0, index, copy->slots);
    copy->slots[index] = value_ref(add->type, add->value);
    slots_copy(add->type, node, index, end, copy->slots + index + 1);
    return copy;
}

/* A copy of the node in which the digit leads to `child` instead of a value. */
static struct pmap_node *node_leaf_to_branch(const struct pmap_type *type, const struct pmap_node *node, uint32_t bit,
                                             const struct pmap_node *child)
{
    struct pmap_node *copy = node_new(node->leaves & ~bit, node->branches | bit, 0);
    unsigned leaf = bit_rank(node->leaves, bit), leaves = leaf_count(node), end = leaves + bit_count(node->branches);
    unsigned branch = leaves + bit_rank(node->branches, bit);
    slots_copy(type, node, 0, leaf, copy->slots);
    slots_copy(type, node, leaf + 1, branch, copy->slots + leaf);
    copy->slots[branch - 1] = child;
    slots_copy(type, node, branch, end, copy->slots + branch);
    return copy;
}

/* The smallest trie that tells `other` and the new value apart; they agree on all digits below shift. */
static struct pmap_node *node_of_two(const struct addition *add, const void *other, uint64_t other_hash, unsigned shift)
{
    if (shift == BUCKET_SHIFT) {
        struct pmap_node *bucket = node_new(0, 0, 2);
        bucket->slots[0] = value_ref(add->type, other);
        bucket->slots[1] = value_ref(add->type, add->value);
        return bucket;
    }
    uint32_t bit = digit_bit(add->hash, shift), other_bit = digit_bit(other_hash, shift);
    struct pmap_node *node;
    if (bit == other_bit) {
        node = node_new(0, bit, 0);
        node->slots[0] = node_of_two(add, other, other_hash, shift + DIGIT_BITS);
    } else {
        node = node_new(bit | other_bit, 0, 0);
        node->slots[bit < other_bit ? 1 : 0] = value_ref(add->type, other);
        node->slots[bit < other_bit ? 0 : 1] = value_ref(add->type, add->value);
    }
    return node;
}

static struct pmap_node *bucket_with(struct addition *add, const struct pmap_node *node)
{
    for (unsigned i = 0; i < node->bucket; i++) {
        if (key_eq(add->type->key(node->slots[i]), add->key)) {
            add->replaced = node->slots[i];
            return node_replace(add->type, node, i, value_ref(add->type, add->value));
        }
    }
    struct pmap_node *copy = node_new(0, 0, node->bucket + 1);
    slots_copy(add->type, node, 0, node->bucket, copy->slots);
    copy->slots[node->bucket] = value_ref(add->type, add->value);
    return copy;
}

static struct pmap_node *node_with(struct addition *add, const struct pmap_node *node, unsigned shift)
{
    if (shift == BUCKET_SHIFT)
        return bucket_with(add, node);
    uint32_t bit = digit_bit(add->hash, shift);
    if (node->branches & bit) {
        unsigned index = leaf_count(node) + bit_rank(node->branches, bit);
        return node_replace(add->type, node, index, node_with(add, node->slots[index], shift + DIGIT_BITS));
    }
    if (!(node->leaves & bit))
        return node_insert_leaf(add, node, bit);
    unsigned index = bit_rank(node->leaves, bit);
    const void *present = node->slots[index];
    struct pmap_key present_key = add->type->key(present);
    if (key_eq(present_key, add->key)) {
        add->replaced = present;
        return node_replace(add->type, node, index, value_ref(add->type, add->value));
    }
    const struct pmap_node *child = node_of_two(add, present, add->type->hash(present_key), shift + DIGIT_BITS);
    return node_leaf_to_branch(add->type, node, bit, child);
}

struct pmap pmap_with(const struct pmap *map, const void *value, const void **ret_replaced)
{
    struct pmap_key key = map->type->key(value);
    struct addition add = {map->type, value, NULL, key, map->type->hash(key)};
    struct pmap_node *root;
    if (map->root) {
        root = node_with(&add, map->root, 0);
    } else {
        root = node_new(digit_bit(add.hash, 0), 0, 0);
        root->slots[0] = value_ref(map->type, value);
    }
    if (ret_replaced)
        *ret_replaced = add.replaced;
    return (struct pmap){map->type, root, map->count + (add.replaced ? 0 : 1)};
}

/* ---- Building at once ---- */

struct entry {
    uint64_t hash;
    const void *value;
};

/* Entries that all have one hash: drops each whose key comes again later. Returns how many are left. */
static size_t entries_settle(const struct pmap_type *type, struct entry *entries, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < kept && !key_eq(type->key(entries[at].value), type->key(entries[i].value)))
            at++;
        entries[at] = entries[i];
        kept += at == kept;
    }
    return kept;
}

static bool entries_agree(const struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (entries[i].hash != entries[0].hash)
            return false;
    return true;
}

/* Stable: sorts entries by their digit at shift; starts[d] is where digit d begins, starts[DIGITS] the end. */
static void entries_sort(struct entry *entries, size_t count, unsigned shift, struct entry *scratch,
                         size_t starts[DIGITS + 1])
{
    size_t next[DIGITS + 1] = {0};
    for (size_t i = 0; i < count; i++)
        next[(entries[i].hash >> shift & (DIGITS - 1)) + 1]++;
    for (size_t d = 0; d < DIGITS; d++)
        next[d + 1] += next[d];
    memcpy(starts, next, sizeof next);
    for (size_t i = 0; i < count; i++)
        scratch[next[entries[i].hash >> shift & (DIGITS - 1)]++] = entries[i];
    memcpy(entries, scratch, count * sizeof *entries);
}

static struct pmap_node *node_build(const struct pmap_type *type, struct entry *entries, size_t count, unsigned shift,
                                    struct entry *scratch, size_t *ret_count)
{
    if (shift == BUCKET_SHIFT) {
        count = entries_settle(type, entries, count);
        struct pmap_node *bucket = node_new(0, 0, (uint32_t)count);
        for (size_t i = 0; i < count; i++)
            bucket->slots[i] = value_ref(type, entries[i].value);
        *ret_count += count;
        return bucket;
    }
    size_t starts[DIGITS + 1], sizes[DIGITS];
    entries_sort(entries, count, shift, scratch, starts);
    uint32_t leaves = 0, branches = 0;
    for (unsigned d = 0; d < DIGITS; d++) {
        sizes[d] = starts[d + 1] - starts[d];
        if (sizes[d] > 1 && entries_agree(entries + starts[d], sizes[d]))
            sizes[d] = entries_settle(type, entries + starts[d], sizes[d]);
        leaves |= (uint32_t)(sizes[d] == 1) << d;
        branches |= (uint32_t)(sizes[d] > 1) << d;
    }
    struct pmap_node *node = node_new(leaves, branches, 0);
    const void **leaf = node->slots, **branch = node->slots + bit_count(leaves);
    for (unsigned d = 0; d < DIGITS; d++) {
        struct entry *first = entries + starts[d];
        if (sizes[d] == 1)
            *leaf++ = value_ref(type, first->value);
        else if (sizes[d] > 1)
            *branch++ = node_build(type, first, sizes[d], shift + DIGIT_BITS, scratch, ret_count);
    }
    *ret_count += bit_count(leaves);
    return node;
}

struct pmap pmap_from(const struct pmap_type *type, const void *const *values, size_t count)
{
    struct pmap map = PMAP_INIT(type);
    if (!count)
        return map;
    struct entry *entries = xcalloc(2 * count, sizeof *entries);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){type->hash(type->key(values[i])), values[i]};
    map.root = node_build(type, entries, count, 0, entries + count, &map.count);
    free(entries);
    return map;
}

/* ---- Reading ---- */

static const void *bucket_get(const struct pmap_type *type, const struct pmap_node *node, struct pmap_key key)
{
    for (unsigned i = 0; i < node->bucket; i++)
        if (key_eq(type->key(node->slots[i]), key))
            return node->slots[i];
    return NULL;
}

const void *pmap_get(const struct pmap *map, struct pmap_key key)
{
    const struct pmap_node *node = map->root;
    if (!node)
        return NULL;
    uint64_t hash = map->type->hash(key);
    for (unsigned shift = 0; shift < BUCKET_SHIFT; shift += DIGIT_BITS) {
        uint32_t bit = digit_bit(hash, shift);
        if (node->leaves & bit) {
            const void *value = node->slots[bit_rank(node->leaves, bit)];
            return key_eq(map->type->key(value), key) ? value : NULL;
        }
        if (!(node->branches & bit))
            return NULL;
        node = node->slots[leaf_count(node) + bit_rank(node->branches, bit)];
    }
    return bucket_get(map->type, node, key);
}

static bool node_each(const struct pmap_node *node, bool (*visit)(const void *value, void *ctx), void *ctx)
{
    unsigned leaves = leaf_count(node), branches = bit_count(node->branches);
    for (unsigned i = 0; i < leaves; i++)
        if (!visit(node->slots[i], ctx))
            return false;
    for (unsigned i = 0; i < branches; i++)
        if (!node_each(node->slots[leaves + i], visit, ctx))
            return false;
    return true;
}

bool pmap_each(const struct pmap *map, bool (*visit)(const void *value, void *ctx), void *ctx)
{
    return !map->root || node_each(map->root, visit, ctx);
}

struct pmap pmap_share(const struct pmap *map)
{
    if (map->root)
        node_ref(map->root);
    return *map;
}

void pmap_fini(struct pmap *map)
{
    if (map->root)
        node_unref(map->type, map->root);
    map->root = NULL;
    map->count = 0;
}
