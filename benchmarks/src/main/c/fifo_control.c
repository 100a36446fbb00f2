/*
 * fifo_control: the least that a launcher could do. One line to a FIFO, one line back on a FIFO of its own, exec.
 *
 *   fifo_control serve DIR              answers until it is killed; says "ready" first
 *   fifo_control ask DIR COMMAND...     asks, waits for the answer, becomes COMMAND
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what) {
    perror(what);
    return 124;
}

static int serve(const char *dir) {
    char path[PATH_MAX], reply[PATH_MAX];
    snprintf(path, sizeof path, "%s/control", dir);
    if (mkfifo(path, 0600) < 0) return fail(path);
    FILE *control = fopen(path, "r+");
    if (!control) return fail(path);
    puts("ready");
    fflush(stdout);
    for (int pid; fscanf(control, "%d", &pid) == 1;) {
        snprintf(reply, sizeof reply, "%s/%d", dir, pid);
        int fd = open(reply, O_WRONLY | O_NONBLOCK);
        if (fd < 0 || write(fd, "g\n", 2) != 2) fail(reply);
        unlink(reply);
        close(fd);
    }
    return 0;
}

static int ask(const char *dir, char **command) {
    char path[PATH_MAX], line[32], answer[2];
    snprintf(path, sizeof path, "%s/%d", dir, (int)getpid());
    if (mkfifo(path, 0600) < 0) return fail(path);
    int reply = open(path, O_RDWR);
    snprintf(path, sizeof path, "%s/control", dir);
    int control = open(path, O_WRONLY), length = snprintf(line, sizeof line, "%d\n", (int)getpid());
    if (reply < 0 || control < 0 || write(control, line, length) != length) return fail(path);
    if (read(reply, answer, 2) != 2) return fail("answer");
    close(reply);
    close(control);
    execvp(command[0], command);
    return fail(command[0]);
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "serve")) return serve(argv[2]);
    if (argc > 3 && !strcmp(argv[1], "ask")) return ask(argv[2], argv + 3);
    return 125;
}
