#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

_Static_assert(sizeof(struct clinux_mmsghdr) == sizeof(struct mmsghdr), "same layout as glibc's");

const int clinux_so_meminfo = SO_MEMINFO;
const int clinux_meminfo_count = SK_MEMINFO_VARS;
const int clinux_meminfo_drops = SK_MEMINFO_DROPS;

int clinux_recvmmsg(int descriptor, struct clinux_mmsghdr *vector, unsigned int count, int flags) {
    return recvmmsg(descriptor, (struct mmsghdr *)vector, count, flags, NULL);
}

int clinux_sendmmsg(int descriptor, struct clinux_mmsghdr *vector, unsigned int count, int flags) {
    return sendmmsg(descriptor, (struct mmsghdr *)vector, count, flags);
}

int clinux_accept(int descriptor, struct sockaddr *address, socklen_t *length) {
    return accept4(descriptor, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_share_heap(int step) {
    return mallopt(M_ARENA_MAX, 1) == 1 && mallopt(M_TOP_PAD, step) == 1;
}

int clinux_set_thread_name(const char *name) { return pthread_setname_np(pthread_self(), name); }

int clinux_allowed_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : -1;
}

int clinux_allowed_processor(int position) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    for (int processor = 0; processor < CPU_SETSIZE; processor++)
        if (CPU_ISSET(processor, &set) && position-- == 0) return processor;
    return -1;
}

int clinux_pin_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int clinux_process_usage(struct rusage *usage) { return getrusage(RUSAGE_SELF, usage); }
int clinux_thread_usage(struct rusage *usage) { return getrusage(RUSAGE_THREAD, usage); }
int clinux_open_files_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
int clinux_set_open_files_limit(const struct rlimit *limit) {
    return setrlimit(RLIMIT_NOFILE, limit);
}
int clinux_close_on_exec_pipe(int descriptors[2]) {
    return pipe2(descriptors, O_CLOEXEC | O_NONBLOCK);
}
