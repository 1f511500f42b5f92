/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preview/xml_lib.h"

#include "base/library.h"

#include <pthread.h>

static struct xml_lib lib;
static enum rc lib_rc;
static pthread_once_t lib_once = PTHREAD_ONCE_INIT;

static void lib_load(void)
{
    lib_rc = RC_UNSUPPORTED;
    void *library = library_open("libxml2.so.2");
    if (!library)
        return;
    bool found = true;
#define XML_FIND(name) found = found && library_find(library, #name, &lib.name);
    XML_FUNCTIONS(XML_FIND)
#undef XML_FIND
    if (!found)
        return;
    lib.xmlInitParser();
    lib_rc = RC_OK;
}

enum rc xml_lib_get(const struct xml_lib **ret_lib)
{
    pthread_once(&lib_once, lib_load);
    *ret_lib = &lib;
    return lib_rc;
}
