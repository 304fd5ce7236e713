/*
 * web/reference.h - the route table as the reference of the API
 */
#ifndef WEB_REFERENCE_H
#define WEB_REFERENCE_H

#include "base/buf.h"

/* One line a route: method, address, who, what it may do, which posts may, how the body comes, title; or a JSON list of objects. */
void routes_reference(struct buf *b, int json);

#endif
