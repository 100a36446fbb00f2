/*
 * drowsy: to be preloaded. Programs whose names stand in DROWSY, with colons around each, take 24 MiB and sleep a while before
 * they begin: long enough to be seen by whoever looks at processes now and then.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#define BYTES (24 << 20)
#define SLEEP_US 900000

__attribute__((constructor)) static void doze(void) {
  const char *names = getenv("DROWSY");
  char name[300];
  snprintf(name, sizeof name, ":%s:", program_invocation_short_name);
  if (!names || !strstr(names, name)) return;
  char *memory = malloc(BYTES);
  if (memory) memset(memory, 1, BYTES);
  usleep(SLEEP_US);
  free(memory);
}
