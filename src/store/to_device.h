/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Messages to devices (spec "Send-to-Device messaging"): they wait in a queue for each device, in the order of the
 * stream, until the device says that it has them. Sealed under the recipient's key; who sent them is a number.
 *
 * A queue is bounded (to_device_queue.h): at the bound the sender who fills it most loses the oldest of theirs, so
 * that nobody can flush away what others sent, and no sender is ever held up.
 */
#ifndef STORE_TO_DEVICE_H
#define STORE_TO_DEVICE_H

#include "store/users.h"

enum {
    TO_DEVICE_CONTENT_MAX = 64 << 10, /* of one message */
    TO_DEVICE_QUEUE_COUNT = 10000,    /* waiting for one device */
    TO_DEVICE_QUEUE_BYTES = 32 << 20,
    TO_DEVICE_PAGE = 100,           /* handed out at a time (spec: "a reasonable limit") … */
    TO_DEVICE_PAGE_BYTES = 1 << 20, /* … or fewer, when they are large */
};

/* Whose device. */
struct to_device_place {
    uint64_t user_nid, device_nid;
};

/* What a device is given: type, sender and content as one JSON object, in the arena. */
str to_device_text(struct arena *arena, str sender, str type, str content);

/* WRITE. One more for a device; wakes its owner's syncs. */
enum rc to_device_put(struct tx *tx, uint64_t sender_nid, struct to_device_place to, str text) MUST_USE;

/* WRITE. RC_EXISTS: the device has sent this before (type and transaction id), and whatever it was is done. Remembered
 * for as long as the catalogue's row says. A service without a device has the number 0. */
enum rc to_device_note_sent(struct tx *tx, struct to_device_place from, str type, str txn_id) MUST_USE;

struct to_device_page {
    str events; /* JSON objects, comma-separated; empty: none */
    size_t count;
    int64_t last; /* everything up to here is in it */
    bool more;    /* behind it, up to where was asked for */
};
/* What waits for the device with from < pos ≤ to, oldest first: no more than limit, or than a page holds. */
enum rc to_device_read(struct tx *tx, struct to_device_place of, int64_t from, int64_t to, size_t limit,
                       struct to_device_page *ret_page) MUST_USE;

struct to_device_message {
    int64_t pos, sent_ms;
    uint64_t device_nid;
    str text; /* a JSON object */
};
/* What waits for all devices of a person behind `from`, oldest first: no more than a page. In the arena. */
enum rc to_device_of_user(struct tx *tx, uint64_t user_nid, int64_t from, struct to_device_message **ret_messages,
                          size_t *ret_count, bool *ret_more) MUST_USE;

/* WRITE. The device has everything up to the position. */
enum rc to_device_forget(struct tx *tx, struct to_device_place of, int64_t up_to) MUST_USE;
/* WRITE. The device is no more: nor is what waits for it and what it sent. */
enum rc to_device_forget_device(struct tx *tx, struct to_device_place of) MUST_USE;

#endif
