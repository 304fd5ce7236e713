/*
 * casework/score.c - score sheets added up: integers, no rounding before the end
 *
 * A score is 0 to 100, weights are percent and make 100: score × weight is hundredths of a point.
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

/* ---- a sheet's members ---- */

char *score_key(struct arena *a, const char *item)
{
    return arena_fmt(a, "score_%s", item);
}

char *comment_key(struct arena *a, const char *item)
{
    return arena_fmt(a, "comment_%s", item);
}

const char *score_of(struct arena *a, const struct node *sheet, const char *item)
{
    return node_get_str(sheet, score_key(a, item));
}

const char *comment_of(struct arena *a, const struct node *sheet, const char *item)
{
    return node_get_str(sheet, comment_key(a, item));
}

/* ---- added up ---- */

static int64_t item_score(struct arena *a, const struct node *sheet, const char *id)
{
    int64_t v = 0;

    return text_i64(score_of(a, sheet, id), &v) == 0 ? v : 0;
}

int64_t score_total(struct arena *a, const struct node *rule, const struct node *sheet)
{
    int64_t total = 0;

    for (const struct node *n = node_first(node_get(rule, "scores")); n != NULL; n = n->next)
        total += item_score(a, sheet, node_get_str(n, "id")) * node_get_int(n, "weight", 0);
    return total;
}

const char *score_text(struct arena *a, int64_t hundredths)
{
    return arena_fmt(a, "%lld.%02lld", (long long)(hundredths / 100), (long long)(hundredths % 100));
}

/* Half up; count above 0. */
static int64_t mean(int64_t sum, int64_t count)
{
    return (2 * sum + count) / (2 * count);
}

static int is_in(const struct review_seat *s)
{
    return text_eq(s->state, "seated") && text_eq(s->sheet_state, "in");
}

static void sum_items(struct arena *a, const struct panel *p, int64_t count, struct node *ret)
{
    struct node *list = node_put_list(a, ret, "items");

    for (const struct node *n = node_first(node_get(p->rule, "scores")); n != NULL; n = n->next) {
        struct node *o = node_add_object(a, list);
        int64_t sum = 0;

        for (size_t i = 0; i < p->seat_count; i++)
            sum +=
                is_in(&p->seats[i]) ? 100 * item_score(a, view_json(a, p->seats[i].sheet), node_get_str(n, "id")) : 0;
        node_put_text(a, o, "id", node_get_str(n, "id"));
        node_put_text(a, o, "name", node_get_str(n, "name"));
        node_put_int(a, o, "weight", node_get_int(n, "weight", 0));
        node_put_text(a, o, "average_text", count > 0 ? score_text(a, mean(sum, count)) : "");
    }
}

struct node *score_sum(struct arena *a, const struct panel *p)
{
    struct node *ret = node_object(a);
    int64_t count = 0, agree = 0, sum = 0;
    int64_t bar = node_get_int(p->rule, "average", 0), share = node_get_int(p->rule, "agree_above_percent", 0);

    for (size_t i = 0; i < p->seat_count; i++) {
        const struct node *sheet = view_json(a, p->seats[i].sheet);

        if (!is_in(&p->seats[i]))
            continue;
        count++;
        agree += text_eq(node_get_str(sheet, "agrees"), "true");
        sum += score_total(a, p->rule, sheet);
    }
    int passes = count > 0 && sum >= 100 * bar * count && 100 * agree > share * count;

    node_put_int(a, ret, "count", count);
    node_put_int(a, ret, "agree", agree);
    node_put_int(a, ret, "disagree", count - agree);
    node_put_int(a, ret, "average", count > 0 ? mean(sum, count) : 0);
    node_put_text(a, ret, "average_text", count > 0 ? score_text(a, mean(sum, count)) : "");
    node_put_bool(a, ret, "passes", passes);
    node_put_text(a, ret, "result_name", passes ? "同意" : "不同意");
    node_put_fmt(a, ret, "standard", "平均 %lld 分以上，并且同意的超过 %lld%%", (long long)bar, (long long)share);
    sum_items(a, p, count, ret);
    return ret;
}

const char *score_comments(struct arena *a, const struct panel *p, const char *item)
{
    const char *all = "";
    int n = 0;

    for (size_t i = 0; i < p->seat_count; i++) {
        const char *said = comment_of(a, view_json(a, p->seats[i].sheet), item);

        if (is_in(&p->seats[i]) && *said != '\0')
            all = arena_fmt(a, "%s%s%d. %s", all, n > 0 ? "\n" : "", n + 1, said), n++;
    }
    return all;
}
