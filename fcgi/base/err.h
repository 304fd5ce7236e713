/*
 * base/err.h - what went wrong, said once, for a person and for the log
 *
 * A function that can fail returns 0 or -1 (1/0/-1 where "found" is a question)
 * and takes "struct err *e" last. The lowest layer that knows the cause fills it;
 * layers above may add path, article or mend, never replace the message.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

/* name, HTTP status, stable slug, what a person reads as a heading */
/* clang-format off */
#define ERR_TABLE(X)                                                            \
    X(ERR_NONE,          200, "ok",               "正常")                        \
    X(ERR_BAD_INPUT,     400, "bad_input",        "填写的内容有误")              \
    X(ERR_BAD_JSON,      400, "bad_json",         "报文不是合格的 JSON")         \
    X(ERR_BAD_FORM,      400, "bad_form",         "表单无法读取")                \
    X(ERR_NO_SESSION,    401, "no_session",       "请先登录")                    \
    X(ERR_LOGIN,         401, "login_refused",    "登录未成功")                  \
    X(ERR_FORBIDDEN,     403, "forbidden",        "此岗位无权办理")              \
    X(ERR_CSRF,          403, "csrf",             "页面已过期")                  \
    X(ERR_NOT_FOUND,     404, "not_found",        "没有这一页或这一项")          \
    X(ERR_METHOD,        405, "method",           "此地址不接受这种请求")        \
    X(ERR_NOT_ACCEPTABLE,406, "not_acceptable",   "没有所要的格式")              \
    X(ERR_STALE,         409, "stale_version",    "内容已被他人更新")            \
    X(ERR_CONFLICT,      409, "conflict",         "与已有记录冲突")              \
    X(ERR_TOO_LARGE,     413, "too_large",        "内容过大")                    \
    X(ERR_MEDIA,         415, "media_type",       "文件类型不被接受")            \
    X(ERR_RULE,          422, "rule_refused",     "按规定不能办理")              \
    X(ERR_LOCKED,        423, "locked",           "账号已锁定")                  \
    X(ERR_TOO_MANY,      429, "too_many",         "请求过于频繁")                \
    X(ERR_INTERNAL,      500, "internal",         "系统内部错误")                \
    X(ERR_UNCERTAIN,     503, "uncertain",        "结果尚不确定")                \
    X(ERR_DB,            503, "database_down",    "数据库暂不可用")              \
    X(ERR_DIRECTORY,     503, "directory_down",   "政务目录暂不可用")            \
    X(ERR_BUSY,          503, "busy",             "系统繁忙")                    \
    X(ERR_DISK,          507, "disk",             "存储空间不足")                \
    X(ERR_CONFIG,        500, "config",           "配置有误")                    \
    X(ERR_PEER,          502, "peer",             "对方系统没有正常答复")
/* clang-format on */

enum err_code {
#define X(name, status, slug, title) name,
    ERR_TABLE(X)
#undef X
        ERR__MAX
};

struct err {
    enum err_code code;
    char message[384]; /* one sentence for a person: what is wrong */
    char mend[256];    /* one sentence: what to do about it; may be empty */
    char path[128];    /* JSON pointer of the field: /facts/total_investment; may be empty */
    char article[64];  /* article numbers it rests on: "12" or "7,12"; may be empty */
    char detail[384];  /* for the log only: SQL state, errno, file:line */
};

/*
 * err_fail sets code and message (detail, path, article, mend are emptied); the others add what only their layer
 * knows, keeping what is there already: err_at puts its path before the present one. Each is worth -1, seen by the
 * compiler and the analyzers at the place of the call, so that "return err_fail(…)" needs no further proof.
 */
void err_set_fail(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_(3, 4);
void err_set_at(struct err *e, const char *fmt, ...) PRINTF_(2, 3);
void err_set_article(struct err *e, const char *article);
void err_set_mend(struct err *e, const char *fmt, ...) PRINTF_(2, 3);
void err_set_detail(struct err *e, const char *fmt, ...) PRINTF_(2, 3);
static inline int err_failed(void)
{
    return -1;
}
#define err_fail(...) (err_set_fail(__VA_ARGS__), err_failed())
#define err_at(...) (err_set_at(__VA_ARGS__), err_failed())
#define err_article(...) (err_set_article(__VA_ARGS__), err_failed())
#define err_mend(...) (err_set_mend(__VA_ARGS__), err_failed())
#define err_detail(...) (err_set_detail(__VA_ARGS__), err_failed())

int err_status(enum err_code code);         /* HTTP status */
const char *err_slug(enum err_code code);   /* stable word for machines */
const char *err_title(enum err_code code);  /* heading for a person */

/* Several field errors of one form, collected and refused once. */
enum { ERR_LIST_MAX = 32 };
struct err_list {
    int count;     /* how many were found, may be larger than ERR_LIST_MAX */
    struct err item[ERR_LIST_MAX];
};
/* An empty list; its room is large and is left as it is until something is taken. */
static inline void err_list_init(struct err_list *list)
{
    list->count = 0;
}
/* Copies e into the list (dropping it past the ceiling) and clears e. */
void err_list_take(struct err_list *list, struct err *e);

#endif
