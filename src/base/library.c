/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *name)
{
    return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

/* A pointer to data and one to a function are of one size on every system there is; ISO C has no cast between them. */
bool library_find(void *library, const char *name, void *ret_function)
{
    void *symbol = dlsym(library, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}
