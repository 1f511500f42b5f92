/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmocka with the headers it forgets to include itself. */
#ifndef TESTS_SUPPORT_CMOCKA_H
#define TESTS_SUPPORT_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
