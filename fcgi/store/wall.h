/*
 * store/wall.h - who may see which projects, in the words of a statement; inside the layer
 *
 * Projects only: the other cases (fcgi/adr/0017) have a list of their own. Every statement of a list over "project p" has WALL in its conditions and binds it by wall_bind at that place.
 */
#ifndef STORE_WALL_H
#define STORE_WALL_H

#include "store/lists.h"
#include "store/row.h"

#define WALL "(? = '' OR p.unit_code = ?) AND (? = '' OR p.place = ?) AND p.subject = 'project' AND p.event_count >= ?"

static inline void wall_bind(struct stmt *s, const struct project_sight *w)
{
    row_bind_filter(s, w->unit);
    row_bind_filter(s, w->place);
    stmt_bind_i64(s, w->begun ? 1 : 0);
}

#endif
