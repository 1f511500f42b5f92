/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Libraries that are opened only when they are needed: what a server does not use costs it neither memory nor time at
 * its start. They are never closed.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stdbool.h>

/* NULL when it is not installed. */
void *library_open(const char *name);
/* Fills the pointer to a function that ret_function points to; false when the library has none of that name. */
bool library_find(void *library, const char *name, void *ret_function);

#endif
