/*
 * taker: a client of the make protocol that does what a test says.
 *
 *   taker PATH block|poll|try COUNT    takes COUNT tokens one by one, or what one read of COUNT bytes gives if COUNT
 *                                      begins with +, and says "has N" each time; then does what its input says:
 *
 *   give N    writes N bytes at once, and says "gave N"
 *   leave     ends by itself with what it has, as does the end of the input
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fd, has;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* 0: there is none now, and it was not to wait. */
static int take(const char *how, int most) {
    char tokens[256];
    for (;;) {
        ssize_t count = read(fd, tokens, most);
        if (count > 0) return count;
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) fail("read");
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (!strcmp(how, "try")) return 0;
        if (!strcmp(how, "poll") && poll(&ready, 1, -1) < 0 && errno != EINTR) fail("poll");
    }
}

static void say(const char *what, int number) {
    printf("%s %d\n", what, number);
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 4) return 125;
    fd = open(argv[1], O_RDWR | (strcmp(argv[2], "block") ? O_NONBLOCK : 0));
    if (fd < 0) fail(argv[1]);
    int atonce = argv[3][0] == '+', wanted = atoi(argv[3]);
    do {
        int count = take(argv[2], atonce ? wanted : 1);
        has += count;
        say("has", has);
        if (!count) break;
    } while (!atonce && has < wanted);
    char line[64], bytes[256];
    memset(bytes, '+', sizeof bytes);
    while (fgets(line, sizeof line, stdin) && strncmp(line, "leave", 5)) {
        int count = atoi(line + 5);
        if (write(fd, bytes, count) != count) fail("write");
        say("gave", count);
    }
    return 0;
}
