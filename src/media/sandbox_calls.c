/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The system calls that are left, as a filter the kernel runs (seccomp). What is not named fails with EPERM, so that a
 * library which looks for a file finds none and goes on. Threads may be made, for decoders do; processes only until the
 * seal.
 */
#include "media/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE AUDIT_ARCH_RISCV64
#endif

enum { PROGRAM_MAX = 192, X32_BIT = 0x40000000 };

struct program {
    struct sock_filter steps[PROGRAM_MAX];
    unsigned short count;
};

static void add(struct program *program, struct sock_filter step)
{
    if (program->count < PROGRAM_MAX)
        program->steps[program->count++] = step;
}

static void load(struct program *program, size_t offset)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void answer(struct program *program, uint32_t verdict)
{
    add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

/* The number of the call is loaded before and after each of these. */
static void on_call(struct program *program, int number, uint32_t verdict)
{
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1));
    answer(program, verdict);
}

/* Allowed when of the bits in mask exactly those in want are set in an argument. */
static void on_call_bits(struct program *program, int number, int argument, uint32_t mask, uint32_t want)
{
    /* All machines named above put the lower half first. */
    size_t at = offsetof(struct seccomp_data, args) + (size_t)argument * sizeof(uint64_t);
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 5));
    load(program, at);
    add(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, want, 0, 1));
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
}

static const int always[] = {
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_close,
    SYS_ppoll,
    SYS_exit,
    SYS_exit_group,
    SYS_futex,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_getpid,
    SYS_gettid,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_getrandom,
    SYS_set_robust_list,
    SYS_getrusage,
    SYS_restart_syscall,
    SYS_membarrier,
    SYS_sysinfo,
    SYS_uname,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getppid,
    SYS_lseek,
    SYS_fstat,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_arch_prctl
    SYS_arch_prctl,
#endif
};

/* Of the process that makes one for each picture. */
static const int until_sealed[] = {
    SYS_recvmsg, SYS_wait4, SYS_kill, SYS_prctl, SYS_prlimit64, SYS_rt_sigaction, SYS_set_tid_address,
#ifdef SYS_fork
    SYS_fork,
#endif
};

#define APART                                                                                                          \
    (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

#ifdef MACHINE
static void write_program(struct program *program, bool sealed)
{
    load(program, offsetof(struct seccomp_data, arch));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        on_call(program, always[i], SECCOMP_RET_ALLOW);
    for (size_t i = 0; !sealed && i < sizeof until_sealed / sizeof *until_sealed; i++)
        on_call(program, until_sealed[i], SECCOMP_RET_ALLOW);
    /* Its flags are in memory, where a filter cannot look; glibc then asks for clone(). */
    on_call(program, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    on_call_bits(program, SYS_clone, 0, APART | (sealed ? CLONE_THREAD : 0), sealed ? CLONE_THREAD : 0);
    /* No memory that can run as a program. */
    on_call_bits(program, SYS_mmap, 2, PROT_EXEC, 0);
    on_call_bits(program, SYS_mprotect, 2, PROT_EXEC, 0);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
}
#endif

bool sandbox_calls(bool sealed)
{
    if (sandbox_is_relaxed())
        return true;
#ifdef MACHINE
    struct program program = {.count = 0};
    write_program(&program, sealed);
    struct sock_fprog filter = {.len = program.count, .filter = program.steps};
    return program.count < PROGRAM_MAX && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
#else
    (void)sealed;
    return false;
#endif
}
