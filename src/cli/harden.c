/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/harden.h"

#include "base/arena.h"

#include <errno.h>
#include <fts.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The leak check of a sanitized build looks into the process like a debugger. */
#if defined(__SANITIZE_ADDRESS__)
enum { HIDE_MEMORY = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { HIDE_MEMORY = 0 };
#else
enum { HIDE_MEMORY = 1 };
#endif
#else
enum { HIDE_MEMORY = 1 };
#endif

void harden_process(void)
{
    struct rlimit files;
    umask(077);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (HIDE_MEMORY)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

bool harden_is_root(void)
{
    return geteuid() == 0;
}

static enum rc failed(struct error *err, const char *step)
{
    return error_set(err, RC_IO, "%s: %s", step, strerror(errno));
}

/* Of root's rights only binding ports below 1024 is left. */
static bool keep_bind_only(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    data[0].effective = data[0].permitted = 1u << CAP_NET_BIND_SERVICE;
    return syscall(SYS_capset, &header, data) == 0;
}

static enum rc become(const struct passwd *user, struct error *err)
{
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
        return failed(err, "keeping the right to bind ports");
    if (initgroups(user->pw_name, user->pw_gid) != 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0
        || setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return failed(err, "becoming server.user");
    if (!keep_bind_only())
        return failed(err, "dropping root's rights");
    /* Changing the user made the process visible to debuggers again. */
    if (HIDE_MEMORY)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return RC_OK;
}

/* What root has put there (init, a run without server.user) goes with the folder, and the folder last: as long as it is
 * root's, nobody else can have put a link in. */
static enum rc give_folder(char *path, const struct passwd *user, struct error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return failed(err, "the data folder");
    if (st.st_uid != 0)
        return RC_OK;
    FTS *tree = fts_open((char *[]){path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool ok = tree;
    for (FTSENT *entry; ok && (entry = fts_read(tree));)
        if (entry->fts_info != FTS_D && entry->fts_statp->st_uid == 0)
            ok = lchown(entry->fts_path, user->pw_uid, user->pw_gid) == 0;
    enum rc rc = ok ? RC_OK : failed(err, "giving the data folder to server.user");
    if (tree)
        fts_close(tree);
    return rc;
}

enum rc harden_drop_root(str user_name, str folder, struct error *err)
{
    if (!harden_is_root() || !user_name.len)
        return RC_OK;
    struct arena arena = ARENA_INIT;
    const struct passwd *user = getpwnam(arena_cstr(&arena, user_name));
    enum rc rc = RC_OK;
    if (!user || user->pw_uid == 0)
        rc = error_set(err, RC_INVALID, "server.user: there is no such user, or it is root itself");
    if (rc == RC_OK)
        rc = give_folder(arena_cstr(&arena, folder), user, err);
    if (rc == RC_OK)
        rc = become(user, err);
    arena_fini(&arena);
    return rc;
}

enum rc harden_become_owner(str folder, struct error *err)
{
    struct stat st;
    struct arena arena = ARENA_INIT;
    int found = stat(arena_cstr(&arena, folder), &st);
    arena_fini(&arena);
    if (found != 0)
        return failed(err, "the data folder");
    if (!harden_is_root() || st.st_uid == 0)
        return RC_OK;
    if (setgroups(0, NULL) != 0 || setresgid(st.st_gid, st.st_gid, st.st_gid) != 0
        || setresuid(st.st_uid, st.st_uid, st.st_uid) != 0)
        return failed(err, "becoming the data folder's owner");
    return RC_OK;
}
