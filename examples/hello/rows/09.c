#define ROW 9
#include "../row.h"
