/*
 * counted: a compiler wrapper that counts how many of it run at once.
 *
 *   COUNTED_LOG=FILE counted COMMAND [ARG...]   logs start, runs COMMAND, logs end, exits as COMMAND did
 *   COUNTED_LOG=FILE counted                    the same without a command
 *   counted --report FILE [FROM_NS TO_NS]       what a log says, on one line of NAME=NUMBER
 *   counted --above FILE LIMIT                  each start that made more than LIMIT run at once, on a line of its own:
 *                                               AT_NS COUNT PID (NAME, MS ms), ... with how long each had run
 *
 * COUNTED_CPU_MS and COUNTED_WAIT_MS: how long it computes and sleeps before COMMAND, both 0 if absent. COUNTED_MEET=N: then
 * it waits until N have run at once since the log began, but no longer than 20 s from the log's first line, so that a peak
 * that may be reached is reached, however busy the machine is. A compiler that is only asked what it can (-vV, --print) does
 * not wait: cargo asks before it starts any job.
 *
 * The log is one line per start and end, appended by one write each, so that writers never mix:
 *
 *   S MONOTONIC_NS PID NAME        NAME is COUNTED_NAME, for people; absent if that is
 *   E MONOTONIC_NS PID CPU_US      CPU time of the wrapper and all that it waited for
 *   K MONOTONIC_NS PID             by whoever is about to kill it: it counts until then
 *
 * A start is logged before any work and an end after all of it, so that the peak never says less than what ran; whoever
 * starts the wrapper sees it end only after the end is logged, so that it never says more. One that was killed, and
 * nobody wrote so, never ended. The report: jobs started, ended, their peak, and over the window FROM_NS..TO_NS (default: first to last line)
 * wall_ms, busy_ms (each job's wall time added up), cpu_ms (of the jobs that ended in it).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEET_S_MAX = 20, MEET_LOOK_EVERY_MS = 2 };

static long long now_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what) {
    fprintf(stderr, "counted: %s: %s\n", what, strerror(errno));
    exit(124);
}

/* --- the wrapper --- */

static long long used_us(int who) {
    struct rusage usage;
    getrusage(who, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static void append(char what, const char *rest) {
    char line[120];
    int length = snprintf(line, sizeof line, "%c %lld %d %.60s\n", what, now_ns(CLOCK_MONOTONIC), (int)getpid(), rest);
    const char *path = getenv("COUNTED_LOG");
    if (!path) {
        errno = EINVAL;
        die("COUNTED_LOG");
    }
    int log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (log < 0 || write(log, line, length) != length) die(path);
    close(log);
}

static long setting_ms(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

static void compute(long ms) {
    volatile unsigned x = 1;
    while (now_ns(CLOCK_PROCESS_CPUTIME_ID) < ms * 1000000LL)
        for (int i = 0; i < 10000; i++) x = x * 1664525u + 1013904223u;
}

static void wait_for(long ms) {
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) continue;
}

static int have_met(const char *log, long many);

static int is_question(char **command) {
    for (; *command; command++)
        if (!strcmp(*command, "-vV") || !strncmp(*command, "--print", strlen("--print"))) return 1;
    return 0;
}

static void meet(long many) {
    const char *log = getenv("COUNTED_LOG");
    while (many > 1 && !have_met(log, many)) wait_for(MEET_LOOK_EVERY_MS);
}

static int run(char **command) {
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        execvp(command[0], command);
        fprintf(stderr, "counted: %s: %s\n", command[0], strerror(errno));
        _exit(errno == ENOENT ? 127 : 126);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) die("waitpid");
    return status;
}

static int counted(char **command) {
    const char *name = getenv("COUNTED_NAME");
    append('S', name ? name : "");
    compute(setting_ms("COUNTED_CPU_MS"));
    wait_for(setting_ms("COUNTED_WAIT_MS"));
    if (!is_question(command)) meet(setting_ms("COUNTED_MEET"));
    int status = *command ? run(command) : 0;
    char cpu_us[24];
    snprintf(cpu_us, sizeof cpu_us, "%lld", used_us(RUSAGE_SELF) + used_us(RUSAGE_CHILDREN));
    append('E', cpu_us);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- the report --- */

struct entry {
    char what;
    long long at_ns;
    int pid;
    long long cpu_us;
    char name[64];
};

/* Lines are appended in nearly the order of their times: a writer may be interrupted between clock and write. An end
 * before a start of the same instant keeps a token's next user from counting twice. */
static int by_time(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns ? -1 : 1;
    return a->what - b->what;
}

/* Who runs, by their starts, in no order. */
struct crowd {
    const struct entry **starts;
    long count, room;
};

static void enter(struct crowd *running, const struct entry *start) {
    if (running->count == running->room) {
        running->room = 2 * running->room + 16;
        running->starts = realloc(running->starts, running->room * sizeof *running->starts);
    }
    running->starts[running->count++] = start;
}

/* 0 if it did not run: it ended while somebody was about to kill it. */
static int leave(struct crowd *running, int pid) {
    for (long i = running->count; i-- > 0;)
        if (running->starts[i]->pid == pid) {
            running->starts[i] = running->starts[--running->count];
            return 1;
        }
    return 0;
}

static struct entry *entries(const char *path, size_t *count) {
    struct entry *all = NULL;
    char line[128];
    *count = 0;
    FILE *log = fopen(path, "r");
    if (!log && errno != ENOENT) die(path);
    while (log && fgets(line, sizeof line, log)) {
        struct entry e = {0};
        if (sscanf(line, "%c %lld %d %63[^\n]", &e.what, &e.at_ns, &e.pid, e.name) < 3 || !strchr(line, '\n')) continue;
        e.cpu_us = e.what == 'E' ? atoll(e.name) : 0;
        if (!(*count & (*count + 1))) all = realloc(all, (2 * *count + 2) * sizeof *all);
        all[(*count)++] = e;
    }
    if (log) fclose(log);
    if (all) qsort(all, *count, sizeof *all, by_time);
    return all;
}

static long long within(long long at_ns, long long from_ns, long long to_ns) {
    return at_ns < from_ns ? from_ns : at_ns > to_ns ? to_ns : at_ns;
}

static int report(const char *path, char **window) {
    size_t count;
    struct entry *all = entries(path, &count);
    long long from_ns = window[0] ? atoll(window[0]) : count ? all[0].at_ns : 0;
    long long to_ns = window[0] && window[1] ? atoll(window[1]) : count ? all[count - 1].at_ns : 0;
    long started = 0, ended = 0, peak = 0;
    struct crowd running = {0};
    long long busy_ns = 0, cpu_us = 0, last_ns = from_ns;
    for (size_t i = 0; i < count; i++) {
        long long at_ns = within(all[i].at_ns, from_ns, to_ns);
        busy_ns += running.count * (at_ns - last_ns);
        last_ns = at_ns;
        if (all[i].what == 'S') {
            started++;
            enter(&running, &all[i]);
        } else if (leave(&running, all[i].pid) && all[i].what == 'E') {
            ended++;
            if (all[i].at_ns >= from_ns && all[i].at_ns <= to_ns) cpu_us += all[i].cpu_us;
        }
        if (running.count > peak && all[i].at_ns >= from_ns && all[i].at_ns <= to_ns) peak = running.count;
    }
    busy_ns += running.count * (to_ns - last_ns);
    printf("started=%ld ended=%ld peak=%ld wall_ms=%lld busy_ms=%lld cpu_ms=%lld\n", started, ended, peak,
           (to_ns - from_ns) / 1000000, busy_ns / 1000000, cpu_us / 1000);
    free(running.starts);
    free(all);
    return 0;
}

/* Or it is too late for that. */
static int have_met(const char *log, long many) {
    size_t count;
    struct entry *all = entries(log, &count);
    struct crowd running = {0};
    int met = count && now_ns(CLOCK_MONOTONIC) - all[0].at_ns > MEET_S_MAX * 1000000000LL;
    for (size_t i = 0; i < count && !met; i++) {
        if (all[i].what == 'S')
            enter(&running, &all[i]);
        else
            leave(&running, all[i].pid);
        met = running.count >= many;
    }
    free(running.starts);
    free(all);
    return met;
}

static int above(const char *path, long limit) {
    size_t count;
    struct entry *all = entries(path, &count);
    struct crowd running = {0};
    for (size_t i = 0; i < count; i++) {
        if (all[i].what != 'S') {
            leave(&running, all[i].pid);
            continue;
        }
        enter(&running, &all[i]);
        if (running.count <= limit) continue;
        printf("%lld %ld", all[i].at_ns, running.count);
        for (long j = 0; j < running.count; j++) {
            const struct entry *start = running.starts[j];
            printf("%s %d (%s, %lld ms)", j ? "," : "", start->pid, *start->name ? start->name : "no name",
                   (all[i].at_ns - start->at_ns) / 1000000);
        }
        putchar('\n');
    }
    free(running.starts);
    free(all);
    return 0;
}

int main(int argc, char **argv) {
    if (argc >= 3 && !strcmp(argv[1], "--report")) return report(argv[2], argv + 3);
    if (argc == 4 && !strcmp(argv[1], "--above")) return above(argv[2], atol(argv[3]));
    return counted(argv + 1);
}
