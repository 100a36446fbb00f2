#define ROW 5
#include "../row.h"
