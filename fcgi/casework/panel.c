/*
 * casework/panel.c - what the files about experts share: a review read whole, and typed texts
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

int experts_missing(struct err *e)
{
    err_fail(e, ERR_NOT_FOUND, "本区的办法没有专家评审，没有这一页");
    return err_mend(e, "请从菜单选择本区有的事项");
}

int experts_known(const struct desk *d)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    return r != NULL && regulation_has_experts(r);
}

/* ---- a review ---- */

static int no_review(struct err *e)
{
    err_fail(e, ERR_NOT_FOUND, "没有这次评审");
    return err_mend(e, "请从「专家评审」的清单打开");
}

int panel_read(const struct desk *d, struct db *db, struct panel *p, struct err *e)
{
    const char *version = node_get_str(view_json(d->arena, p->r.inputs), "regulation");

    p->regulation = district_regulation_version(d->district, version);
    p->rule = p->regulation != NULL ? regulation_review(p->regulation, d->arena, p->r.kind) : NULL;
    if (p->rule == NULL) {
        err_fail(e, ERR_CONFIG, "没有载入这次评审所依据的办法版本「%s」", version);
        return err_mend(e, "请管理员在 tenant.json 的 regulations 中补上这一版本");
    }
    if (review_seal_list(db, d->arena, p->r.id, &p->seals, &p->seal_count, e) < 0 ||
        review_seat_list(db, d->arena, p->r.id, &p->seats, &p->seat_count, e) < 0)
        return -1;
    return 0;
}

/* An organ that seals, and the audit, know of a review even while its project is still a draft of its unit. */
int panel_takes_part(const struct desk *d, const struct panel *p)
{
    if (desk_is_applicant(d))
        return 0;
    return text_eq(d->actor->post->kind, "auditor") || panel_convenes(d, p->rule) ||
           panel_has_organ(d, node_get(p->rule, "seeds"));
}

static int is_of_place(const struct desk *d, const struct project *project)
{
    const struct project_sight of = desk_sight(d);

    return text_is_empty(of.place) || text_eq(of.place, project->place);
}

int panel_open(const struct desk *d, enum action may, int64_t id, struct panel *p, struct project *project,
               struct db **ret_db, struct err *e)
{
    struct db *db;
    int found;

    if (permit_check(d->actor, may, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    found = review_get(db, d->arena, id, 0, &p->r, e);
    if (found <= 0)
        return found < 0 ? -1 : no_review(e);
    if (project_get(db, d->arena, p->r.project, project, e) < 0 || panel_read(d, db, p, e) < 0)
        return -1;
    *ret_db = db;
    if (casefile_visible(d, project) || (is_of_place(d, project) && panel_takes_part(d, p)))
        return 0;
    /* refused, and on record */
    return casefile_row(d, may, p->r.project, project, e) < 0 && e->code != ERR_NOT_FOUND ? -1 : no_review(e);
}

int panel_has_organ(const struct desk *d, const struct node *list)
{
    const char *own = desk_organ(d);

    for (const struct node *n = node_first(list); n != NULL && *own != '\0'; n = n->next) {
        if (text_eq(n->type == NODE_OBJECT ? node_get_str(n, "organ") : node_str(n, ""), own))
            return 1;
    }
    return 0;
}

int panel_convenes(const struct desk *d, const struct node *rule)
{
    return panel_has_organ(d, node_get(rule, "convened_by"));
}

const struct review_seal *panel_seal(const struct panel *p, const char *organ)
{
    for (size_t i = 0; i < p->seal_count; i++) {
        if (text_eq(p->seals[i].organ, organ))
            return &p->seals[i];
    }
    return NULL;
}

int panel_sealed_all(const struct panel *p)
{
    return p->seal_count == node_count(node_get(p->rule, "seeds"));
}

size_t panel_seated(const struct panel *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->seat_count; i++)
        n += text_eq(p->seats[i].state, "seated") ? 1 : 0;
    return n;
}

size_t panel_handed(const struct panel *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->seat_count; i++)
        n += text_eq(p->seats[i].state, "seated") && text_eq(p->seats[i].sheet_state, "in") ? 1 : 0;
    return n;
}

int panel_all_in(const struct panel *p)
{
    return text_eq(p->r.state, "closed") || (panel_seated(p) > 0 && panel_handed(p) == panel_seated(p));
}

const char *panel_state_name(const struct panel *p)
{
    if (text_eq(p->r.state, "void"))
        return "已作废";
    if (text_eq(p->r.state, "closed"))
        return "已形成意见";
    if (text_eq(p->r.state, "drawn"))
        return p->r.held_on == DATE_NONE ? "已抽取，待召集" : "已召集，评审中";
    return panel_sealed_all(p) ? "封签已齐，待开封" : "待交封签";
}

int panel_must(const struct panel *p, const char *state, struct err *e)
{
    if (text_eq(p->r.state, state))
        return 0;
    err_fail(e, ERR_RULE, "这次评审现在是「%s」，不能办理此项", panel_state_name(p));
    return err_mend(e, "请重新打开评审页，按页上列出的事项办理");
}

int panel_stale(struct err *e)
{
    err_fail(e, ERR_STALE, "这次评审在您打开页面之后已被他人办理过");
    return err_mend(e, "请重新打开这一页，核对后再办理");
}

/* ---- typed ---- */

static void typed_wrong(struct err_list *errors, const char *key, const char *fmt, const char *label, size_t n,
                        const char *mend)
{
    struct err x = {0};

    (void)err_fail(&x, ERR_BAD_INPUT, fmt, label, n);
    (void)err_mend(&x, "%s", mend);
    (void)err_at(&x, "/with/%s", key);
    err_list_take(errors, &x);
}

const char *typed_text(const struct desk *d, const struct node *input, const char *key, const char *label, size_t min,
                       size_t max, int lines, struct err_list *errors)
{
    const struct node *n = node_get(input, key);
    const char *s = text_trim(d->arena, n != NULL && n->type == NODE_TEXT ? n->u.text : "");

    if (text_chars(s) < min)
        typed_wrong(errors, key, min > 1 ? "「%s」不足 %zu 个字" : "「%s」没有填写", label, min,
                    min > 1 ? "请写得具体一些" : "请填写");
    else if (text_chars(s) > max)
        typed_wrong(errors, key, "「%s」超过 %zu 个字", label, max, "请写短一些");
    else if (!text_is_clean(s, lines))
        typed_wrong(errors, key, "「%s」有不能使用的字符", label, 0, "请删去看不见的字符，重新输入");
    else
        return s;
    return "";
}

struct node *typed_list(struct arena *a, const struct node *input, const char *key)
{
    const struct node *given = node_get(input, key);
    struct node *list = node_list(a);
    char **piece;

    if (given != NULL && given->type == NODE_LIST) {
        for (const struct node *n = node_first(given); n != NULL; n = n->next) {
            if (*node_str(n, "") != '\0')
                node_add_text(a, list, node_str(n, ""));
        }
        return list;
    }
    size_t count = text_split(a, node_str(given, ""), ' ', &piece);

    for (size_t i = 0; i < count; i++) {
        if (*piece[i] != '\0')
            node_add_text(a, list, piece[i]);
    }
    return list;
}

int typed_refuse(const struct err_list *errors, struct err *e)
{
    int n = errors->count;

    if (n == 1) {
        *e = errors->item[0];
        return -1;
    }
    return err_fail(e, ERR_BAD_INPUT, "有 %d 处需要改正", n);
}

void ask_put(const struct desk *d, const struct ask *q, const struct node *typed, const struct err_list *errors,
             struct node *fields)
{
    struct arena *a = d->arena;
    struct node *declared = node_object(a);

    node_put_text(a, declared, "id", q->id);
    node_put_text(a, declared, "label", q->label);
    node_put_text(a, declared, "type", q->type);
    node_put_text(a, declared, "hint", q->hint != NULL ? q->hint : "");
    node_put_bool(a, declared, "required", q->required);
    if (q->choices != NULL)
        node_put(a, declared, "choices", node_copy(a, q->choices));
    node_add(fields, view_field(d, declared, q->value, node_get(typed, q->id), errors, "/with"));
}
