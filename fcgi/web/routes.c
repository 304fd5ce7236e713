/*
 * web/routes.c - every address of the application; sorted by pattern, then method
 *
 * tests/unit/test_router.c walks it: sorted, no two rows for one path, every action used and known.
 */
#include "config.h"

#include "web/pages.h"

/* clang-format off */
const struct route routes[] = {
    { HTTP_GET,  "/",        WHO_ANYONE, MAY_ANY, BODY_NONE, page_root,         "login", "政务信息化项目管理平台" },
    { HTTP_GET,  "/healthz", WHO_ANYONE, MAY_ANY, BODY_NONE, page_healthz,      NULL,    "存活" },
    { HTTP_GET,  "/login",   WHO_ANYONE, MAY_ANY, BODY_NONE, page_login,        "login", "登录" },
    { HTTP_POST, "/login",   WHO_ANYONE, MAY_ANY, BODY_FORM, page_login_post,   "login", "登录" },
    { HTTP_POST, "/logout",  WHO_PERSON, MAY_ANY, BODY_FORM, page_logout,       NULL,    "退出" },
    { HTTP_GET,  "/posts",   WHO_PERSON, MAY_ANY, BODY_NONE, page_posts,        "posts", "选择岗位" },
    { HTTP_POST, "/posts",   WHO_PERSON, MAY_ANY, BODY_FORM, page_posts_choose, "posts", "选择岗位" },
    { HTTP_GET,  "/readyz",  WHO_ANYONE, MAY_ANY, BODY_NONE, page_readyz,       NULL,    "就绪" },
};
/* clang-format on */

const size_t routes_count = ARRAY_LEN(routes);
