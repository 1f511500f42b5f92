/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/client.h"

#include "base/log.h"
#include "outgoing/transfer.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

struct outgoing_client {
    enum outgoing_reach reach;
    pthread_t thread;
    pthread_mutex_t lock;
    bool started, stopping;         /* under the lock, like the next three; it stops by itself without a libcurl */
    struct transfer *first, **last; /* waiting for the thread */
    size_t count;                   /* of all, under way too */
    CURLM *multi;                   /* NULL until the thread has one */

    const struct curl_lib *lib; /* the thread's, like what follows */
    struct transfer *under_way;
};

const char *outgoing_outcome_name(enum outgoing_outcome outcome)
{
    static const char *const names[] = {
        [OUTGOING_ANSWERED] = "answered", [OUTGOING_TIMED_OUT] = "timed out", [OUTGOING_FAILED] = "failed",
        [OUTGOING_REFUSED] = "refused",   [OUTGOING_TOO_LARGE] = "too large", [OUTGOING_ENDED] = "ended",
    };
    return names[outcome];
}

/* ---- the thread ---- */

static void link_in(struct outgoing_client *client, struct transfer *transfer)
{
    transfer->after = client->under_way;
    if (transfer->after)
        transfer->after->before = transfer;
    client->under_way = transfer;
}

static void link_out(struct outgoing_client *client, struct transfer *transfer)
{
    if (transfer->before)
        transfer->before->after = transfer->after;
    else
        client->under_way = transfer->after;
    if (transfer->after)
        transfer->after->before = transfer->before;
}

static void count_down(struct outgoing_client *client)
{
    pthread_mutex_lock(&client->lock);
    client->count--;
    pthread_mutex_unlock(&client->lock);
}

static void begin(struct outgoing_client *client, struct transfer *transfer)
{
    if (transfer_prepare(transfer, client->lib) != RC_OK
        || client->lib->curl_multi_add_handle(client->multi, transfer->easy) != CURLM_OK) {
        count_down(client);
        transfer_give_up(transfer, client->lib, OUTGOING_FAILED);
        return;
    }
    link_in(client, transfer);
}

/* False: the end. */
static bool take_waiting(struct outgoing_client *client)
{
    pthread_mutex_lock(&client->lock);
    struct transfer *transfer = client->first;
    bool going_on = !client->stopping;
    client->first = NULL;
    client->last = &client->first;
    pthread_mutex_unlock(&client->lock);
    while (transfer) {
        struct transfer *next = transfer->next;
        begin(client, transfer);
        transfer = next;
    }
    return going_on;
}

static void finish_ended(struct outgoing_client *client)
{
    const struct curl_lib *lib = client->lib;
    struct CURLMsg *message;
    int left;
    while ((message = lib->curl_multi_info_read(client->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;
        struct transfer *transfer = NULL;
        lib->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        lib->curl_multi_remove_handle(client->multi, transfer->easy);
        link_out(client, transfer);
        count_down(client);
        transfer_end(transfer, lib, code);
    }
}

static void give_up_all(struct outgoing_client *client)
{
    while (client->under_way) {
        struct transfer *transfer = client->under_way;
        link_out(client, transfer);
        if (transfer->easy)
            client->lib->curl_multi_remove_handle(client->multi, transfer->easy);
        transfer_give_up(transfer, client->lib, OUTGOING_ENDED);
    }
}

static bool open_multi(struct outgoing_client *client)
{
    if (curl_lib_get(&client->lib) != RC_OK) {
        log_note(LOG_ERROR, "nothing can be sent to other servers: libcurl.so.4 is not installed");
        return false;
    }
    CURLM *multi = client->lib->curl_multi_init();
    if (!multi)
        return false;
    client->lib->curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)OUTGOING_MOST_CONNECTIONS);
    client->lib->curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)OUTGOING_MOST_PER_HOST);
    client->lib->curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)OUTGOING_MOST_PER_HOST);
    pthread_mutex_lock(&client->lock);
    client->multi = multi;
    pthread_mutex_unlock(&client->lock);
    return true;
}

static void give_up_waiting(struct outgoing_client *client)
{
    pthread_mutex_lock(&client->lock);
    struct transfer *transfer = client->first;
    client->stopping = true;
    client->first = NULL;
    client->last = &client->first;
    pthread_mutex_unlock(&client->lock);
    while (transfer) {
        struct transfer *next = transfer->next;
        transfer_give_up(transfer, client->lib, OUTGOING_ENDED);
        transfer = next;
    }
}

static void *client_thread(void *arg)
{
    struct outgoing_client *client = arg;
    if (!open_multi(client)) {
        give_up_waiting(client);
        return NULL;
    }
    while (take_waiting(client)) {
        int running;
        client->lib->curl_multi_perform(client->multi, &running);
        finish_ended(client);
        /* Libcurl shortens the wait to its own next deadline; a new request wakes it. */
        client->lib->curl_multi_poll(client->multi, NULL, 0, client->under_way ? 1000 : INT_MAX, NULL);
    }
    give_up_all(client);
    return NULL;
}

/* ---- from outside ---- */

struct outgoing_client *outgoing_new(enum outgoing_reach reach)
{
    struct outgoing_client *client = xcalloc(1, sizeof *client);
    client->reach = reach;
    client->last = &client->first;
    pthread_mutex_init(&client->lock, NULL);
    return client;
}

void outgoing_stop(struct outgoing_client *client)
{
    pthread_mutex_lock(&client->lock);
    bool started = client->started;
    client->stopping = true;
    client->started = false;
    if (client->multi)
        client->lib->curl_multi_wakeup(client->multi);
    pthread_mutex_unlock(&client->lock);
    if (started)
        pthread_join(client->thread, NULL);
}

void outgoing_free(struct outgoing_client **client_ptr)
{
    struct outgoing_client *client = *client_ptr;
    if (!client)
        return;
    outgoing_stop(client);
    if (client->multi)
        client->lib->curl_multi_cleanup(client->multi);
    pthread_mutex_destroy(&client->lock);
    free(client);
    *client_ptr = NULL;
}

/* Under the lock: whether the thread will see it. */
static bool enqueue(struct outgoing_client *client, struct transfer *transfer)
{
    if (client->stopping || client->count >= OUTGOING_MOST_WAITING)
        return false;
    if (!client->started)
        client->started = pthread_create(&client->thread, NULL, client_thread, client) == 0;
    if (!client->started)
        return false;
    *client->last = transfer;
    client->last = &transfer->next;
    client->count++;
    if (client->multi)
        client->lib->curl_multi_wakeup(client->multi);
    return true;
}

void outgoing_send(struct outgoing_client *client, const struct outgoing_request *request)
{
    static const struct outgoing_answer refused = {.outcome = OUTGOING_REFUSED};
    struct transfer *transfer = transfer_new(request, client->reach);
    if (!transfer) {
        request->done(request->ctx, &refused);
        return;
    }
    pthread_mutex_lock(&client->lock);
    bool taken = enqueue(client, transfer);
    pthread_mutex_unlock(&client->lock);
    if (!taken)
        transfer_give_up(transfer, NULL, OUTGOING_ENDED);
}
