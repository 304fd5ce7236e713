/*
 * identity/actor.h - who asks: a person of the directory in one chosen post, and what that post may
 */
#ifndef IDENTITY_ACTOR_H
#define IDENTITY_ACTOR_H

#include "base/node.h"
#include "identity/tenant.h"

/* One post: a membership of a group of the directory that a tenant.json names. */
struct post {
    const char *tenant, *tenant_name;
    const char *organ;          /* "unit" for an applicant, an organ id, or a role id */
    const char *organ_name;     /* 区大数据中心, 项目建设单位, 审计监督; the class's name when tenant.json gives none */
    const char *unit, *unit_name, *unit_kind; /* "" but for an applicant */
    const char *place;          /* sees the projects of that place only; "" all. Of an applicant: where its unit is */
    const char *kind;           /* class in the permission table: unit | office | intake | auditor | leader | editor | expert */
};
struct actor {
    const char *person;         /* entryUUID */
    const char *login, *name;
    const char *session;        /* first 16 hex digits of the token's MAC, for audit */
    const char *token_mac;
    const char *csrf;
    struct post *posts; size_t post_count;
    const struct post *post;    /* the chosen one; NULL until chosen */
    int directory_stale;        /* 1 while the directory could not be asked again (existing sessions live on, bounded) */
    int64_t unchecked_s;        /* then: seconds since it last answered about this person */
};

/* ---- permission table: action × class; what an organ may do to a case is the regulation's word, not this table's ---- */
/* clang-format off */
#define CLASS_TABLE(X)                     \
    /* class      as people call it */     \
    X(unit,    "项目建设单位")             \
    X(office,  "承办机关")                 \
    X(intake,  "上级受理岗位")             \
    X(auditor, "审计监督")                 \
    X(leader,  "分管领导")                 \
    X(editor,  "法规管理员")               \
    X(expert,  "评审专家")

/* writes: refused with ERR_DIRECTORY once the directory has been silent for ACT_UNCHECKED_MAX_S (fails closed, G11) */
#define ACTION_TABLE(X)                                                                     \
    /* action               slug               unit office intake auditor leader editor expert writes */ \
    X(MAY_HOME,             "home",            1,   1,     1,     1,      1,     1,     0,     0) \
    X(MAY_PROJECT_READ,     "project.read",    1,   1,     0,     1,      1,     1,     0,     0) \
    X(MAY_PROJECT_DRAFT,    "project.draft",   1,   0,     0,     0,      0,     0,     0,     1) \
    X(MAY_PROJECT_ACT,      "project.act",     1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_DOCUMENT_READ,    "document.read",   1,   1,     0,     1,      1,     0,     1,     0) \
    X(MAY_DOCUMENT_ADD,     "document.add",    1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_OUTBOX_READ,      "outbox.read",     0,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_OUTBOX_ACT,       "outbox.act",      0,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_INBOX_READ,       "inbox.read",      0,   0,     1,     1,      1,     0,     0,     0) \
    X(MAY_INBOX_DECIDE,     "inbox.decide",    0,   0,     1,     0,      0,     0,     0,     1) \
    X(MAY_AUDIT_READ,       "audit.read",      0,   0,     0,     1,      0,     0,     0,     0) \
    X(MAY_SUPERVISE,        "supervise.read",  0,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_STAT_READ,        "stat.read",       1,   1,     0,     1,      1,     1,     0,     0) \
    X(MAY_VIEW_KEEP,        "view.keep",       1,   1,     0,     1,      1,     1,     0,     1) \
    X(MAY_EXPORT,           "list.export",     1,   1,     0,     1,      1,     0,     0,     1) \
    X(MAY_SETTINGS,         "settings",        1,   1,     1,     1,      1,     1,     0,     0) \
    X(MAY_SETTINGS_SAVE,    "settings.save",   1,   1,     1,     1,      1,     1,     0,     1) \
    X(MAY_CALENDAR,         "calendar",        1,   1,     0,     1,      1,     1,     0,     0) \
    X(MAY_DELEGATION_READ,  "delegation.read", 1,   1,     0,     1,      1,     1,     0,     0) \
    X(MAY_DELEGATION_ACT,   "delegation.act",  1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_PROJECT_HAND,     "project.hand",    1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_PROJECT_URGE,     "project.urge",    1,   1,     0,     0,      1,     0,     0,     1) \
    X(MAY_COSIGN_READ,      "cosign.read",     0,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_COSIGN_ACT,       "cosign.act",      0,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_PLAN_READ,        "plan.read",       1,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_PLAN_ACT,         "plan.act",        1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_NOTICE_READ,      "notice.read",     1,   1,     1,     1,      1,     1,     1,     0) \
    X(MAY_NOTICE_ACT,       "notice.act",      0,   0,     0,     0,      0,     1,     0,     1) \
    X(MAY_REGULATION_READ,  "regulation.read", 1,   1,     1,     1,      1,     1,     1,     0) \
    X(MAY_BILL_READ,        "bill.read",       0,   0,     0,     1,      1,     1,     0,     0) \
    X(MAY_BILL_EDIT,        "bill.edit",       0,   0,     0,     0,      0,     1,     0,     1) \
    X(MAY_BILL_PUBLISH,     "bill.publish",    0,   0,     0,     0,      0,     1,     0,     1) \
    X(MAY_EXPERT_READ,      "expert.read",     0,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_EXPERT_KEEP,      "expert.keep",     0,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_REVIEW_READ,      "review.read",     1,   1,     0,     1,      1,     0,     0,     0) \
    X(MAY_REVIEW_ACT,       "review.act",      1,   1,     0,     0,      0,     0,     0,     1) \
    X(MAY_SEAT_READ,        "seat.read",       0,   0,     0,     0,      0,     0,     1,     0) \
    X(MAY_SEAT_ACT,         "seat.act",        0,   0,     0,     0,      0,     0,     1,     1)
/* clang-format on */
enum { ACT_UNCHECKED_MAX_S = 300 };
enum action {
#define X(name, ...) name,
    ACTION_TABLE(X)
#undef X
        MAY__MAX
};
const char *action_slug(enum action m);
int action_writes(enum action m);
/* 项目建设单位 for "unit"; "" for an unknown class. */
const char *post_class_name(const char *kind);
/* 0 when the chosen post's class may; otherwise ERR_FORBIDDEN naming the classes that may, in Chinese. */
int permit_check(const struct actor *who, enum action m, struct err *e) MUST_USE_;
int permit_allows(const char *kind, enum action m); /* the bare table, for tests and menus */

#endif
