/* One row of the picture, 64 characters of the Mandelbrot set. Everything is unrolled, so that it is the compiler who
 * draws: it has real work to do for every row, and the program only prints what is already there. */
#include <stdio.h>

#define ROWS 16
#define COLUMNS 64

/* One step of z = z*z + c, counted while |z| <= 2. */
#define STEP                                                                                                           \
    if (x * x + y * y <= 4.0) {                                                                                        \
        double next = x * x - y * y + cx;                                                                              \
        y = 2.0 * x * y + cy;                                                                                          \
        x = next;                                                                                                      \
        steps++;                                                                                                       \
    }

#define STEPS_4 STEP STEP STEP STEP
#define STEPS_28 STEPS_4 STEPS_4 STEPS_4 STEPS_4 STEPS_4 STEPS_4 STEPS_4

#define POINT(column)                                                                                                  \
    {                                                                                                                  \
        double cx = -2.2 + 3.2 * (column) / COLUMNS, cy = -1.15 + 2.3 * (ROW - 0.5) / ROWS;                            \
        double x = 0.0, y = 0.0;                                                                                       \
        int steps = 0;                                                                                                 \
        STEPS_28                                                                                                       \
        putchar(" .,:;-=+*%&$@#"[steps / 2 > 13 ? 13 : steps / 2]);                                                     \
    }

#define POINTS_4(first) POINT(first) POINT((first) + 1) POINT((first) + 2) POINT((first) + 3)
#define POINTS_16(first) POINTS_4(first) POINTS_4((first) + 4) POINTS_4((first) + 8) POINTS_4((first) + 12)

#define NAME_OF(row) row_##row
#define DEFINE(row)                                                                                                    \
    void NAME_OF(row)(void) {                                                                                          \
        POINTS_16(0) POINTS_16(16) POINTS_16(32) POINTS_16(48)                                                         \
        putchar('\n');                                                                                                 \
    }

DEFINE(ROW)
