/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Obligations 4.3, 4.5: what encryption leaves with a server, and where apps are told of news, is sealed under the key
 * of whom it is of: it stands in no file, and is lost with that key. */
#include "store/cross_signing.h"
#include "store/dehydrated.h"
#include "store/device_keys.h"
#include "store/devices.h"
#include "store/key_signatures.h"
#include "store/one_time_keys.h"
#include "store/pushers.h"
#include "store/room_keys.h"
#include "store/seal.h"
#include "store/to_device.h"
#include "support/plain.h"
#include "support/stores.h"

#define CURVE S("curve25519")
#define ED S("ed25519")

/* Whose rows they are; the device's number is random. */
struct scene {
    struct stores *stores;
    uint64_t alice, bob;
    struct device device, asleep;
};

/* ---- each kind: how it gets there, and how it comes back ---- */

static enum rc put_device_key(struct tx *tx, const struct scene *s)
{
    return device_keys_set(tx, s->alice, s->device.nid, S("{\"n\":\"canarydevicekey\"}"));
}

static enum rc get_device_key(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct device_keys keys = {0};
    TRY(device_keys_get(tx, s->alice, s->device.device_id, &keys));
    *ret_text = keys.text;
    return RC_OK;
}

static enum rc put_one_time_key(struct tx *tx, const struct scene *s)
{
    const struct published_key key = {S("curve25519:canaryonetimename"), CURVE, S("\"canaryonetimekey\"")};
    return one_time_keys_add(tx, (struct device_place){s->alice, s->device.nid}, &key, 1);
}

static enum rc put_fallback_key(struct tx *tx, const struct scene *s)
{
    const struct published_key key = {S("ed25519:canaryfallbackname"), ED, S("\"canaryfallbackkey\"")};
    return fallback_keys_set(tx, (struct device_place){s->alice, s->device.nid}, &key);
}

static enum rc claim(struct tx *tx, const struct scene *s, str algorithm, str *ret_text)
{
    struct published_key key = {0};
    TRY(one_time_keys_claim(tx, (struct device_place){s->alice, s->device.nid}, algorithm, &key));
    *ret_text = arena_concat(tx->arena, key.name, S(" "), key.text);
    return RC_OK;
}

static enum rc get_one_time_key(struct tx *tx, const struct scene *s, str *ret_text)
{
    return claim(tx, s, CURVE, ret_text);
}

static enum rc get_fallback_key(struct tx *tx, const struct scene *s, str *ret_text)
{
    return claim(tx, s, ED, ret_text);
}

static enum rc put_cross_signing_key(struct tx *tx, const struct scene *s)
{
    const struct cross_signing_keys keys = {
        .of = {[CROSS_SIGNING_MASTER] = {S("canarymasterpublic"), S("{\"n\":\"canarymasterkey\"}")}}};
    return cross_signing_set(tx, s->alice, &keys);
}

static enum rc get_cross_signing_key(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct cross_signing_keys keys;
    TRY(cross_signing_get(tx, s->alice, &keys));
    const struct cross_signing_key *key = &keys.of[CROSS_SIGNING_MASTER];
    *ret_text = arena_concat(tx->arena, key->public_key, S(" "), key->text);
    return RC_OK;
}

static enum rc put_key_signature(struct tx *tx, const struct scene *s)
{
    const struct key_signature signature = {S("canarysigned"), S("ed25519:canarysigner"), S("canarysignature")};
    return key_signatures_add(tx, s->alice, s->bob, &signature);
}

static enum rc get_key_signature(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct key_signature *all;
    size_t count;
    TRY(key_signatures_by(tx, s->alice, s->bob, &all, &count));
    if (count == 1)
        *ret_text = arena_concat(tx->arena, all[0].item, all[0].key_id, all[0].signature);
    return RC_OK;
}

static enum rc put_to_device(struct tx *tx, const struct scene *s)
{
    str text =
        to_device_text(tx->arena, S("@canarysender:example.org"), S("canary.type"), S("{\"n\":\"canarytodevice\"}"));
    return to_device_put(tx, s->bob, (struct to_device_place){s->alice, s->device.nid}, text);
}

static enum rc get_to_device(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct to_device_page page = {0};
    TRY(to_device_read(tx, (struct to_device_place){s->alice, s->device.nid}, 0, tx_pos(tx), TO_DEVICE_PAGE, &page));
    *ret_text = page.events;
    return RC_OK;
}

static enum rc put_backup(struct tx *tx, const struct scene *s)
{
    struct room_keys_version version = {
        .user_nid = s->alice, .algorithm = S("canary.algorithm"), .auth_data = S("{\"n\":\"canarybackup\"}")};
    const struct room_key key = {
        .room_id = S("!canarybackedroom"), .session_id = S("canarysession"), .text = S("{\"n\":\"canarybackedkey\"}")};
    TRY(room_keys_version_add(tx, &version));
    TRY(room_keys_put(tx, &version, &key));
    return room_keys_version_save(tx, &version);
}

static enum rc get_backup(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct room_keys_version version;
    TRY(room_keys_version_get(tx, s->alice, 1, &version));
    *ret_text = arena_concat(tx->arena, version.algorithm, S(" "), version.auth_data);
    return RC_OK;
}

static enum rc get_backup_session(struct tx *tx, const struct scene *s, str *ret_text)
{
    const struct room_keys_choice choice = {.user_nid = s->alice, .version = 1};
    struct room_keys_page page;
    TRY(room_keys_read(tx, &choice, STR_NONE, &page));
    if (page.count == 1)
        *ret_text = arena_concat(tx->arena, page.keys[0].room_id, page.keys[0].session_id, page.keys[0].text);
    return RC_OK;
}

static enum rc put_dehydrated_device(struct tx *tx, const struct scene *s)
{
    return dehydrated_set(tx, s->alice, s->asleep.nid, S("{\"n\":\"canaryasleep\"}"));
}

static enum rc get_dehydrated_device(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct dehydrated_device device;
    TRY(dehydrated_get(tx, s->alice, &device));
    *ret_text = device.data;
    return RC_OK;
}

static enum rc put_pusher(struct tx *tx, const struct scene *s)
{
    struct pusher pusher = {.user_nid = s->alice,
                            .device_nid = s->device.nid,
                            .kind = PUSHER_HTTP,
                            .app_id = S("canary.app"),
                            .pushkey = S("canarypushkey"),
                            .app_name = S("App"),
                            .device_name = S("canarytelephone"),
                            .lang = S("en"),
                            .data = S("{\"url\":\"https://canarygateway.example.org\"}")};
    return pushers_set(tx, &pusher, false);
}

static enum rc get_pusher(struct tx *tx, const struct scene *s, str *ret_text)
{
    struct pusher *pushers;
    size_t count;
    TRY(pushers_list(tx, s->alice, &pushers, &count));
    if (count == 1)
        *ret_text = arena_concat(tx->arena, pushers[0].pushkey, pushers[0].device_name, pushers[0].data);
    return RC_OK;
}

static const struct kind {
    const char *name;
    enum rc (*put)(struct tx *tx, const struct scene *scene); /* NULL: with the one before */
    enum rc (*get)(struct tx *tx, const struct scene *scene, str *ret_text);
} kinds[] = {
    {"device key", put_device_key, get_device_key},
    {"one-time key", put_one_time_key, get_one_time_key},
    {"fallback key", put_fallback_key, get_fallback_key},
    {"cross-signing key", put_cross_signing_key, get_cross_signing_key},
    {"signature on a key", put_key_signature, get_key_signature},
    {"message to a device", put_to_device, get_to_device},
    {"backup", put_backup, get_backup},
    {"session in a backup", NULL, get_backup_session},
    {"dehydrated device", put_dehydrated_device, get_dehydrated_device},
    {"pusher", put_pusher, get_pusher},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- steps ---- */

static enum rc plant_run(struct tx *tx, void *arg)
{
    struct scene *scene = arg;
    bool is_new;
    TRY(devices_ensure(tx, scene->alice, S("PHONE"), &scene->device, &is_new, NULL));
    TRY(devices_add(tx, scene->alice, S("ASLEEP"), &scene->asleep, NULL));
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].put)
            TRY(kinds[i].put(tx, scene));
    return RC_OK;
}

static struct scene plant(struct stores *stores)
{
    struct scene scene = {.stores = stores, .alice = stores_user(stores, S("alice"))};
    scene.bob = stores_user(stores, S("bob"));
    assert_int_equal(stores_write(stores, plant_run, &scene), RC_OK);
    scene.device.device_id = S("PHONE");
    return scene;
}

struct getting {
    const struct scene *scene;
    const struct kind *kind;
    str text; /* out, in the stores' arena */
};

static enum rc get_run(struct tx *tx, void *arg)
{
    struct getting *getting = arg;
    str text = S("");
    TRY(getting->kind->get(tx, getting->scene, &text));
    getting->text = arena_dup(&getting->scene->stores->arena, text);
    return RC_OK;
}

static enum rc get(const struct scene *scene, const struct kind *kind, str *ret_text)
{
    struct getting getting = {.scene = scene, .kind = kind};
    enum rc rc = stores_write(scene->stores, get_run, &getting);
    *ret_text = getting.text;
    return rc;
}

static enum rc destroy_run(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

/* ---- tests ---- */

static void test_4_5_none_of_it_stands_in_any_file(void **state)
{
    static const char *const words[] = {"canary"};
    struct scene scene = plant(*state);
    plain_assert_none(scene.stores->folder.path, words, 1); /* the logs */
    stores_restart(scene.stores);
    plain_assert_none(scene.stores->folder.path, words, 1); /* the databases */
    for (size_t i = 0; i < KINDS; i++) {
        str text;
        if (get(&scene, &kinds[i], &text) != RC_OK || !str_contains(text, S("canary")))
            fail_msg("the %s does not come back", kinds[i].name);
    }
}

static void test_4_3_4_5_with_its_owners_key_all_of_it_is_lost(void **state)
{
    struct scene scene = plant(*state);
    str text;
    /* Somebody else's says nothing of it. */
    assert_int_equal(stores_write(scene.stores, destroy_run, &scene.bob), RC_OK);
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].get != get_one_time_key && get(&scene, &kinds[i], &text) != RC_OK)
            fail_msg("the %s went with another's key", kinds[i].name);
    assert_int_equal(stores_write(scene.stores, destroy_run, &scene.alice), RC_OK);
    for (size_t i = 0; i < KINDS; i++)
        if (get(&scene, &kinds[i], &text) != RC_NOT_FOUND)
            fail_msg("the %s can be read without its owner's key", kinds[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_4_5_none_of_it_stands_in_any_file),
        STORES_TEST(test_4_3_4_5_with_its_owners_key_all_of_it_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
