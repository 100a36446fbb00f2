/*
 * token_clients: what a token costs at a jobserver, whatever kind of file it is.
 *
 *   token_clients pairs PATH CLIENTS ROUNDS block|poll CLIENTS processes at once, each ROUNDS times: takes a token,
 *                                                      gives it back; prints the median microseconds of a client's
 *                                                      round, and those of the whole by number of rounds
 *   token_clients wait PATH CLIENTS                    CLIENTS processes that take what there is and wait for more, for
 *                                                      ever
 *   token_clients death PATH ROUNDS                    there is one token: prints the microseconds from the SIGKILL of
 *                                                      its holder until a client that waits in a read has it
 *   token_clients lock PATH ROUNDS                     the control: the same for a record lock on a plain file, which the
 *                                                      kernel alone takes back
 *
 * PATH may be fifo:PATH. A client that polls reads without blocking, and waits in poll() if there is nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared {
    pthread_barrier_t start;
    volatile double began_us, got_us;
    volatile int held;
    double us[];
};

static const char *path;
static struct shared *shared;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void share(int clients, size_t samples) {
    size_t bytes = sizeof *shared + samples * sizeof(double);
    shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) fail("mmap");
    pthread_barrierattr_t across;
    pthread_barrierattr_init(&across);
    pthread_barrierattr_setpshared(&across, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->start, &across, clients + 1);
}

static pid_t child(void) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (!pid) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pid;
}

static int open_end(int polls) {
    int fd = open(path, O_RDWR | O_CLOEXEC | (polls ? O_NONBLOCK : 0));
    if (fd < 0) fail(path);
    return fd;
}

static void take(int fd, int polls) {
    char token;
    for (;;) {
        if (read(fd, &token, 1) == 1) return;
        if (errno != EAGAIN && errno != EINTR) fail("read");
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (polls && poll(&ready, 1, -1) < 0 && errno != EINTR) fail("poll");
    }
}

static void give_back(int fd) {
    if (write(fd, "+", 1) != 1) fail("write");
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int pairs(int clients, int rounds, int polls) {
    share(clients, (size_t)clients * rounds);
    for (int i = 0; i < clients; i++)
        if (!child()) {
            int fd = open_end(polls);
            pthread_barrier_wait(&shared->start);
            for (int round = 0; round < rounds; round++) {
                double began_us = now_us();
                take(fd, polls);
                give_back(fd);
                shared->us[(size_t)i * rounds + round] = now_us() - began_us;
            }
            _exit(0);
        }
    pthread_barrier_wait(&shared->start);
    double began_us = now_us();
    for (int i = 0, status; i < clients; i++)
        if (wait(&status) < 0 || status) return 1;
    double each_us = (now_us() - began_us) / ((double)clients * rounds);
    qsort(shared->us, (size_t)clients * rounds, sizeof(double), compare);
    printf("%.2f %.2f\n", shared->us[(size_t)clients * rounds / 2], each_us);
    return 0;
}

static int wait_for_ever(int clients) {
    for (int i = 0; i < clients; i++)
        if (!child()) {
            int fd = open_end(0);
            for (;;) take(fd, 0);
        }
    return pause();
}

static void nap_us(long us) {
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&t, NULL);
}

typedef void taker(int fd);

static void take_token(int fd) { take(fd, 0); }

static void take_lock(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    if (fcntl(fd, F_SETLKW, &lock)) fail("lock");
}

static void close_fd(int fd) { close(fd); }

/* After the barrier the holder has it; the waiter has had 20 ms to begin to wait when the holder is killed. */
static double death_us(taker *take_it, taker *let_go) {
    pid_t holder = child();
    if (!holder) {
        take_it(open_end(0));
        pthread_barrier_wait(&shared->start);
        pause();
    }
    pthread_barrier_wait(&shared->start);
    shared->got_us = 0;
    pid_t waiter = child();
    if (!waiter) {
        int fd = open_end(0);
        take_it(fd);
        shared->got_us = now_us();
        let_go(fd);
        _exit(0);
    }
    nap_us(20000);
    if (shared->got_us > 0) fputs("token_clients: there is more than one token\n", stderr), exit(1);
    double killed_us = now_us();
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    waitpid(waiter, NULL, 0);
    return shared->got_us - killed_us;
}

static int deaths(int rounds, taker *take_it, taker *let_go) {
    share(1, 0);
    for (int round = -5; round < rounds; round++) {
        double us = death_us(take_it, let_go);
        if (round >= 0) printf("%.1f%c", us, round + 1 < rounds ? ' ' : '\n');
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) return 125;
    path = strncmp(argv[2], "fifo:", 5) ? argv[2] : argv[2] + 5;
    if (!strcmp(argv[1], "pairs") && argc > 5) return pairs(atoi(argv[3]), atoi(argv[4]), !strcmp(argv[5], "poll"));
    if (!strcmp(argv[1], "wait") && argc > 3) return wait_for_ever(atoi(argv[3]));
    if (!strcmp(argv[1], "death") && argc > 3) return deaths(atoi(argv[3]), take_token, give_back);
    if (!strcmp(argv[1], "lock") && argc > 3) return deaths(atoi(argv[3]), take_lock, close_fd);
    return 125;
}
