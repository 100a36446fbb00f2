#define ROW 7
#include "../row.h"
