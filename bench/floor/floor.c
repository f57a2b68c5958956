// The bare floor under every relay: one thread, one edge-triggered epoll, recvfrom, sendto.
//
// It speaks just enough ng (bencode: ping, offer, answer, delete) to be set up by the same load
// generator as a real relay: `baton bench relay --target ADDRESS:PORT`. It learns each party's
// address from its SDP, checks nothing, counts nothing, knows no RTCP and never times out. It is a
// measure for benches and no relay to be used.
//
//   cc -O2 -Wall -Wextra -o floor floor.c
//   ./floor ADDRESS CONTROL-PORT FIRST-MEDIA-PORT LAST-MEDIA-PORT

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { buckets = 65536, batch = 64, message_size = 65536 };

// One bound UDP port. What it receives leaves through `peer` to `peer->remote`.
struct port {
    int descriptor;
    unsigned number;
    struct port *peer;
    struct sockaddr_in remote;
};

struct call {
    struct call *next;
    struct port caller, callee;
    size_t identity_length;
    char identity[];
};

// A run of bytes inside a message; `bytes` is NULL when there is none.
struct text {
    const char *bytes;
    size_t length;
};

static struct call *calls[buckets];
static struct in_addr local_address;
static unsigned first_port, last_port, next_port;
static int poller, control;

static int bind_udp(unsigned number) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(number)};
    address.sin_addr = local_address;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 && bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

static void watch(int descriptor, struct port *port) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = port};
    epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

// Binds the next free even port of the range. Gives 0 when none is left.
static int open_port(struct port *port) {
    for (unsigned tries = (last_port - first_port) / 2 + 1; tries > 0; tries--) {
        unsigned number = next_port;
        next_port = next_port + 2 > last_port ? first_port : next_port + 2;
        port->descriptor = bind_udp(number);
        if (port->descriptor < 0) continue;
        port->number = number;
        watch(port->descriptor, port);
        return 1;
    }
    return 0;
}

static void relay(struct port *port) {
    char packet[2048];
    for (;;) {
        ssize_t length = recvfrom(port->descriptor, packet, sizeof packet, 0, NULL, NULL);
        if (length < 0) return;
        sendto(port->peer->descriptor, packet, length, 0, (struct sockaddr *)&port->peer->remote,
               sizeof port->peer->remote);
    }
}

// The string value of a key, found by its bencoded spelling ("7:call-id").
static struct text value_of(struct text message, const char *key) {
    struct text none = {0};
    const char *end = message.bytes + message.length;
    const char *found = memmem(message.bytes, message.length, key, strlen(key));
    if (!found) return none;
    char *colon;
    found += strlen(key);
    unsigned long length = strtoul(found, &colon, 10);
    if (colon == found || colon >= end || *colon != ':' || length > (size_t)(end - colon - 1))
        return none;
    return (struct text){colon + 1, length};
}

static struct call **find(struct text identity) {
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < identity.length; i++)
        hash = (hash ^ (unsigned char)identity.bytes[i]) * 16777619u;
    struct call **call = &calls[hash % buckets];
    while (*call && ((*call)->identity_length != identity.length
                     || memcmp((*call)->identity, identity.bytes, identity.length)))
        call = &(*call)->next;
    return call;
}

// Closes what is open of a call that is in no list any more.
static void discard(struct call *call) {
    if (call->caller.descriptor >= 0) close(call->caller.descriptor);
    if (call->callee.descriptor >= 0) close(call->callee.descriptor);
    free(call);
}

static struct call *create(struct text identity) {
    struct call *call = calloc(1, sizeof *call + identity.length);
    if (!call) return NULL;
    call->identity_length = identity.length;
    memcpy(call->identity, identity.bytes, identity.length);
    call->caller.descriptor = call->callee.descriptor = -1;
    call->caller.peer = &call->callee;
    call->callee.peer = &call->caller;
    if (open_port(&call->caller) && open_port(&call->callee)) return call;
    discard(call);
    return NULL;
}

// Takes the party's address from its SDP and writes the SDP with `facing`'s address in its place.
static int rewrite(struct text sdp, struct port *party, struct port *facing, char *out) {
    const char *line = memmem(sdp.bytes, sdp.length, "c=IN IP4 ", 9);
    const char *media = memmem(sdp.bytes, sdp.length, "m=audio ", 8);
    const char *end = sdp.bytes + sdp.length;
    char address[16] = {0};
    char *after;
    if (!line || !media || media < line) return -1;
    line += 9;
    media += 8;
    size_t length = strcspn(line, "\r\n");
    if (length >= sizeof address) return -1;
    memcpy(address, line, length);
    party->remote.sin_family = AF_INET;
    party->remote.sin_port = htons(strtoul(media, &after, 10));
    if (inet_pton(AF_INET, address, &party->remote.sin_addr) != 1) return -1;
    inet_ntop(AF_INET, &local_address, address, sizeof address);
    return snprintf(out, message_size, "%.*s%s%.*s%u%.*s", (int)(line - sdp.bytes), sdp.bytes,
                    address, (int)(media - line - length), line + length, facing->number,
                    (int)(end - after), after);
}

// Writes the answer to one command (without its cookie) and returns the length.
static int execute(struct text message, char *out) {
    static char sdp_out[message_size];
    struct text command = value_of(message, "7:command");
    struct text identity = value_of(message, "7:call-id");
    struct text sdp = value_of(message, "3:sdp");
    if (command.length == 4) return sprintf(out, "d6:result4:ponge");
    if (!identity.bytes)
        return sprintf(out, "d12:error-reason21:No call-id in message6:result5:errore");
    struct call **place = find(identity);
    if (command.length == 6 && !memcmp(command.bytes, "delete", 6)) {
        struct call *call = *place;
        if (call) *place = call->next, discard(call);
        return sprintf(out, "d6:result2:oke");
    }
    int is_offer = command.length == 5;
    if (!*place && is_offer) *place = create(identity);
    if (!*place || !sdp.bytes)
        return sprintf(out, "d12:error-reason16:Ran out of ports6:result5:errore");
    struct port *party = is_offer ? &(*place)->caller : &(*place)->callee;
    int length = rewrite(sdp, party, party->peer, sdp_out);
    if (length < 0) return sprintf(out, "d12:error-reason19:Failed to parse SDP6:result5:errore");
    return sprintf(out, "d3:sdp%d:%s6:result2:oke", length, sdp_out);
}

static void serve_control(void) {
    static char request[message_size + 1], reply[2 * message_size];
    struct sockaddr_in client;
    for (;;) {
        socklen_t client_length = sizeof client;
        ssize_t length = recvfrom(control, request, message_size, 0, (struct sockaddr *)&client,
                                  &client_length);
        if (length < 0) return;
        request[length] = 0;
        char *space = memchr(request, ' ', length);
        if (!space || space - request > 255) continue;
        size_t cookie = space - request + 1;
        memcpy(reply, request, cookie);
        struct text message = {space + 1, length - cookie};
        int written = execute(message, reply + cookie);
        sendto(control, reply, cookie + written, 0, (struct sockaddr *)&client, client_length);
    }
}

int main(int count, char **arguments) {
    if (count != 5 || inet_pton(AF_INET, arguments[1], &local_address) != 1) {
        fprintf(stderr, "usage: floor ADDRESS CONTROL-PORT FIRST-MEDIA-PORT LAST-MEDIA-PORT\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    next_port = first_port = strtoul(arguments[3], NULL, 10);
    last_port = strtoul(arguments[4], NULL, 10);
    poller = epoll_create1(EPOLL_CLOEXEC);
    control = bind_udp(strtoul(arguments[2], NULL, 10));
    if (control < 0) return fprintf(stderr, "control port: %s\n", strerror(errno)), 1;
    watch(control, NULL);
    fprintf(stderr, "ready\n");
    for (;;) {
        struct epoll_event events[batch];
        int ready = epoll_wait(poller, events, batch, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) relay(events[i].data.ptr);
            else serve_control();
        }
    }
}
