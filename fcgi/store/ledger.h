/*
 * store/ledger.h - how the money of a project, year by year, moves with its row; inside the layer
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/case.h"

/* From what p->kept says ("" money: nothing yet) to what p says; nothing where both say the same. */
int ledger_move(struct db *db, struct arena *a, const struct project *p, struct err *e) MUST_USE_;

#endif
