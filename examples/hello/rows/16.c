#define ROW 16
#include "../row.h"
