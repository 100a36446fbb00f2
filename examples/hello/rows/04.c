#define ROW 4
#include "../row.h"
