#define ROW 3
#include "../row.h"
