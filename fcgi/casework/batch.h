/*
 * casework/batch.h - one act on several projects at once, each its own
 */
#ifndef CASEWORK_BATCH_H
#define CASEWORK_BATCH_H

#include "casework/casework.h"

enum { BATCH_ROWS = 20 }; /* as many as a page of a list has */

/*
 * asked {act, project: id or list}; without projects those whose turn it is on the desk. typed {with, rows} and the results
 * of batch_do when the page comes back; else NULL.
 * {acts:[{act, name, procedure_name, articles, count, fits, why_not, href, is_this}], act?:{act, name, reason, fields},
 *  rows:[{project, title, number, unit_name, total_investment, version, href, allowed, picked, reasons, reason_value, row_fields, refused?}],
 *  done:[{title, href, text}], count}
 */
int batch_view(const struct desk *d, const struct node *asked, const struct node *typed, const struct node *results,
               struct node **ret, struct err *e) MUST_USE_;
/*
 * rows [{project, version, with?, reason?}]. Each is done or refused by itself, by the desk's key and its project, and may be
 * sent again: [{project, done, text, seq, version, repeated} or {project, done: false, code, message, mend, articles, errors}].
 */
int batch_do(const struct desk *d, const char *act, const struct node *with, const struct node *rows, struct node **ret,
             struct err *e) MUST_USE_;

#endif
