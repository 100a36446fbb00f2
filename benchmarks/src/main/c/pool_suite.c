/*
 * pool_suite N COMMAND: runs COMMAND N times, on a thread for each CPU that it may use: as Go's tests do.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;
static atomic_long left;
static atomic_int failed;
static char *command;

static void *work(void *unused) {
    char *words[] = {command, NULL};
    while (atomic_fetch_sub(&left, 1) > 0) {
        pid_t child;
        int status = 1;
        if (posix_spawn(&child, command, NULL, NULL, words, environ) != 0 || waitpid(child, &status, 0) < 0 || status != 0)
            failed = 1;
    }
    return unused;
}

static int workers(void) {
    cpu_set_t cpus;
    const char *set = getenv("GOMAXPROCS");
    if (set && atoi(set) > 0) return atoi(set);
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
}

int main(int argc, char **argv) {
    if (argc != 3) return 125;
    left = atol(argv[1]);
    command = argv[2];
    int count = workers();
    pthread_t *threads = calloc(count, sizeof *threads);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0) return 124;
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    free(threads);
    return failed;
}
