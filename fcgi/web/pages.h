/*
 * web/pages.h - the handlers the route table names
 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/call.h"

/* sign.c - coming in, choosing a post, leaving */
int page_root(struct call *c, struct err *e);
int page_login(struct call *c, struct err *e);
int page_login_post(struct call *c, struct err *e);
int page_logout(struct call *c, struct err *e);
int page_posts(struct call *c, struct err *e);
int page_posts_choose(struct call *c, struct err *e);

/* health.c - for the machine room */
int page_healthz(struct call *c, struct err *e);
int page_readyz(struct call *c, struct err *e);

#endif
