/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/vips_lib.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

/* What was loaded stays: a process can initialise libvips only once. */
static struct vips_lib lib;
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
    void *handle = dlopen("libvips.so.42", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return;
    bool found = find(handle, "g_object_unref", &lib.g_object_unref) && find(handle, "g_free", &lib.g_free)
                 && find(handle, "g_signal_connect_data", &lib.g_signal_connect_data);
#define VIPS_FIND(name) found = found && find(handle, #name, &lib.name);
    VIPS_FUNCTIONS(VIPS_FIND)
#undef VIPS_FIND
    if (!found || lib.vips_init("parley") != 0)
        return;
    /* Formats that are rare or whose readers are not made for hostile input stay closed. */
    lib.vips_block_untrusted_set(TRUE);
    lib.vips_cache_set_max(0);
    lib.vips_concurrency_set(1);
    lib_rc = RC_OK;
}

enum rc vips_lib_get(const struct vips_lib **ret_lib)
{
    pthread_once(&lib_once, lib_load);
    *ret_lib = &lib;
    return lib_rc;
}
