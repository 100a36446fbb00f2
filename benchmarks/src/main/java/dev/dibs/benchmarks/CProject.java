package dev.dibs.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A C project that compiles like a real one: the usual headers, some dozens of functions a file
 * with loops, branches and calls. The same seed gives the same bytes.
 */
final class CProject {
  private static final int FUNCTIONS = 30;

  private CProject() {}

  static void write(Path folder, int files, long seed) throws IOException {
    Random random = new Random(seed);
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("Makefile"),
        """
        CFLAGS = -O2 -g
        all: $(patsubst %.c,%.o,$(wildcard *.c))
        %.o: %.c ; @$(CC) $(CFLAGS) -c -o $@ $<
        """);
    for (int i = 0; i < files; i++) {
      Files.writeString(folder.resolve("file%02d.c".formatted(i)), file(random));
    }
  }

  private static String file(Random random) {
    StringBuilder text =
        new StringBuilder(
            "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <math.h>\n\n");
    text.append("struct node { struct node *next; int key; double weight; char name[32]; };\n\n");
    for (int i = 0; i < FUNCTIONS; i++) {
      text.append(function(i, random));
    }
    return text.toString();
  }

  private static String function(int index, Random random) {
    return """
        double f%1$d(struct node *list, int n, double *v) {
            double sum = %2$d;
            for (struct node *at = list; at; at = at->next) {
                switch ((at->key ^ n) %% %3$d) {
                case 0: sum += at->weight * %4$d; break;
                case 1: sum -= strlen(at->name) + v[at->key & 7]; break;
                case 2: at->key = (at->key << %5$d) ^ (n >> 1); break;
                default: snprintf(at->name, sizeof at->name, "%%d-%%g", at->key, sum);
                }
            }
            for (int i = 0; i < n; i++)
                for (int j = 0; j < %6$d; j++) v[i] += v[j] * (i * %4$d + j) - sum;
            qsort(v, n, sizeof *v, (int (*)(const void *, const void *))strcmp);
            return %7$s;
        }

        """
        .formatted(
            index,
            random.nextInt(1000),
            3 + random.nextInt(9),
            1 + random.nextInt(100),
            1 + random.nextInt(5),
            4 + random.nextInt(20),
            index == 0
                ? "sum"
                : "sum + (n > 0 ? f%d(list, n - 1, v) : 0)".formatted(random.nextInt(index)));
  }
}
