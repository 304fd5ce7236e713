/*
 * web/frame.h - what stands round every page: the outermost context of its template
 *
 * {base, origin, mode, tenant {id, name}?, actor {name, login, post_name, organ_name, unit_name, has_other_posts}?, csrf, key,
 *  menu [{href, name, icon, is_current}], title, now, today, clock {text}?, demo {text}?, request_id, is_print, is_large, here, is_stale}
 */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include "casework/platform.h"

/* "__Host-gz" under https, "gz" without (browsers refuse the prefix there). */
struct call;
const char *frame_cookie_name(const struct call *c);
/* 1 when the browser came by https, here or at the proxy in front that the public origin names. */
int frame_is_secure(const struct call *c);
#define FRAME_LARGE_COOKIE "gz_large"

#endif
