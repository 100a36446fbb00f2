#define ROW 6
#include "../row.h"
