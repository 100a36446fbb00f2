/* Locks a name of a lock directory as docs/lock-directory.md has it for any language, and becomes a command, which
 * inherits the lock. Arguments: DIRECTORY POSITION COMMAND... */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int open_in(const char *directory, const char *name, int flags) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  int file = open(path, O_RDWR | O_CREAT | flags, 0600);
  if (file < 0) {
    perror(path);
    exit(125);
  }
  return file;
}

static void set(int file, short type, long long start, long long length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(file, F_OFD_SETLKW, &lock) != 0) {
    perror("fcntl");
    exit(125);
  }
}

int main(int count, char **words) {
  if (count < 4) return 125;
  int turns = open_in(words[1], "turns", O_CLOEXEC);
  int ranges = open_in(words[1], "ranges", 0);
  long long position = atoll(words[2]);
  set(turns, F_WRLCK, position, 1);
  set(ranges, F_WRLCK, position, 2);
  set(turns, F_UNLCK, position, 1);
  execvp(words[3], words + 3);
  perror(words[3]);
  return 127;
}
