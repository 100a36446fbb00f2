#define ROW 10
#include "../row.h"
