/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keys of end-to-end encryption: every user publishes a device and one-time keys, one asks for everybody's devices at
 * once, and all claim each other's one-time keys.
 */
#include "load/scenarios.h"

#include <stdio.h>

enum { ONE_TIME_KEYS = 50, QUERIES = 20 };

/* As long as real ones; a server does not look into them. */
#define KEY "06UzBknVHFMwgi7AVloY7ylC+xhOhEX4PkNge14Grl8"
#define SIGNATURE "YbJva03ihSj5mPk+CHMJKUKlCXCPFXjXOK6VqBnN9nA2evksQcTGn6hwQfrgRHIDDXO2le49x7jnWJHMJrJoBQ"

struct keys {
    struct population *population;
    size_t handed_out, answer_bytes;
};

static bool complain(const char *what, int status, str body)
{
    fprintf(stderr, "load: %s: status %d: %.*s\n", what, status, (int)(body.len < 200 ? body.len : 200), body.ptr);
    return false;
}

static void add_signature(struct strbuf *body, str user_id, str device)
{
    strbuf_printf(body, "\"signatures\":{\"%.*s\":{\"ed25519:%.*s\":\"" SIGNATURE "\"}}", STR_ARG(user_id),
                  STR_ARG(device));
}

static void make_upload(void *ctx, size_t index, struct strbuf *out)
{
    const struct keys *keys = ctx;
    const struct bench_user *user = &keys->population->users[index];
    struct strbuf body = STRBUF_INIT;
    strbuf_printf(&body,
                  "{\"device_keys\":{\"user_id\":\"%.*s\",\"device_id\":\"%.*s\",\"algorithms\":["
                  "\"m.olm.v1.curve25519-aes-sha2\",\"m.megolm.v1.aes-sha2\"],\"keys\":{\"curve25519:%.*s\":\"" KEY
                  "\",\"ed25519:%.*s\":\"" KEY "\"},",
                  STR_ARG(user->id), STR_ARG(user->device), STR_ARG(user->device), STR_ARG(user->device));
    add_signature(&body, user->id, user->device);
    strbuf_add(&body, S("},\"one_time_keys\":{"));
    for (int i = 0; i < ONE_TIME_KEYS; i++) {
        strbuf_printf(&body, "%s\"signed_curve25519:AAAAAAAA%02d\":{\"key\":\"" KEY "\",", i ? "," : "", i);
        add_signature(&body, user->id, user->device);
        strbuf_add_char(&body, '}');
    }
    strbuf_add(&body, S("}}"));
    request_add(keys->population->client, out, "POST", S("/_matrix/client/v3/keys/upload"), user->token,
                strbuf_str(&body));
    strbuf_fini(&body);
}

static bool take_upload(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    return status == 200 || complain("cannot upload", status, body);
}

/* The next user in the row, so that each has as many claims. */
static void make_claim(void *ctx, size_t index, struct strbuf *out)
{
    const struct keys *keys = ctx;
    size_t count = keys->population->user_count;
    const struct bench_user *claimed = &keys->population->users[(index + 1) % count];
    struct strbuf body = STRBUF_INIT;
    strbuf_printf(&body, "{\"one_time_keys\":{\"%.*s\":{\"%.*s\":\"signed_curve25519\"}}}", STR_ARG(claimed->id),
                  STR_ARG(claimed->device));
    request_add(keys->population->client, out, "POST", S("/_matrix/client/v3/keys/claim"),
                keys->population->users[index % count].token, strbuf_str(&body));
    strbuf_fini(&body);
}

static bool take_claim(void *ctx, size_t index, int status, str body)
{
    struct keys *keys = ctx;
    (void)index;
    keys->handed_out += memmem(body.ptr, body.len, KEY, sizeof KEY - 1) != NULL;
    return status == 200 || complain("cannot claim", status, body);
}

static void make_query(void *ctx, size_t index, struct strbuf *out)
{
    const struct keys *keys = ctx;
    struct strbuf body = STRBUF_INIT;
    (void)index;
    strbuf_add(&body, S("{\"device_keys\":{"));
    for (size_t i = 0; i < keys->population->user_count; i++)
        strbuf_printf(&body, "%s\"%.*s\":[]", i ? "," : "", STR_ARG(keys->population->users[i].id));
    strbuf_add(&body, S("}}"));
    request_add(keys->population->client, out, "POST", S("/_matrix/client/v3/keys/query"),
                keys->population->users[0].token, strbuf_str(&body));
    strbuf_fini(&body);
}

static bool take_query(void *ctx, size_t index, int status, str body)
{
    struct keys *keys = ctx;
    (void)index;
    keys->answer_bytes = body.len;
    return status == 200 || complain("cannot query", status, body);
}

/* Requests a second. */
static bool measure(struct client *client, const struct bulk *bulk, double *ret_rate)
{
    uint64_t begin = client_clock();
    bool done = bulk_run(client, bulk);
    *ret_rate = (double)bulk->count * 1e9 / (double)(client_clock() - begin);
    return done;
}

bool scenario_keys(struct population *population, struct report *report)
{
    static struct histogram claims_latency, queries_latency;
    const struct options *options = population->options;
    struct client *client = population->client;
    struct keys keys = {.population = population};
    if (!population_register(population, options->users) || !population_devices(population))
        return false;
    size_t count = population->user_count;
    struct bulk upload = {count, 32, make_upload, take_upload, &keys, NULL};
    struct bulk claim = {count * ONE_TIME_KEYS, 64, make_claim, take_claim, &keys, &claims_latency};
    struct bulk query = {QUERIES, 1, make_query, take_query, &keys, &queries_latency};
    double uploads, claims, queries;
    if (!measure(client, &upload, &uploads) || !measure(client, &query, &queries))
        return false;
    struct process_use before = process_use(options->pid);
    if (!measure(client, &claim, &claims))
        return false;
    report_add(report, "uploads", uploads, "/s of a device and 50 one-time keys");
    report_add(report, "claims", claims, "/s");
    report_latency(report, "request", &claims_latency);
    if (options->pid > 0)
        report_add(report, "server_cpu_per_request",
                   (double)(process_use(options->pid).cpu_ns - before.cpu_ns) / (double)claim.count / 1000, "us");
    report_add(report, "query_users", (double)count, "");
    report_add(report, "query_median", (double)histogram_at(&queries_latency, 0.5) / 1e6, "ms");
    report_add(report, "query_answer", (double)keys.answer_bytes / 1048576, "MiB");
    report_add(report, "keys_missing", (double)claim.count - (double)keys.handed_out, "");
    report_add(report, "errors", (double)client->failures, "");
    return true;
}
