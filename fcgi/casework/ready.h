/*
 * casework/ready.h - may this installation serve now, and what is missing
 */
#ifndef CASEWORK_READY_H
#define CASEWORK_READY_H

#include "casework/platform.h"

/*
 * 1 when all is well, 0 otherwise; *ret [{name, ok, message}]: secrets, database and schema version of the
 * platform and of each district, directory, disk. Every part is looked at, also after one that is not well.
 */
int platform_ready(struct platform *p, struct arena *a, struct node **ret);

#endif
