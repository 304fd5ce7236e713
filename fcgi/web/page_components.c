/*
 * web/page_components.c - every component in every state on one page, for those who write pages
 *
 * The parts are the templates the pages themselves are made of and the stylesheet is the platform's, so this page
 * cannot drift from them; only the words put into them are examples, and they stand in templates/components.json.
 */
#include "config.h"

#include "web/pages.h"

#include "base/jsonin.h"
#include "web/page_parts.h"
#include "web/templates.h"

int page_components(struct call *c, struct err *e)
{
    const struct node *sample;

    if (jsonin_parse(c->arena, components_json, components_json_len, &sample, NULL, NULL, e) < 0)
        return -1;
    return page_show(c, node_copy(c->arena, sample));
}
