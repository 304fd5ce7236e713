/*
 * store/stat.h - how the table of counts moves with the project it counts; inside the layer
 */
#ifndef STORE_STAT_H
#define STORE_STAT_H

#include "store/case.h"

int stat_add(struct db *db, struct arena *a, const struct project *p, struct err *e) MUST_USE_;
/* From where p->kept stands to where p stands; nothing when that is one place and one amount. */
int stat_move(struct db *db, struct arena *a, const struct project *p, struct err *e) MUST_USE_;

#endif
