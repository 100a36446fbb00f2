/*
 * socket_pairs: what a slot costs over a Unix socket, and what the same bytes cost between two C programs.
 *
 *   socket_pairs serve PATH                  the control: answers every + by a +, at once; ends when killed
 *   socket_pairs ask PATH CLIENTS ROUNDS     CLIENTS at once, each on a connection of its own, ROUNDS times: sends +,
 *                                            reads a +, sends -
 *
 * ask prints one line, the microseconds of each round of each client. The first fifth of the rounds is not printed.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int rounds;
static pthread_barrier_t start;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void answer(int fd) {
    char in[256], out[256];
    ssize_t count = read(fd, in, sizeof in);
    size_t slots = 0;
    for (ssize_t i = 0; i < count; i++)
        if (in[i] == '+') out[slots++] = '+';
    if (count <= 0 || (slots && write(fd, out, slots) != (ssize_t)slots)) close(fd);
}

static void serve(void) {
    struct epoll_event ready[256];
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), epoll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) fail("listen");
    watch(epoll, listener);
    for (;;) {
        int count = epoll_wait(epoll, ready, 256, -1);
        for (int i = 0; i < count; i++)
            if (ready[i].data.fd == listener)
                watch(epoll, accept4(listener, NULL, NULL, SOCK_NONBLOCK));
            else
                answer(ready[i].data.fd);
    }
}

static void *ask(void *samples) {
    double *us = samples;
    char slot;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    pthread_barrier_wait(&start);
    for (int round = 0; round < rounds; round++) {
        double began_us = now_us();
        if (write(fd, "+", 1) != 1 || read(fd, &slot, 1) != 1 || slot != '+' || write(fd, "-", 1) != 1) fail("slot");
        us[round] = now_us() - began_us;
    }
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc < 3 || strlen(argv[2]) >= sizeof address.sun_path) return 125;
    strcpy(address.sun_path, argv[2]);
    if (!strcmp(argv[1], "serve")) serve();
    if (argc < 5) return 125;
    int clients = atoi(argv[3]);
    rounds = atoi(argv[4]);
    double *us = calloc((size_t)clients * rounds, sizeof *us);
    pthread_t *threads = calloc(clients, sizeof *threads);
    pthread_barrier_init(&start, NULL, clients);
    for (int i = 0; i < clients; i++)
        if (pthread_create(threads + i, NULL, ask, us + (size_t)i * rounds)) fail("pthread_create");
    for (int i = 0; i < clients; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < clients; i++)
        for (int round = rounds / 5; round < rounds; round++) printf("%.1f ", us[(size_t)i * rounds + round]);
    putchar('\n');
    return 0;
}
