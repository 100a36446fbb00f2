#include <stdio.h>

#define EACH_ROW(do) \
    do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15) do(16)

#define DECLARE(row) void row_##row(void);
#define DRAW(row) row_##row();

EACH_ROW(DECLARE)

int main(void) {
    EACH_ROW(DRAW)
    puts("hello, drawn by sixteen compilers");
    return 0;
}
