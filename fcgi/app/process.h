/*
 * app/process.h - what a serving program does for its own safety before it reads the first secret
 */
#ifndef APP_PROCESS_H
#define APP_PROCESS_H

#include "base/attr.h"
#include "base/err.h"

/*
 * Refuses root: neither program needs a right of root's, and whoever breaks in would have them all. Then no
 * core files and no look from outside (passwords and keys are in memory), files closed to others, and no death
 * by a reader of our log that went away.
 */
int process_begin(struct err *e) MUST_USE_;

#endif
