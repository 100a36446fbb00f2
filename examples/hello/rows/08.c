#define ROW 8
#include "../row.h"
