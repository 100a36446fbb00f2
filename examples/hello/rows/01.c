#define ROW 1
#include "../row.h"
