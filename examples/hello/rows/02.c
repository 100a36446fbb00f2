#define ROW 2
#include "../row.h"
