/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Landlock: every kind of access it knows, allowed nowhere. */
#include "media/sandbox.h"

#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As newer kernels have it; an older one is told of as much as it knows. */
struct ruleset {
    uint64_t files, network, scopes;
};

enum { FILES_1 = 13, FILES_2 = 14, FILES_3 = 15, FILES_5 = 16 }; /* how many kinds of access, by version */

static uint64_t first_bits(int count)
{
    return (UINT64_C(1) << count) - 1;
}

static size_t rules_for(long version, struct ruleset *ret_rules)
{
    int files = version >= 5 ? FILES_5 : version >= 3 ? FILES_3 : version == 2 ? FILES_2 : FILES_1;
    *ret_rules = (struct ruleset){.files = first_bits(files)};
    if (version >= 4)
        ret_rules->network = first_bits(2); /* binding and connecting TCP */
    if (version >= 6)
        ret_rules->scopes = first_bits(2); /* abstract sockets, signals to others */
    return version >= 6   ? sizeof *ret_rules
           : version >= 4 ? offsetof(struct ruleset, scopes)
                          : offsetof(struct ruleset, network);
}

bool sandbox_landlock(void)
{
    struct ruleset rules;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return false;
    size_t size = rules_for(version, &rules);
    long fd = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return false;
    bool held = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    close((int)fd);
    return held;
}
