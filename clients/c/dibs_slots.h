/*
 * Slots of dibs, the machine's build coordinator, for C (POSIX). Copy this file, change it, keep no notice of it.
 *
 *     int dibs = dibs_connect();        once; -1 without dibs, and then everything below returns at once
 *     dibs_acquire(dibs);               waits until this machine has room for one more job
 *     ...
 *     dibs_release(dibs);
 *
 * For one thread, or with a lock around each call. Whatever happens to this process, its slots are free when it and
 * the children that have the connection are gone; it is closed on exec. Without dibs, or when it goes away, the job
 * runs without a slot. The bytes are described in docs/protocol.md of dibs.
 */
#ifndef DIBS_SLOTS_H
#define DIBS_SLOTS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int dibs_put(int fd, const char *bytes, size_t count) {
    return send(fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count;
}

/* 127.0.0.1:PORT:COOKIE */
static int dibs_connect_tcp(const char *where) {
    char host[16], cookie[65];
    unsigned port;
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (sscanf(where, "%15[0-9.]:%u:%64[0-9a-f]", host, &port, cookie) != 3) return -1;
    to.sin_port = htons((unsigned short)port);
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) return -1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) return -1;
    cookie[64] = '\n';
    if (connect(fd, (struct sockaddr *)&to, sizeof to) || !dibs_put(fd, cookie, 65)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int dibs_connect_unix(void) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *directory = getenv("DIBS");
    char usual[64];
    struct stat facts;
    if (!directory || !*directory) directory = getenv("DIBS_DIR");
    if (!directory || !*directory) {
        unsigned uid = (unsigned)geteuid();
        snprintf(usual, sizeof usual, "/run/user/%u", uid);
        int ours = !stat(usual, &facts) && S_ISDIR(facts.st_mode) && facts.st_uid == uid;
        snprintf(usual, sizeof usual, ours ? "/run/user/%u/dibs" : "/tmp/dibs-%u", uid);
        directory = usual;
    }
    int length = snprintf(to.sun_path, sizeof to.sun_path, "%s/socket", directory);
    if (length < 0 || (size_t)length >= sizeof to.sun_path) return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int dibs_connect(void) {
    const char *tcp = getenv("DIBS_TCP");
    int fd = tcp && *tcp ? dibs_connect_tcp(tcp) : dibs_connect_unix();
    if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* Returns 1 with a slot, 0 without dibs: go on all the same. */
static int dibs_acquire(int fd) {
    char answer = 0;
    return fd >= 0 && dibs_put(fd, "+", 1) && recv(fd, &answer, 1, 0) == 1 && answer == '+';
}

/* Only what dibs_acquire returned 1 for. */
static void dibs_release(int fd) {
    if (fd >= 0) dibs_put(fd, "-", 1);
}

#endif
