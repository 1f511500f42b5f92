/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SQLite's own page cache, without the walk through all of it that a commit would take. */
#ifndef DB_PAGE_CACHE_H
#define DB_PAGE_CACHE_H

/* For the whole process; before SQLite is first used, else nothing changes. */
void page_cache_install(void);

#endif
