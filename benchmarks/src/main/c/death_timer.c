/*
 * death_timer: how long after the SIGKILL of a holder a waiter runs, for pairs of commands by turns.
 *
 *   death_timer ROUNDS SETTLE_MS ::: HOLDER... ::: WAITER... [::: HOLDER... ::: WAITER...]...
 *   death_timer hold       what a holder shall run: says that it holds and stays
 *   death_timer now        what a waiter shall run: says when it runs
 *
 * Prints one line per pair: times in microseconds from kill() to the first instruction of the waiter's command. The
 * holder must be the process that was started (exec, no fork), for that is who is killed. A waiter gets SETTLE_MS to
 * begin to wait, twice as long as anybody here needs.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct child {
    pid_t pid;
    int out;
};

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct child start(char **command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) fail("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    struct child child = {.out = ends[0]};
    if (posix_spawnp(&child.pid, command[0], &actions, NULL, command, environ)) fail(command[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    return child;
}

/* The number on the child's first line; blocks until it says one. */
static long long heard(struct child child) {
    char line[64];
    size_t length = 0;
    while (length < sizeof line - 1 && !memchr(line, '\n', length)) {
        ssize_t n = read(child.out, line + length, sizeof line - 1 - length);
        if (n <= 0) fail("a command ended before it spoke");
        length += n;
    }
    line[length] = 0;
    return atoll(line);
}

static void forget(struct child child) {
    waitpid(child.pid, NULL, 0);
    close(child.out);
}

static double time_us(char **holds, char **waits, long settle_ms) {
    struct child holder = start(holds);
    heard(holder);
    struct child waiter = start(waits);
    struct timespec settle = {settle_ms / 1000, settle_ms % 1000 * 1000000};
    nanosleep(&settle, NULL);
    long long killed_ns = now_ns();
    kill(holder.pid, SIGKILL);
    long long ran_ns = heard(waiter);
    forget(holder);
    forget(waiter);
    if (ran_ns < killed_ns) fprintf(stderr, "death_timer: %s did not wait\n", waits[0]), exit(1);
    return (ran_ns - killed_ns) / 1e3;
}

static int say_now(void) {
    printf("%lld\n", now_ns());
    return fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "now")) return say_now();
    if (argc == 2 && !strcmp(argv[1], "hold")) return say_now(), pause();
    if (argc < 4) return 125;
    int rounds = atoi(argv[1]), count = 0;
    long settle_ms = atol(argv[2]);
    char **commands[16];
    for (int i = 3; i < argc && count < 16; i++)
        if (!strcmp(argv[i], ":::") && i + 1 < argc) {
            argv[i] = NULL;
            commands[count++] = argv + i + 1;
        }
    if (rounds < 1 || count < 2 || count % 2) return 125;
    int pairs = count / 2;
    double *us = calloc((size_t)rounds * pairs, sizeof *us);
    for (int round = -3; round < rounds; round++)
        for (int p = 0; p < pairs; p++) {
            double took_us = time_us(commands[2 * p], commands[2 * p + 1], settle_ms);
            if (round >= 0) us[p * rounds + round] = took_us;
        }
    for (int p = 0; p < pairs; p++)
        for (int round = 0; round < rounds; round++)
            printf("%.1f%c", us[p * rounds + round], round + 1 < rounds ? ' ' : '\n');
    return 0;
}
