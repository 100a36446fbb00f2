#define ROW 13
#include "../row.h"
