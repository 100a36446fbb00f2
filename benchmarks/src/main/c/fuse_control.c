/*
 * fuse_control: the least that serves tokens through /dev/fuse, to compare with. As root.
 *
 *   fuse_control FOLDER TOKENS     mounts FOLDER, in which there is one file, tokens; says "ready"; ends when killed
 *
 * It knows nothing of who reads: a counter, a queue of reads that wait and a list of who polls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define WAITERS_MAX 4096

static int device, tokens;
static uint64_t readers[WAITERS_MAX], pollers[WAITERS_MAX];
static int reader_count, poller_count;

static void reply(uint64_t unique, int error, const void *body, size_t bytes) {
    struct fuse_out_header head = {.len = sizeof head + bytes, .error = error, .unique = unique};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)body, bytes}};
    if (writev(device, parts, 2) < 0 && errno != ENOENT) perror("reply");
}

static struct fuse_attr attributes(uint64_t node) {
    struct fuse_attr attr = {.ino = node, .nlink = 1, .blksize = 4096};
    attr.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600;
    return attr;
}

static void returned(int count) {
    tokens += count;
    while (tokens > 0 && reader_count > 0) {
        tokens--;
        reply(readers[0], 0, "+", 1);
        memmove(readers, readers + 1, --reader_count * sizeof *readers);
    }
    for (int wake = tokens; wake > 0 && poller_count > 0; wake--) {
        struct fuse_notify_poll_wakeup_out out = {.kh = pollers[0]};
        reply(0, FUSE_NOTIFY_POLL, &out, sizeof out);
        memmove(pollers, pollers + 1, --poller_count * sizeof *pollers);
    }
}

static void read_token(struct fuse_in_header *head, struct fuse_read_in *in) {
    if (tokens > 0 && reader_count == 0)
        tokens--, reply(head->unique, 0, "+", 1);
    else if (in->flags & O_NONBLOCK || reader_count == WAITERS_MAX)
        reply(head->unique, -EAGAIN, NULL, 0);
    else
        readers[reader_count++] = head->unique;
}

static void poll_tokens(struct fuse_in_header *head, struct fuse_poll_in *in) {
    struct fuse_poll_out out = {.revents = POLLOUT | (tokens > 0 ? POLLIN : 0)};
    if (tokens == 0 && in->flags & FUSE_POLL_SCHEDULE_NOTIFY && poller_count < WAITERS_MAX)
        pollers[poller_count++] = in->kh;
    reply(head->unique, 0, &out, sizeof out);
}

static void interrupt(struct fuse_interrupt_in *in) {
    for (int i = 0; i < reader_count; i++)
        if (readers[i] == in->unique) {
            reply(in->unique, -EINTR, NULL, 0);
            memmove(readers + i, readers + i + 1, (--reader_count - i) * sizeof *readers);
        }
}

static void serve(struct fuse_in_header *head, void *body) {
    struct fuse_init_out init = {.major = 7, .minor = 31, .max_write = 4096};
    struct fuse_entry_out entry = {.nodeid = 2, .attr = attributes(2)};
    struct fuse_attr_out attr = {.attr = attributes(head->nodeid)};
    struct fuse_open_out opened = {.open_flags = FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM};
    struct fuse_write_out written = {0};
    switch (head->opcode) {
        case FUSE_INIT: return reply(head->unique, 0, &init, sizeof init);
        case FUSE_LOOKUP:
            if (strcmp(body, "tokens")) return reply(head->unique, -ENOENT, NULL, 0);
            return reply(head->unique, 0, &entry, sizeof entry);
        case FUSE_GETATTR: return reply(head->unique, 0, &attr, sizeof attr);
        case FUSE_OPEN: return reply(head->unique, 0, &opened, sizeof opened);
        case FUSE_READ: return read_token(head, body);
        case FUSE_WRITE:
            written.size = ((struct fuse_write_in *)body)->size;
            reply(head->unique, 0, &written, sizeof written);
            return returned(written.size);
        case FUSE_POLL: return poll_tokens(head, body);
        case FUSE_RELEASE: return reply(head->unique, 0, NULL, 0);
        case FUSE_INTERRUPT: return interrupt(body);
        case FUSE_FORGET:
        case FUSE_BATCH_FORGET: return;
        default: return reply(head->unique, -ENOSYS, NULL, 0);
    }
}

int main(int argc, char **argv) {
    static char request[16384] __attribute__((aligned(8)));
    char options[128];
    if (argc < 3) return 125;
    tokens = atoi(argv[2]);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, getuid(), getgid());
    if (device < 0 || mount("control", argv[1], "fuse.control", MS_NOSUID | MS_NODEV, options))
        return perror(argv[1]), 1;
    puts("ready");
    fflush(stdout);
    for (;;) {
        ssize_t bytes = read(device, request, sizeof request);
        if (bytes < 0 && errno == ENODEV) return 0;
        if (bytes >= (ssize_t)sizeof(struct fuse_in_header))
            serve((struct fuse_in_header *)request, request + sizeof(struct fuse_in_header));
    }
}
