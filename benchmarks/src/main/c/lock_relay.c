/*
 * lock_relay: the least that a lock does whose word goes through a third process.
 *
 *   lock_relay PATH    serves one lock at a Unix socket until killed: l asks for it, g is the answer, u gives it back
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WAITERS_MAX 4096

static int waiters[WAITERS_MAX], first, last, holder = -1, epoll;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void grant(int fd) {
    holder = fd;
    if (write(fd, "g", 1) != 1) fail("write");
}

static void serve(int fd) {
    char in[256];
    ssize_t count = read(fd, in, sizeof in);
    if (count <= 0) close(fd);
    for (ssize_t i = 0; i < count; i++) {
        if (in[i] == 'l' && holder < 0)
            grant(fd);
        else if (in[i] == 'l')
            waiters[last++ % WAITERS_MAX] = fd;
        else if (first < last)
            grant(waiters[first++ % WAITERS_MAX]);
        else
            holder = -1;
    }
}

int main(int count, char **words) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct epoll_event ready[64];
    if (count != 2 || strlen(words[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: lock_relay PATH\n");
        return 2;
    }
    strcpy(address.sun_path, words[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    epoll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) fail("listen");
    watch(listener);
    for (;;) {
        int found = epoll_wait(epoll, ready, 64, -1);
        for (int i = 0; i < found; i++)
            if (ready[i].data.fd == listener)
                watch(accept(listener, NULL, NULL));
            else
                serve(ready[i].data.fd);
    }
}
