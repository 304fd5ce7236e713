/*
 * exchange/trail.c - the layer's audit rows, and the desk of the system itself
 */
#include "config.h"

#include "exchange/trail.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "store/case.h"

enum { DETAIL_BYTES_MAX = 16 * 1024 };

struct desk desk_of_system(struct platform *p, struct district *d, struct arena *a, const char *key)
{
    struct desk desk = {.platform = p, .district = d, .arena = a, .address = "", .key = key};

    desk.machine_now = instant_now();
    desk.now = district_now(p, d, &desk.clock_moved);
    desk.request_id = arena_fmt(a, "push-%.22s", crypto_token(a));
    return desk;
}

static const char *detail_json(struct arena *a, const struct node *detail)
{
    struct buf b CLEANUP_(buf_free) = {0};

    if (detail == NULL)
        return "{}";
    buf_init(&b, DETAIL_BYTES_MAX);
    jsonout_tree(&b, detail);
    return buf_ok(&b) ? arena_dupn(a, b.data, b.len) : "{\"cut\":true}";
}

int trail_add(struct db *db, const struct desk *d, const char *what, const char *object, const char *result,
              const char *reason, const struct node *detail, struct err *e)
{
    const struct post *post = d->actor != NULL ? d->actor->post : NULL;
    struct audit row = {
        .at = d->machine_now,
        .case_at = d->now,
        .request_id = d->request_id,
        .session = d->actor != NULL ? d->actor->session : "",
        .person = d->actor != NULL ? d->actor->person : "",
        .person_name = d->actor != NULL ? d->actor->name : "系统",
        .organ = post != NULL ? post->organ : "",
        .unit = post != NULL ? post->unit : "",
        .address = d->address != NULL ? d->address : "",
        .what = what,
        .object = object,
        .result = result,
        .reason = reason,
        .articles = "",
        .before_sm3 = "",
        .after_sm3 = "",
        .detail = detail_json(d->arena, detail),
    };

    if (!d->district->audit_key_ok) {
        err_fail(e, ERR_CONFIG, "没有审计密钥，不能留下记录，因而不能办理");
        return err_mend(e, "请管理员运行 guizhang secrets");
    }
    return audit_add(db, d->arena, d->district->audit_key, sizeof d->district->audit_key, &row, e);
}
