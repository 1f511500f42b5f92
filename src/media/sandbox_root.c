/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Namespaces, a root folder with nothing in it, and no rights of root's. */
#include "media/sandbox.h"

#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

bool sandbox_namespaces(void)
{
    int apart = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
    /* In a user namespace one needs no rights for it; root does without where those are forbidden. */
    return unshare(CLONE_NEWUSER | apart) == 0 || unshare(apart) == 0;
}

/* The old root is not only out of sight but out of the namespace. */
bool sandbox_empty_root(void)
{
    static const char *const place = "/tmp";
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("none", place, "tmpfs", flags, "size=4k,nr_inodes=1") != 0 || chdir(place) != 0
        || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        return false;
    return mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL) == 0;
}

bool sandbox_drop_rights(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (geteuid() == 0
        && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0
            || setresuid(NOBODY, NOBODY, NOBODY) != 0))
        return false;
    /* Becoming nobody made the process visible again. */
    if (!sandbox_is_relaxed() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return false;
    return syscall(SYS_capset, &header, none) == 0;
}
