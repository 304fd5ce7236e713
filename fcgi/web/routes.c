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
    { HTTP_GET,  "/{t}/dashboard",                   WHO_POST,   MAY_STAT_READ,       BODY_NONE, page_dashboard,      "dashboard",      "统计看板" },
    { HTTP_GET,  "/{t}/decisions/{id}",              WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_decision,       "letter",         "文书" },
    { HTTP_GET,  "/{t}/documents/{id}",              WHO_POST,   MAY_DOCUMENT_READ,   BODY_NONE, page_document,       NULL,             "文件" },
    { HTTP_POST, "/{t}/documents/{id}/drop",         WHO_POST,   MAY_DOCUMENT_ADD,    BODY_FORM, page_document_drop,  "wizard",         "删去文件" },
    { HTTP_POST, "/{t}/exchange/filings",            WHO_PEER,   MAY_ANY,             BODY_RAW,  page_filing_receive, NULL,             "报来一份" },
    { HTTP_GET,  "/{t}/exchange/filings/{word}/{id}", WHO_PEER,  MAY_ANY,             BODY_NONE, page_filing_status,  NULL,             "报来的一份怎样了" },
    { HTTP_GET,  "/{t}/experts",                     WHO_POST,   MAY_EXPERT_READ,     BODY_NONE, page_experts,        "experts",        "专家库" },
    { HTTP_POST, "/{t}/experts",                     WHO_POST,   MAY_EXPERT_KEEP,     BODY_FORM, page_expert_add,     "expert",         "专家入库" },
    { HTTP_GET,  "/{t}/experts/import",              WHO_POST,   MAY_EXPERT_READ,     BODY_NONE, page_expert_lines,   "experts_import", "专家成批入库" },
    { HTTP_POST, "/{t}/experts/import",              WHO_POST,   MAY_EXPERT_KEEP,     BODY_FORM, page_expert_import,  "experts_import", "专家成批入库" },
    { HTTP_GET,  "/{t}/experts/new",                 WHO_POST,   MAY_EXPERT_READ,     BODY_NONE, page_expert_new,     "expert",         "专家入库" },
    { HTTP_GET,  "/{t}/experts/{id}",                WHO_POST,   MAY_EXPERT_READ,     BODY_NONE, page_expert,         "expert",         "专家" },
    { HTTP_POST, "/{t}/experts/{id}",                WHO_POST,   MAY_EXPERT_KEEP,     BODY_FORM, page_expert_save,    "expert",         "专家" },
    { HTTP_GET,  "/{t}/exports",                     WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_exports,        "exports",        "我的导出" },
    { HTTP_POST, "/{t}/exports",                     WHO_POST,   MAY_EXPORT,          BODY_FORM, page_export_ask,     "exports",        "导出表格" },
    { HTTP_GET,  "/{t}/exports/{id}",                WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_export,         "export",         "导出表格" },
    { HTTP_GET,  "/{t}/exports/{id}/file",           WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_export_file,    NULL,             "导出的表格" },
    { HTTP_GET,  "/{t}/guide",                       WHO_ANYONE, MAY_ANY,             BODY_NONE, page_guide,          "guide",          "办事指南" },
    { HTTP_GET,  "/{t}/help",                        WHO_POST,   MAY_HOME,            BODY_NONE, page_help,           "help",           "帮助" },
    { HTTP_GET,  "/{t}/home",                        WHO_POST,   MAY_HOME,            BODY_NONE, page_home,           "home",           "我的工作台" },
    { HTTP_GET,  "/{t}/inbox",                       WHO_POST,   MAY_INBOX_READ,      BODY_NONE, page_inbox,          "inbox",          "下级报来" },
    { HTTP_GET,  "/{t}/inbox/{word}/{id}",           WHO_POST,   MAY_INBOX_READ,      BODY_NONE, page_inbox_item,     "inbox_item",     "下级报来的一份报送" },
    { HTTP_POST, "/{t}/inbox/{word}/{id}",           WHO_POST,   MAY_INBOX_DECIDE,    BODY_FORM, page_inbox_decide,   "inbox_item",     "下级报来的一份报送" },
    { HTTP_GET,  "/{t}/lists",                       WHO_POST,   MAY_SUPERVISE,       BODY_NONE, page_lists,          "lists",          "监督清单" },
    { HTTP_GET,  "/{t}/lists/{word}",                WHO_POST,   MAY_SUPERVISE,       BODY_NONE, page_list,           "list",           "监督清单" },
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
    { HTTP_GET,  "/{t}/projects/{id}/reviews",       WHO_POST,   MAY_REVIEW_READ,     BODY_NONE, page_project_reviews, "project_reviews", "专家评审" },
    { HTTP_POST, "/{t}/projects/{id}/reviews/{word}", WHO_POST,  MAY_REVIEW_ACT,      BODY_FORM, page_review_start,   "project_reviews", "抽取专家" },
    { HTTP_GET,  "/{t}/projects/{id}/status",        WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_project_status, NULL,             "项目到了哪里" },
    { HTTP_GET,  "/{t}/projects/{id}/why",           WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_why,            "why",            "为什么" },
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
    { HTTP_GET,  "/{t}/reviews",                     WHO_POST,   MAY_REVIEW_READ,     BODY_NONE, page_reviews,        "reviews",        "专家评审" },
    { HTTP_GET,  "/{t}/reviews/{id}",                WHO_POST,   MAY_REVIEW_READ,     BODY_NONE, page_review,         "review",         "专家评审" },
    { HTTP_POST, "/{t}/reviews/{id}/close",          WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_close,   "review",         "汇总评审意见" },
    { HTTP_POST, "/{t}/reviews/{id}/meeting",        WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_meet,    "review",         "召集评审会" },
    { HTTP_POST, "/{t}/reviews/{id}/open",           WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_open,    "review",         "开封" },
    { HTTP_GET,  "/{t}/reviews/{id}/opinion",        WHO_POST,   MAY_REVIEW_READ,     BODY_NONE, page_review_opinion, "opinion",        "专家评审意见书" },
    { HTTP_GET,  "/{t}/reviews/{id}/proof",          WHO_POST,   MAY_REVIEW_READ,     BODY_NONE, page_review_proof,   "proof",          "抽取结果验证" },
    { HTTP_POST, "/{t}/reviews/{id}/replace",        WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_replace, "review",         "更换专家" },
    { HTTP_POST, "/{t}/reviews/{id}/seal",           WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_seal,    "review",         "交封签" },
    { HTTP_POST, "/{t}/reviews/{id}/void",           WHO_POST,   MAY_REVIEW_ACT,      BODY_FORM, page_review_void,    "review",         "作废重抽" },
    { HTTP_GET,  "/{t}/search",                      WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_search,         "search",         "查找" },
    { HTTP_GET,  "/{t}/seats",                       WHO_POST,   MAY_SEAT_READ,       BODY_NONE, page_seats,          "seats",          "我的评审" },
    { HTTP_GET,  "/{t}/seats/{id}",                  WHO_POST,   MAY_SEAT_READ,       BODY_NONE, page_seat,           "seat",           "评分表" },
    { HTTP_POST, "/{t}/seats/{id}/leave",            WHO_POST,   MAY_SEAT_ACT,        BODY_FORM, page_seat_leave,     "seat",           "申明回避" },
    { HTTP_POST, "/{t}/seats/{id}/sheet",            WHO_POST,   MAY_SEAT_ACT,        BODY_FORM, page_seat_sheet,     "seat",           "评分表" },
    { HTTP_GET,  "/{t}/views",                       WHO_POST,   MAY_PROJECT_READ,    BODY_NONE, page_views,          "views",          "我的视图" },
    { HTTP_POST, "/{t}/views",                       WHO_POST,   MAY_VIEW_KEEP,       BODY_FORM, page_view_keep,      "views",          "存为视图" },
    { HTTP_POST, "/{t}/views/{id}/drop",             WHO_POST,   MAY_VIEW_KEEP,       BODY_FORM, page_view_drop,      NULL,             "删去视图" },
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
    {page_act_post, "version with confirm"},
    {page_sheet_typed, "with"},
    {page_expert_add, "with"},
    {page_expert_save, "version with"},
    {page_expert_import, "with"},
    {page_review_start, "with"},
    {page_review_seal, "with"},
    {page_review_open, "with"},
    {page_review_void, "version with"},
    {page_review_meet, "version with"},
    {page_review_replace, "with"},
    {page_review_close, "version with"},
    {page_seat_leave, "version with"},
    {page_seat_sheet, "version with go"},
    {page_export_ask, "list query"},
    {page_view_keep, "list name query"},
    {page_view_drop, ""},
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
