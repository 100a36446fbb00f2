/*
 * become: opens a run's endpoints at high descriptors and becomes the command.
 *
 *   become BASH -p -c SCRIPT descriptors.bash REPAIR R TOKENS LIFE SHELL ARGV0 PATH COUNT ASSIGNMENT*COUNT ARGUMENT...
 *
 * What stands behind it is a command line of descriptors.bash, which says what these are; this does the same in a tenth of the
 * time, for a bash takes longer to start than all the rest of the launcher. It has no library, since loading one is what
 * takes long, and no words: whatever it can't do (no such descriptor, a script without an interpreter) that bash does, or
 * says. The environment is handed on as it is; the assignments mend what a bash does to it.
 */
#include <fcntl.h>

#if defined(__x86_64__)
enum { CLOSE = 3, EXECVE = 59, EXIT = 231, OPENAT = 257, DUP3 = 292 };
__asm__(".globl _start\n_start: mov %rsp, %rdi\n\tand $-16, %rsp\n\tcall begin\n");

static long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
enum { DUP3 = 24, OPENAT = 56, CLOSE = 57, EXIT = 94, EXECVE = 221 };
__asm__(".globl _start\n_start: mov x0, sp\n\tbl begin\n");

static long call(long number, long a, long b, long c) {
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}
#else
#error "bash does it here"
#endif

/* Where each argument stands. */
enum { BASH = 1, R = 7, TOKENS = 8, LIFE = 9, ARGV0 = 11, PATH = 12, COUNT = 13 };

static long number_in(const char *digits) {
    long number = 0;
    while (*digits) number = 10 * number + *digits++ - '0';
    return number;
}

static int ends_with(const char *text, const char *end) {
    long n = 0, m = 0;
    while (text[n]) n++;
    while (end[m]) m++;
    while (m > 0 && n > 0 && text[n - 1] == end[m - 1]) n--, m--;
    return m == 0;
}

/* FROM goes to NUMBER; what can't go there is closed. */
static int moved(long from, long number) {
    if (from < 0 || from == number) return from >= 0;
    long result = call(DUP3, from, number, 0);
    call(CLOSE, from, 0, 0);
    return result >= 0;
}

/* For both directions, which never blocks. */
static int opened(const char *path, long number) {
    return moved(call(OPENAT, AT_FDCWD, (long)path, O_RDWR), number);
}

/* The file system's jobserver is opened once for both, as descriptors.bash says. */
static int opened_tokens(const char *path, long r) {
    if (!opened(path, r)) return 0;
    return ends_with(path, "/fs/tokens") ? call(DUP3, r, r + 1, 0) >= 0 : opened(path, r + 1);
}

static int has_endpoints(char **argv) {
    long r = number_in(argv[R]);
    return (!*argv[TOKENS] || opened_tokens(argv[TOKENS], r)) && (!*argv[LIFE] || opened(argv[LIFE], r + 2));
}

/* Returns if it can't be done. */
static void become_command(char **argv, char **environment) {
    char **command = argv + COUNT + number_in(argv[COUNT]), *kept = *command;
    *command = argv[ARGV0];
    call(EXECVE, (long)argv[PATH], (long)command, (long)environment);
    *command = kept;
}

/* STACK: the number of arguments, they, NULL, the environment, NULL. */
__attribute__((used, noreturn)) void begin(long *stack) {
    char **argv = (char **)(stack + 1), **environment = argv + *stack + 1;
    if (*stack > COUNT) {
        if (has_endpoints(argv)) become_command(argv, environment);
        call(EXECVE, (long)argv[BASH], (long)(argv + BASH), (long)environment);
    }
    for (;;) call(EXIT, 126, 0, 0);
}
