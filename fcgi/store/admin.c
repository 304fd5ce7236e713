/*
 * store/admin.c - schemas, accounts and their least rights; for the command line only
 *
 * Names of schemas and accounts cannot be bound, so this one file writes SQL from parts: names
 * that passed text_is_id, fixed words, and the password escaped by the library. Rights are
 * given table by table: in a grant on a schema "_" would be a wildcard, and what is granted
 * on a schema cannot be taken back on one of its tables.
 */
#include "config.h"

#include "store/migrate.h"

#include <string.h>

#include "base/text.h"

#define ADMIN_PLATFORM "guizhang_platform"
enum { ADMIN_TENANT_BYTES = 50 /* gz_<tenant>.seal is a lock's name, at most 64 */, ADMIN_USER_BYTES = 60 };

#define MAY_READ   "SELECT"
#define MAY_ADD    "SELECT, INSERT"
#define MAY_CHANGE "SELECT, INSERT, UPDATE"
#define MAY_ALL    "SELECT, INSERT, UPDATE, DELETE"

struct admin_right {
    const char *table, *may;
};

/* clang-format off */
static const struct admin_right ADMIN_TENANT_RIGHTS[] = {
    { "schema_step",    MAY_READ   },
    { "project",        MAY_CHANGE },
    { "plan_item",      MAY_CHANGE },
    { "project_tally",  MAY_CHANGE },
    { "project_stat",   MAY_CHANGE },
    { "money_year",     MAY_ALL    },
    { "money_stat",     MAY_CHANGE },
    { "search_gram",    MAY_ADD    },
    { "watch",          MAY_ALL    },
    { "saved_view",     MAY_ALL    },
    { "job",            MAY_CHANGE },
    { "event",          MAY_ADD    },
    { "document",       MAY_CHANGE },
    { "duty",           MAY_ALL    },
    { "task",           MAY_ALL    },
    { "number_series",  MAY_CHANGE },
    { "decision",       MAY_CHANGE },
    { "contract",       MAY_ADD    },
    { "audit",          MAY_ADD    },
    { "audit_link",     MAY_ADD    },
    { "idem",           MAY_ADD ", DELETE" },
    { "outbox_series",  MAY_CHANGE },
    { "outbox",         MAY_CHANGE },
    { "outbox_attempt", MAY_ADD    },
    { "inbox",          MAY_CHANGE },
    { "expert",         MAY_CHANGE },
    { "review",         MAY_CHANGE },
    { "review_seal",    MAY_CHANGE },
    { "review_seat",    MAY_CHANGE },
    { "bill",           MAY_CHANGE },
    { "search_place",   MAY_CHANGE },
    { "nightly",        MAY_CHANGE },
    { "vacancy",        MAY_ALL    },
    { "card",           MAY_CHANGE },
    { "mail",           MAY_ALL    },
    { "person_setting", MAY_CHANGE },
    { "addressee",      MAY_CHANGE },
    { "delegation",     MAY_CHANGE },
    { "notice",         MAY_CHANGE },
    { "handing",        MAY_ADD    },
};
static const struct admin_right ADMIN_PLATFORM_RIGHTS[] = {
    { "schema_step",    MAY_READ   },
    { "session",        MAY_ALL    },
    { "login_counter",  MAY_ALL    },
    { "platform_event", MAY_ADD    },
};
/* clang-format on */

static int admin_refuse_name(const char *name, size_t most, const char *what, struct err *e)
{
    if (name != NULL && text_is_id(name) && strlen(name) <= most)
        return 0;
    return err_fail(e, ERR_CONFIG, "%s只能用小写字母、数字和下划线，以字母开头，不超过 %zu 个字符", what, most);
}

/* schema and user have passed admin_refuse_name */
static int admin_make(struct db *admin, struct arena *a, const char *schema, const char *user, const char *password,
                      struct err *e)
{
    if (text_is_empty(password))
        return err_fail(e, ERR_CONFIG, "数据库账号须有口令");
    const char *quoted = db_escape(admin, a, password);
    return db_script(admin,
                     arena_fmt(a,
                               "CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;"
                               "CREATE USER IF NOT EXISTS '%s'@'localhost' IDENTIFIED BY '%s';"
                               "ALTER USER '%s'@'localhost' IDENTIFIED BY '%s'",
                               schema, user, quoted, user, quoted),
                     e);
}

/* First everything is taken back, so that a right dropped from the table above is dropped in the server. */
static int admin_grant(struct db *admin, struct arena *a, const char *schema, const char *user,
                       const struct admin_right *rights, size_t count, struct err *e)
{
    if (db_script(admin, arena_fmt(a, "REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%s'@'localhost'", user), e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (db_script(
                admin,
                arena_fmt(a, "GRANT %s ON `%s`.`%s` TO '%s'@'localhost'", rights[i].may, schema, rights[i].table, user),
                e) < 0)
            return -1;
    return 0;
}

static struct arena *admin_arena(void)
{
    return arena_new("admin", 1024 * 1024);
}

int admin_make_platform(struct db *admin, const char *user, const char *password, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = admin_arena();

    if (admin_refuse_name(user, ADMIN_USER_BYTES, "数据库账号名", e) < 0)
        return -1;
    return admin_make(admin, a, ADMIN_PLATFORM, user, password, e);
}

int admin_make_tenant(struct db *admin, const char *tenant, const char *user, const char *password, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = admin_arena();

    if (admin_refuse_name(tenant, ADMIN_TENANT_BYTES, "区县代号", e) < 0 ||
        admin_refuse_name(user, ADMIN_USER_BYTES, "数据库账号名", e) < 0)
        return -1;
    return admin_make(admin, a, arena_fmt(a, "gz_%s", tenant), user, password, e);
}

int admin_grant_tenant(struct db *admin, const char *tenant, const char *user, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = admin_arena();

    if (admin_refuse_name(tenant, ADMIN_TENANT_BYTES, "区县代号", e) < 0 ||
        admin_refuse_name(user, ADMIN_USER_BYTES, "数据库账号名", e) < 0)
        return -1;
    return admin_grant(admin, a, arena_fmt(a, "gz_%s", tenant), user, ADMIN_TENANT_RIGHTS,
                       ARRAY_LEN(ADMIN_TENANT_RIGHTS), e);
}

int admin_grant_platform(struct db *admin, const char *user, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = admin_arena();

    if (admin_refuse_name(user, ADMIN_USER_BYTES, "数据库账号名", e) < 0)
        return -1;
    return admin_grant(admin, a, ADMIN_PLATFORM, user, ADMIN_PLATFORM_RIGHTS, ARRAY_LEN(ADMIN_PLATFORM_RIGHTS), e);
}
