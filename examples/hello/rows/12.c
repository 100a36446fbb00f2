#define ROW 12
#include "../row.h"
