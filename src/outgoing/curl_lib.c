/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/curl_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* What was loaded stays: its threads and OpenSSL's tables do not go with it. */
static struct curl_lib lib;
static enum rc lib_rc;
static pthread_once_t lib_once = PTHREAD_ONCE_INIT;

/* A pointer to data and one to a function are of one size on every system there is; ISO C has no cast between them. */
static bool find(void *handle, const char *name, void *ret_function)
{
    void *symbol = dlsym(handle, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void lib_load(void)
{
    lib_rc = RC_UNSUPPORTED;
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return;
    bool found = true;
#define CURL_FIND(name) found = found && find(handle, #name, &lib.name);
    CURL_FUNCTIONS(CURL_FIND)
#undef CURL_FIND
    if (found && lib.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        lib_rc = RC_OK;
}

enum rc curl_lib_get(const struct curl_lib **ret_lib)
{
    pthread_once(&lib_once, lib_load);
    *ret_lib = &lib;
    return lib_rc;
}
