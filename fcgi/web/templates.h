/*
 * web/templates.h - fcgi/templates/<name>.html as they were when the program was built (templates/embed.sh)
 */
#ifndef WEB_TEMPLATES_H
#define WEB_TEMPLATES_H

#include "web/mustache.h"

extern const struct mustache_source templates_data[];
extern const size_t templates_count;

/* fcgi/templates/components.json: what the page of components shows */
extern const char components_json[];
extern const size_t components_json_len;

#endif
