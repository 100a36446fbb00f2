/*
 * thrasher: a program that needs its text to go on, as compilers do.
 *
 *   thrasher TEXT MIB STEP_MS   takes MIB, one each STEP_MS at most, and reads all of the file TEXT before each: what others
 *                               took of the memory that it lies in has to come from the disk again. Says "began".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB (1024 * 1024)
#define PAGE 4096

int main(int argc, char **argv) {
    struct stat about;
    if (argc < 4) return 125;
    int file = open(argv[1], O_RDONLY);
    if (file < 0 || fstat(file, &about)) return perror(argv[1]), 125;
    /* Else it would count as the memory of whoever wrote it. */
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    volatile const char *text = mmap(0, about.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (text == MAP_FAILED) return perror("mmap"), 125;
    puts("began");
    fflush(stdout);
    long read = 0;
    for (int mib = atoi(argv[2]); mib > 0; mib--) {
        for (off_t at = 0; at < about.st_size; at += PAGE) read += text[at];
        char *taken = malloc(MIB);
        if (!taken) return perror("malloc"), 1;
        memset(taken, 1 + (int)(read & 1), MIB);
        usleep(atoi(argv[3]) * 1000);
    }
    return 0;
}
