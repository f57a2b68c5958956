// Linux calls and constants that Swift's Glibc module does not expose. No logic.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <time.h>

// The layout of glibc's `struct mmsghdr`, which its header hides without _GNU_SOURCE. That macro
// stays out of this header: beside Dispatch it breaks the module's view of <sys/select.h>.
struct clinux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

int clinux_recvmmsg(int descriptor, struct clinux_mmsghdr *vector, unsigned int count, int flags);
int clinux_sendmmsg(int descriptor, struct clinux_mmsghdr *vector, unsigned int count, int flags);
int clinux_accept(int descriptor, struct sockaddr *address, socklen_t *length);
int clinux_set_thread_name(const char *name);
int clinux_allowed_processors(void);
int clinux_allowed_processor(int position);
int clinux_pin_thread(int processor);
int clinux_process_usage(struct rusage *usage);
int clinux_thread_usage(struct rusage *usage);
int clinux_open_files_limit(struct rlimit *limit);
int clinux_set_open_files_limit(const struct rlimit *limit);
int clinux_close_on_exec_pipe(int descriptors[2]);
// One heap for all threads that grows by `step` bytes; 1 when the allocator agrees.
int clinux_share_heap(int step);

// Asks the processor for the cache line at an address that will soon be written.
static inline void clinux_prefetch(const void *address) { __builtin_prefetch(address, 1); }

static const uint32_t clinux_epoll_in = EPOLLIN;
static const uint32_t clinux_epoll_out = EPOLLOUT;
static const uint32_t clinux_epoll_error = EPOLLERR;
static const uint32_t clinux_epoll_hang_up = EPOLLHUP;
static const uint32_t clinux_epoll_read_hang_up = EPOLLRDHUP;
static const uint32_t clinux_epoll_edge_triggered = 1u << 31;

// SO_MEMINFO fills an array of this many numbers; the drops are at this index.
extern const int clinux_so_meminfo;
extern const int clinux_meminfo_count;
extern const int clinux_meminfo_drops;

#endif
