/*
 * web/routes.c - every address of the application; sorted by pattern, then method
 *
 * tests/unit/test_router.c walks it: sorted, no two rows for one path, every action used and known.
 */
#include "config.h"

#include "web/pages.h"

/* clang-format off */
const struct route routes[] = {
    { HTTP_GET,  "/",                                WHO_ANYONE, MAY_ANY,             BODY_NONE, page_root,           "login",          "政务信息化项目管理平台" },
    { HTTP_GET,  "/components",                      WHO_ANYONE, MAY_ANY,             BODY_NONE, page_components,     "components",     "组件一览" },
    { HTTP_GET,  "/guide",                           WHO_ANYONE, MAY_ANY,             BODY_NONE, page_guides,         "guides",         "办事指南" },
    { HTTP_GET,  "/healthz",                         WHO_ANYONE, MAY_ANY,             BODY_NONE, page_healthz,        NULL,             "存活" },
    { HTTP_GET,  "/login",                           WHO_ANYONE, MAY_ANY,             BODY_NONE, page_login,          "login",          "登录" },
    { HTTP_POST, "/login",                           WHO_ANYONE, MAY_ANY,             BODY_FORM, page_login_post,     "login",          "登录" },
    { HTTP_POST, "/logout",                          WHO_PERSON, MAY_ANY,             BODY_FORM, page_logout,         NULL,             "退出" },
    { HTTP_GET,  "/posts",                           WHO_PERSON, MAY_ANY,             BODY_NONE, page_posts,          "posts",          "选择岗位" },
    { HTTP_POST, "/posts",                           WHO_PERSON, MAY_ANY,             BODY_FORM, page_posts_choose,   "posts",          "选择岗位" },
    { HTTP_GET,  "/readyz",                          WHO_ANYONE, MAY_ANY,             BODY_NONE, page_readyz,         NULL,             "就绪" },
    { HTTP_GET,  "/{t}/audit",                       WHO_POST,   MAY_AUDIT_READ,      BODY_NONE, page_audit,          "audit",          "审计记录" },
    { HTTP_GET,  "/{t}/calendar",                    WHO_POST,   MAY_CALENDAR,        BODY_NONE, page_calendar,       "calendar",       "到期日历" },
    { HTTP_GET,  "/{t}/decisions/{id}",              WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_decision,       "letter",         "文书" },
    { HTTP_GET,  "/{t}/delegations",                 WHO_POST,   MAY_DELEGATION_READ, BODY_NONE, page_delegations,    "delegations",    "岗位与委托" },
    { HTTP_POST, "/{t}/delegations",                 WHO_POST,   MAY_DELEGATION_ACT,  BODY_FORM, page_delegation_make, "delegations",   "委托" },
    { HTTP_POST, "/{t}/delegations/{id}/end",        WHO_POST,   MAY_DELEGATION_ACT,  BODY_FORM, page_delegation_end, "delegations",    "撤销委托" },
    { HTTP_GET,  "/{t}/documents/{id}",              WHO_POST,   MAY_DOCUMENT_READ,   BODY_NONE, page_document,       NULL,             "文件" },
    { HTTP_POST, "/{t}/documents/{id}/drop",         WHO_POST,   MAY_DOCUMENT_ADD,    BODY_FORM, page_document_drop,  "wizard",         "删去文件" },
    { HTTP_POST, "/{t}/exchange/filings",            WHO_PEER,   MAY_ANY,             BODY_RAW,  page_filing_receive, NULL,             "报来一份" },
    { HTTP_GET,  "/{t}/exchange/filings/{word}/{id}", WHO_PEER,  MAY_ANY,             BODY_NONE, page_filing_status,  NULL,             "报来的一份怎样了" },
    { HTTP_GET,  "/{t}/guide",                       WHO_ANYONE, MAY_ANY,             BODY_NONE, page_guide,          "guide",          "办事指南" },
    { HTTP_GET,  "/{t}/home",                        WHO_POST,   MAY_HOME,            BODY_NONE, page_home,           "home",           "我的工作台" },
    { HTTP_GET,  "/{t}/inbox",                       WHO_POST,   MAY_INBOX_READ,      BODY_NONE, page_inbox,          "inbox",          "下级报来" },
    { HTTP_GET,  "/{t}/inbox/{word}/{id}",           WHO_POST,   MAY_INBOX_READ,      BODY_NONE, page_inbox_item,     "inbox_item",     "下级报来的一份报送" },
    { HTTP_POST, "/{t}/inbox/{word}/{id}",           WHO_POST,   MAY_INBOX_DECIDE,    BODY_FORM, page_inbox_decide,   "inbox_item",     "下级报来的一份报送" },
    { HTTP_GET,  "/{t}/outbox",                      WHO_POST,   MAY_OUTBOX_READ,     BODY_NONE, page_outbox,         "outbox",         "上报与回执" },
    { HTTP_GET,  "/{t}/outbox/{id}",                 WHO_POST,   MAY_OUTBOX_READ,     BODY_NONE, page_outbox_message, "outbox_message", "一份上报" },
    { HTTP_POST, "/{t}/outbox/{id}/retry",           WHO_POST,   MAY_OUTBOX_ACT,      BODY_FORM, page_outbox_retry,   "outbox_message", "一份上报" },
    { HTTP_GET,  "/{t}/projects",                    WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_projects,       "projects",       "项目" },
    { HTTP_POST, "/{t}/projects",                    WHO_POST,   MAY_PROJECT_DRAFT,   BODY_FORM, page_draft_create,   "wizard",         "新建申报" },
    { HTTP_GET,  "/{t}/projects/new",                WHO_POST,   MAY_PROJECT_DRAFT,   BODY_NONE, page_draft_new,      "wizard",         "新建申报" },
    { HTTP_GET,  "/{t}/projects/{id}",               WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_project,        "project",        "项目" },
    { HTTP_GET,  "/{t}/projects/{id}/acts/{act}",    WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_act,            "act",            "办理" },
    { HTTP_POST, "/{t}/projects/{id}/acts/{act}",    WHO_POST,   MAY_PROJECT_ACT,     BODY_FORM, page_act_post,       "act",            "办理" },
    { HTTP_POST, "/{t}/projects/{id}/documents",     WHO_POST,   MAY_DOCUMENT_ADD,    BODY_FILE, page_document_add,   "wizard",         "上传文件" },
    { HTTP_GET,  "/{t}/projects/{id}/duties/{word}", WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_recount,        "recount",        "重新数一遍" },
    { HTTP_GET,  "/{t}/projects/{id}/edit",          WHO_POST,   MAY_PROJECT_DRAFT,   BODY_NONE, page_draft_edit,     "wizard",         "修改申报" },
    { HTTP_POST, "/{t}/projects/{id}/edit",          WHO_POST,   MAY_PROJECT_DRAFT,   BODY_FORM, page_draft_save,     "wizard",         "修改申报" },
    { HTTP_GET,  "/{t}/projects/{id}/forms/{act}",   WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_sheet,          "form",           "打印表格" },
    { HTTP_POST, "/{t}/projects/{id}/forms/{act}",   WHO_POST,   MAY_PROJECT_ACT,     BODY_FORM, page_sheet_typed,    "form",           "打印表格" },
    { HTTP_GET,  "/{t}/projects/{id}/hand",          WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_hand,           "hand",           "转办和催办" },
    { HTTP_POST, "/{t}/projects/{id}/hand",          WHO_POST,   MAY_PROJECT_HAND,    BODY_FORM, page_hand_over,      "hand",           "转办" },
    { HTTP_GET,  "/{t}/projects/{id}/status",        WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_project_status, NULL,             "项目到了哪里" },
    { HTTP_POST, "/{t}/projects/{id}/urge",          WHO_POST,   MAY_PROJECT_URGE,    BODY_FORM, page_urge,           "hand",           "催办" },
    { HTTP_GET,  "/{t}/projects/{id}/why",           WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_why,            "why",            "为什么" },
    { HTTP_POST, "/{t}/projects/{id}/withdraw",      WHO_POST,   MAY_PROJECT_DRAFT,   BODY_FORM, page_withdraw,       "hand",           "撤回送审" },
    { HTTP_GET,  "/{t}/regulation",                  WHO_ANYONE, MAY_ANY,             BODY_NONE, page_regulation,     "regulation",     "法规库" },
    { HTTP_GET,  "/{t}/regulation/bills",            WHO_POST,   MAY_BILL_READ,       BODY_NONE, page_bills,          "bills",          "法规草稿" },
    { HTTP_POST, "/{t}/regulation/bills",            WHO_POST,   MAY_BILL_EDIT,       BODY_FORM, page_bill_create,    "bills",          "法规草稿" },
    { HTTP_GET,  "/{t}/regulation/bills/{id}",       WHO_POST,   MAY_BILL_READ,       BODY_NONE, page_bill,           "bill",           "法规草稿" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/accept", WHO_POST,  MAY_BILL_EDIT,       BODY_FORM, page_bill_accept,    "bill",           "法规草稿" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/confirm", WHO_POST, MAY_BILL_PUBLISH,    BODY_FORM, page_bill_confirm,   "bill_publish",   "发布法规" },
    { HTTP_GET,  "/{t}/regulation/bills/{id}/file",  WHO_POST,   MAY_BILL_READ,       BODY_NONE, page_bill_file,      "bill_file",      "草稿的文件" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/file",  WHO_POST,   MAY_BILL_EDIT,       BODY_FORM, page_bill_file_post, "bill_file",      "草稿的文件" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/files", WHO_POST,   MAY_BILL_EDIT,       BODY_FILE, page_bill_files,     "bill",           "法规草稿" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/propose", WHO_POST, MAY_BILL_PUBLISH,    BODY_FORM, page_bill_propose,   "bill_publish",   "发布法规" },
    { HTTP_GET,  "/{t}/regulation/bills/{id}/publish", WHO_POST, MAY_BILL_READ,       BODY_NONE, page_bill_publish,   "bill_publish",   "发布法规" },
    { HTTP_GET,  "/{t}/regulation/bills/{id}/trial", WHO_POST,   MAY_BILL_READ,       BODY_NONE, page_bill_trial,     "bill_trial",     "试算草稿" },
    { HTTP_POST, "/{t}/regulation/bills/{id}/withdraw", WHO_POST, MAY_BILL_PUBLISH,   BODY_FORM, page_bill_withdraw,  "bill_publish",   "发布法规" },
    { HTTP_GET,  "/{t}/regulation/cases",            WHO_ANYONE, MAY_ANY,             BODY_NONE, page_cases,          "law_cases",      "情景案例" },
    { HTTP_GET,  "/{t}/regulation/cases/{word}",     WHO_ANYONE, MAY_ANY,             BODY_NONE, page_case,           "law_case",       "情景案例" },
    { HTTP_GET,  "/{t}/regulation/chart",            WHO_ANYONE, MAY_ANY,             BODY_NONE, page_chart,          "chart",          "流程图" },
    { HTTP_GET,  "/{t}/settings",                    WHO_POST,   MAY_SETTINGS,        BODY_NONE, page_settings,       "settings",       "提醒设置" },
    { HTTP_POST, "/{t}/settings",                    WHO_POST,   MAY_SETTINGS_SAVE,   BODY_FORM, page_settings_save,  "settings",       "提醒设置" },
};
/* clang-format on */

const size_t routes_count = ARRAY_LEN(routes);

/* What the JSON body of a write may have besides csrf and key, parted by blanks; one row for every BODY_FORM. */
static const struct {
    int (*handle)(struct call *c, struct err *e);
    const char *names;
} members[] = {
    {page_login_post, "login password tenant"},
    {page_logout, ""},
    {page_posts_choose, "post tenant organ unit"},
    {page_document_drop, "project"},
    {page_inbox_decide, "version outcome reasons"},
    {page_outbox_retry, ""},
    {page_draft_create, "facts go submit"},
    {page_draft_save, "version facts go submit"},
    {page_act_post, "version with confirm on_behalf"},
    {page_sheet_typed, "with"},
    {page_settings_save, "mail kinds"},
    {page_delegation_make, "to from_on to_on reason"},
    {page_delegation_end, ""},
    {page_hand_over, "person reason"},
    {page_urge, "note"},
    {page_withdraw, "version reason"},
    {page_bill_create, "regulation name copy"},
    {page_bill_file_post, "version text go"},
    {page_bill_propose, "version comes_on"},
    {page_bill_confirm, "version"},
    {page_bill_withdraw, "version reason"},
    {page_bill_accept, "version finding articles about reading reason"},
};

const char *route_members(const struct route *r)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (members[i].handle == r->handle)
            return members[i].names;
    return NULL;
}
