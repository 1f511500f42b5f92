/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checks a consent receipt or a certificate of erasure without a server and without a data folder: anybody's program
 * can say whether it is real. */
#include "cli/cli.h"
#include "privacy/signed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECEIPT_MAX = 256 * 1024, KEY_SIZE = 32 };

static const struct cli_option options[] = {
    {"key", "HEX",
     "The server's public key for receipts or certificates, from /_parley/v1/keys or kept from an earlier visit",
     false},
};

static enum rc read_file(struct cli *cli, str path, str *ret_text, struct error *err)
{
    FILE *file = fopen(arena_cstr(&cli->arena, path), "re");
    if (!file)
        return error_set(err, RC_IO, "cannot open %.*s: %m", STR_ARG(path));
    char *bytes = arena_alloc(&cli->arena, RECEIPT_MAX + 1);
    size_t len = fread(bytes, 1, RECEIPT_MAX + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return error_set(err, RC_IO, "cannot read %.*s", STR_ARG(path));
    if (len > RECEIPT_MAX)
        return error_set(err, RC_INVALID, "%.*s is too large for a receipt", STR_ARG(path));
    *ret_text = str_trim(str_from(bytes, len));
    return RC_OK;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_key(str hex, unsigned char ret_key[KEY_SIZE])
{
    if (hex.len != (size_t)KEY_SIZE * 2)
        return false;
    for (size_t i = 0; i < KEY_SIZE; i++) {
        int high = digit_of(hex.ptr[2 * i]), low = digit_of(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret_key[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Values come out of a file somebody sent: nothing that could steer a terminal. */
static void print_value(const char *name, str value)
{
    if (!value.len)
        return;
    printf("%-9s ", name);
    for (size_t i = 0; i < value.len; i++)
        putchar((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f ? '?' : value.ptr[i]);
    putchar('\n');
}

static void print_receipt(yyjson_val *root)
{
    yyjson_val *purpose = yyjson_arr_get_first(yyjson_obj_get(root, "purposes"));
    yyjson_val *event = yyjson_arr_get_first(yyjson_obj_get(root, "events"));
    yyjson_val *controller = yyjson_arr_get_first(yyjson_obj_get(root, "pii_controllers"));
    print_value("record", json_str_of(yyjson_obj_get(root, "record_id")));
    print_value("from", json_str_of(yyjson_obj_get(controller, "id")));
    print_value("purpose", json_str_of(yyjson_obj_get(purpose, "purpose")));
    print_value("event", json_str_of(yyjson_obj_get(event, "event_type")));
}

static void print_kinds(struct cli *cli, const char *name, yyjson_val *list)
{
    size_t at, count;
    yyjson_val *item;
    yyjson_arr_foreach(list, at, count, item)
    {
        str kind = json_str_of(yyjson_obj_get(item, "kind")), action = json_str_of(yyjson_obj_get(item, "action"));
        yyjson_val *number = yyjson_obj_get(item, "count");
        str words = number ? arena_printf(&cli->arena, "%.*s: %.*s (%lld)", STR_ARG(kind), STR_ARG(action),
                                          (long long)yyjson_get_sint(number))
                           : arena_printf(&cli->arena, "%.*s: %.*s", STR_ARG(kind), STR_ARG(action));
        print_value(name, words);
    }
}

static void print_certificate(struct cli *cli, yyjson_val *root)
{
    print_value("subject", json_str_of(yyjson_obj_get(root, "pii_principal_id")));
    print_value("from", json_str_of(yyjson_obj_get(yyjson_obj_get(root, "controller"), "id")));
    print_value("cause", json_str_of(yyjson_obj_get(root, "cause")));
    print_kinds(cli, "destroyed", yyjson_obj_get(root, "destroyed"));
    print_kinds(cli, "kept", yyjson_obj_get(root, "kept"));
}

/* Which kind it claims to be; the signature must be by the key for that. */
static enum signing_use use_of(yyjson_val *root)
{
    str schema = json_str_of(yyjson_obj_get(root, "schema_version"));
    return str_starts(schema, S("parley.erasure.")) ? SIGNING_CERTIFICATE : SIGNING_RECEIPT;
}

static void print_document(struct cli *cli, yyjson_val *root, enum signing_use use, bool key_given)
{
    const char *what = use == SIGNING_CERTIFICATE ? "certificate" : "receipt";
    if (use == SIGNING_CERTIFICATE)
        print_certificate(cli, root);
    else
        print_receipt(root);
    print_value("key", json_str_of(yyjson_obj_get(yyjson_obj_get(root, "signature"), "key")));
    printf(key_given ? "The %s is genuine: signed with the key given, and unchanged.\n"
                     : "The %s is unchanged since it was signed. Whose key it is only --key can tell.\n",
           what);
}

static int run(struct cli *cli)
{
    struct error err = {0};
    unsigned char key[KEY_SIZE];
    str hex = cli_value(cli, "key"), text;
    if (hex.ptr && !parse_key(hex, key))
        return cli_fail(cli, CLI_USAGE, "--key takes 64 hexadecimal digits");
    if (crypto_init() != RC_OK)
        return cli_fail(cli, CLI_FAILED, "the cryptography library does not start");
    yyjson_val *root;
    enum rc rc = read_file(cli, cli->words[0], &text, &err);
    if (rc == RC_OK)
        rc = json_parse_object(&cli->arena, text, false, &root, &err);
    if (rc == RC_OK)
        rc = signed_verify(&cli->arena, text, use_of(root), hex.ptr ? key : NULL, &err);
    if (rc != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    print_document(cli, root, use_of(root), hex.ptr != NULL);
    return fflush(stdout) == 0 ? CLI_OK : cli_fail(cli, CLI_FAILED, "cannot write to standard output");
}

const struct cli_command cli_policy_verify_receipt = {
    .name = "policy verify-receipt",
    .words = "FILE",
    .word_count = 1,
    .summary = "Check the signature of a consent receipt or a certificate of erasure, offline.",
    .help = "Needs neither the server nor its data. Exits with 0 when it is genuine, and 1 when it is not.\n"
            "Without --key the key named inside is used, which proves only that nothing was changed since.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
