#define ROW 11
#include "../row.h"
