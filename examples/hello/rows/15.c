#define ROW 15
#include "../row.h"
