/*
 * store/wall.h - who may see which projects, in the words of a statement, and the statement that asks for theirs; inside the layer
 *
 * Projects only: the other cases (fcgi/adr/0017) have a list of their own. Every statement of a list over "project p" has WALL in its conditions and binds it by wall_bind at that place.
 */
#ifndef STORE_WALL_H
#define STORE_WALL_H

#include "base/text.h"
#include "store/lists.h"
#include "store/row.h"

#define WALL "(? = '' OR p.unit_code = ?) AND (? = '' OR p.place = ?) AND p.subject = 'project' AND p.event_count >= ?"

static inline void wall_bind(struct stmt *s, const struct project_sight *w)
{
    row_bind_filter(s, w->unit);
    row_bind_filter(s, w->place);
    stmt_bind_i64(s, w->begun ? 1 : 0);
}

/* The statement for whose projects are asked for; a post of one place that asks for one unit takes the general one. */
struct sighted {
    const struct sql *all, *of_unit, *of_place;
};

static inline const struct sql *sighted_sql(const struct sighted *s, const struct project_sight *of)
{
    return !text_is_empty(of->unit) ? s->of_unit : !text_is_empty(of->place) ? s->of_place : s->all;
}

static inline const char *sighted_by(const struct project_sight *of)
{
    return !text_is_empty(of->unit) ? of->unit : row_text(of->place);
}

/* Of struct project_counts, from the tally: " WHERE unit_code = ?" or " WHERE place = ?" may follow. */
#define PROJECT_SUM(condition) "CAST(COALESCE(SUM(IF(" condition ", n, 0)), 0) AS SIGNED)"
#define PROJECT_SUMS                                                                                                   \
    PROJECT_SUM("1")                                                                                                   \
    ", " PROJECT_SUM("state = 'draft'") ", " PROJECT_SUM("state = 'running'") ", " PROJECT_SUM("state = 'done'")       \
        " FROM project_tally"

#endif
