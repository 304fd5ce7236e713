/*
 * export/runner.h - the process that writes workbooks (fcgi/adr/0014): a child of guizhangd that serves no request
 *
 * Who asks for a workbook leaves a mark in files_dir, so that hundreds of districts need not be asked every second; all of
 * them are asked once a minute, for marks that were lost and takers that died.
 */
#ifndef EXPORT_RUNNER_H
#define EXPORT_RUNNER_H

#include "casework/platform.h"

/* Works until SIGTERM, which must be blocked; the exit status. */
int runner_work(struct platform *p);

#endif
