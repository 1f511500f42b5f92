/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/curl_lib.h"

#include "base/library.h"

#include <pthread.h>

/* What was loaded stays: its threads and OpenSSL's tables do not go with it. */
static struct curl_lib lib;
static enum rc lib_rc;
static pthread_once_t lib_once = PTHREAD_ONCE_INIT;

static void lib_load(void)
{
    lib_rc = RC_UNSUPPORTED;
    void *library = library_open("libcurl.so.4");
    if (!library)
        return;
    bool found = true;
#define CURL_FIND(name) found = found && library_find(library, #name, &lib.name);
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
