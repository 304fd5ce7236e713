/*
 * web/fcgi.h - the FastCGI side: our own listening socket, and a worker's loop over it
 */
#ifndef WEB_FCGI_H
#define WEB_FCGI_H

#include "base/attr.h"
#include "base/err.h"
#include "web/master.h"

/*
 * A non-blocking unix socket, mode 0660 and the group given, in a folder closed to others (trap F5: the
 * library's own FCGX_OpenSocket leaves mode and failures to chance). A dead socket file is replaced, a
 * living one refused.
 */
int fcgi_listen(const char *path, const char *group, int *ret, struct err *e) MUST_USE_;
/* Serves until told to stop or max_requests are done; 0, or 1 when the socket failed. */
int fcgi_work(struct web *w, const struct worker_place *place);

#endif
