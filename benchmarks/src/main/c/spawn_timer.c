/*
 * spawn_timer: how long commands take from posix_spawn to their end, by turns, so that all see the same machine.
 *
 *   spawn_timer ROUNDS ::: COMMAND [ARG...] ::: COMMAND [ARG...] ...
 *
 * Prints one line per command: its times in microseconds. stdin and stdout of the commands are /dev/null. A command
 * that fails ends it with status 1. The first tenth of the rounds (at least one) warms up and is not printed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double time_us(char **command) {
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status;
    double began_us = now_us();
    int error = posix_spawnp(&pid, command[0], &quiet, NULL, command, environ);
    if (error || waitpid(pid, &status, 0) != pid || status) {
        fprintf(stderr, "spawn_timer: %s failed\n", command[0]);
        exit(1);
    }
    double us = now_us() - began_us;
    posix_spawn_file_actions_destroy(&quiet);
    return us;
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 0, warm = rounds / 10 + 1, count = 0;
    char **commands[16];
    for (int i = 2; i < argc && count < 16; i++)
        if (!strcmp(argv[i], ":::") && i + 1 < argc) {
            argv[i] = NULL;
            commands[count++] = argv + i + 1;
        }
    if (rounds < 1 || !count) return 125;
    double *us = calloc((size_t)rounds * count, sizeof *us);
    for (int round = -warm; round < rounds; round++)
        for (int c = 0; c < count; c++) {
            double took_us = time_us(commands[c]);
            if (round >= 0) us[c * rounds + round] = took_us;
        }
    for (int c = 0; c < count; c++)
        for (int round = 0; round < rounds; round++)
            printf("%.1f%c", us[c * rounds + round], round + 1 < rounds ? ' ' : '\n');
    return 0;
}
