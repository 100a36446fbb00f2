/*
 * eater: takes memory as a compiler does, or as a program does that knows nothing of builds.
 *
 *   eater MIB MS            takes MIB bit by bit within MS, keeps them as long, and ends
 *   eater MIB MS PAUSE_MS   again and again, with pauses, until it is killed; says "ate" each time
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS 20
#define MIB (1024 * 1024)

static void eat(int mib, int ms) {
    char *all = malloc((size_t)mib * MIB);
    if (!all) exit(1);
    for (int step = 0; step < STEPS; step++) {
        size_t part = (size_t)mib * MIB / STEPS;
        memset(all + step * part, 1 + step, part);
        usleep(ms * 1000 / STEPS);
    }
    usleep(ms * 1000);
    free(all);
}

int main(int argc, char **argv) {
    if (argc < 3) return 125;
    do {
        eat(atoi(argv[1]), atoi(argv[2]));
        if (argc > 3) {
            puts("ate");
            fflush(stdout);
            usleep(atoi(argv[3]) * 1000);
        }
    } while (argc > 3);
    return 0;
}
