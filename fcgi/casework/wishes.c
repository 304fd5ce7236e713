/*
 * casework/wishes.c - what one person wants to be told by mail
 */
#include "config.h"

#include "casework/notify.h"

#include "base/text.h"
#include "casework/op.h"
#include "casework/remind.h"
#include "casework/view.h"
#include "store/duties.h"

static const struct {
    const char *id, *says;
} KINDS[] = {
    {"red", "已过最后一日"},
    {"yellow", "临近最后一日"},
    {"urge", "别的单位催"},
    {"open", "办理窗口开了"},
    {"cosign", "同事请您先签、催签，您请的都已答复"},
};
static const struct {
    const char *id, *name;
} MAILS[] = {
    {"daily", "每天一封，列出当天的全部提醒"},
    {"each", "每项提醒一封"},
    {"none", "不收邮件，只在工作台上看"},
};

static const char *mail_name(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(MAILS); i++)
        if (text_eq(MAILS[i].id, id))
            return MAILS[i].name;
    return NULL;
}

int settings_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct person_setting wish = {.mail = NOTIFY_MAIL_DEFAULT, .kinds = NOTIFY_ALL_KINDS};
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list;
    struct db *db;

    if (permit_check(d->actor, MAY_SETTINGS, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        person_setting_get(db, a, d->actor->person, &wish, e) < 0)
        return -1;
    node_put_text(a, page, "mail", wish.mail);
    node_put_bool(a, page, "can_mail", !text_is_empty(d->platform->config.mail_url));
    list = node_put_list(a, page, "mails");
    for (size_t i = 0; i < ARRAY_LEN(MAILS); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", MAILS[i].id);
        node_put_text(a, o, "name", MAILS[i].name);
        node_put_bool(a, o, "chosen", text_eq(wish.mail, MAILS[i].id));
    }
    list = node_put_list(a, page, "kinds");
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", KINDS[i].id);
        node_put_text(a, o, "name", remind_card_name(KINDS[i].id));
        node_put_text(a, o, "says", KINDS[i].says);
        node_put_bool(a, o, "checked", notify_wants(wish.kinds, KINDS[i].id));
    }
    *ret = page;
    return 0;
}

static int is_kind(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (text_eq(KINDS[i].id, id))
            return 1;
    return 0;
}

/* A list of kinds, or one kind as a form with a single tick sends it. */
static int kinds_read(struct arena *a, const struct node *given, const char **ret, struct err *e)
{
    const char *kinds = "";
    const struct node *first = given != NULL && given->type == NODE_TEXT ? given : node_first(given);

    for (const struct node *n = first; n != NULL; n = n == given ? NULL : n->next) {
        const char *id = node_str(n, "");

        if (*id == '\0' || notify_wants(kinds, id))
            continue;
        if (!is_kind(id)) {
            err_fail(e, ERR_BAD_INPUT, "没有「%.40s」这种提醒", id);
            err_mend(e, "请在页面所列的几种里选");
            return err_at(e, "/kinds");
        }
        kinds = arena_fmt(a, "%s%s%s", kinds, *kinds != '\0' ? "," : "", id);
    }
    *ret = kinds;
    return 0;
}

static int settings_work(struct op *op, void *arg, struct err *e)
{
    const struct person_setting *wish = arg;
    struct arena *a = op->desk->arena;

    op->object = arena_fmt(a, "person/%s", wish->person);
    op->detail = node_object(a);
    node_put_text(a, op->detail, "mail", wish->mail);
    node_put_text(a, op->detail, "kinds", wish->kinds);
    return person_setting_put(op->db, a, wish, e);
}

int settings_save(const struct desk *d, const struct node *input, struct err *e)
{
    struct person_setting wish = {
        .person = d->actor->person, .mail = node_get_str(input, "mail"), .updated_at = d->machine_now};
    struct op op = {.desk = d, .may = MAY_SETTINGS_SAVE, .what = "settings.save"};
    struct node *asked;

    if (mail_name(wish.mail) == NULL) {
        err_fail(e, ERR_BAD_INPUT, "请选择怎样收邮件");
        err_mend(e, "三种里选一种：每天一封、每项一封、不收");
        return err_at(e, "/mail");
    }
    if (kinds_read(d->arena, node_get(input, "kinds"), &wish.kinds, e) < 0)
        return -1;
    asked = node_object(d->arena);
    node_put_text(d->arena, asked, "mail", wish.mail);
    node_put_text(d->arena, asked, "kinds", wish.kinds);
    op.asked = asked;
    return op_run(&op, settings_work, &wish, e);
}
