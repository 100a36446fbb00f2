/*
 * hog: a client of the make protocol that keeps its tokens.
 *
 *   hog TOKENS busy    takes TOKENS from $DIBS_FIFO, says "holding", computes in a second thread while the first sleeps,
 *                      says "still" every CPU second, until stdin ends; then gives the tokens back
 *   hog TOKENS dead    takes them, says "holding", and kills itself
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void *compute(void *unused) {
    struct timespec used;
    time_t said = 0;
    volatile unsigned x = 1;
    for (;;) {
        for (int i = 0; i < 1000000; i++) x = x * 1664525u + 1013904223u;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        if (used.tv_sec > said) {
            said = used.tv_sec;
            puts("still");
            fflush(stdout);
        }
    }
    return unused;
}

static void until_stdin_ends(void) {
    char byte;
    while (read(0, &byte, 1) > 0) continue;
}

int main(int argc, char **argv) {
    const char *path = getenv("DIBS_FIFO");
    if (argc != 3 || !path) return 125;
    int fifo = open(path, O_RDWR);
    int count = atoi(argv[1]);
    char tokens[256];
    for (int got = 0; got < count;) {
        ssize_t n = fifo < 0 ? -1 : read(fifo, tokens + got, count - got);
        if (n < 0 && errno != EINTR) return perror(path), 124;
        if (n > 0) got += n;
    }
    puts("holding");
    fflush(stdout);
    if (!strcmp(argv[2], "dead")) kill(getpid(), SIGKILL);
    pthread_t thread;
    pthread_create(&thread, NULL, compute, NULL);
    until_stdin_ends();
    return write(fifo, tokens, count) == count ? 0 : 124;
}
