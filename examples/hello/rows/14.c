#define ROW 14
#include "../row.h"
