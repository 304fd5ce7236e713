#include "config.h"
typedef int empty_translation_unit;
