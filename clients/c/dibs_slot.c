/*
 * dibs_slot: runs a command with a slot of dibs. The smallest program around dibs_slots.h.
 *
 *     cc -o dibs_slot dibs_slot.c
 *     dibs_slot COMMAND [ARGUMENT...]
 */
#include "dibs_slots.h"

#include <errno.h>
#include <sys/wait.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: dibs_slot COMMAND [ARGUMENT...]\n");
        return 125;
    }
    int status, dibs = dibs_connect();
    int held = dibs_acquire(dibs);
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        int why = errno;
        perror(argv[1]);
        _exit(why == ENOENT ? 127 : 126);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("dibs_slot");
        return 125;
    }
    if (held) dibs_release(dibs);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
