/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/vips_lib.h"

#include "base/library.h"

#include <pthread.h>

/* What was loaded stays: a process can initialise libvips only once. */
static struct vips_lib lib;
static enum rc lib_rc;
static pthread_once_t lib_once = PTHREAD_ONCE_INIT;

static void lib_load(void)
{
    lib_rc = RC_UNSUPPORTED;
    void *library = library_open("libvips.so.42");
    if (!library)
        return;
    bool found = library_find(library, "g_object_unref", &lib.g_object_unref)
                 && library_find(library, "g_free", &lib.g_free)
                 && library_find(library, "g_signal_connect_data", &lib.g_signal_connect_data);
#define VIPS_FIND(name) found = found && library_find(library, #name, &lib.name);
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
