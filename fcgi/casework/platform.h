/*
 * casework/platform.h - the long-lived things every program stands on: settings, districts, connections
 *
 * platform_load reads everything that may be read before fork (settings, tenants, regulations, calendar)
 * and opens nothing; connections are opened on first use by the process that uses them, kept in a small
 * LRU, and thrown away when they break.
 */
#ifndef CASEWORK_PLATFORM_H
#define CASEWORK_PLATFORM_H

#include "base/settings.h"
#include "identity/session.h"
#include "regulation/regulation.h"
#include "store/db.h"

struct config {                       /* filled from guizhang.json by the table in casework/config.c */
    const char *mode;                 /* "production" | "demo" | "test" */
    const char *tenants_dir, *migrations_dir, *secrets_dir, *files_dir, *upload_dir;
    const char *db_socket, *db_host, *db_ca; int64_t db_port, db_timeout_s, db_connections;
    const char *db_platform_user;     /* password in secrets_dir/db-platform; tenants: secrets_dir/db-<tenant>, user gz_<tenant> */
    const char *ldap_url, *ldap_ca, *ldap_base, *ldap_group_base, *ldap_bind_dn; int64_t ldap_timeout_ms; /* password: secrets_dir/ldap */
    int64_t session_idle_s, session_absolute_s, session_recheck_s, session_outage_s, login_failures, login_lock_s;
    const char *listen;               /* unix socket of guizhangd */
    const char *socket_group;         /* group that may connect; "" the own one */
    int64_t workers, max_requests, request_deadline_s, grace_s;
    const char *origin;               /* public origin, "http://127.0.0.1:8080": links and Origin checks */
    const char *peers_file;           /* peers.json: party → endpoint, public key, CA, own key */
    const char *test_clock;           /* file {tenant: offset seconds}; refused in production */
    const char *upload_scanner;       /* unix socket of a clamd; "" none */
    int64_t upload_max_bytes, upload_quota_bytes, disk_free_min_bytes;
    int64_t import_rows;              /* of one table that is handed in */
    int64_t nightly_hour;             /* Asia/Shanghai; -1: only at a prompt */
    const char *mail_url, *mail_from, *mail_ca, *mail_user; /* password in secrets_dir/mail */
    int64_t push_interval_ms, push_lease_s, push_timeout_s, push_giveup_s, push_backoff_min_s, push_backoff_max_s;
};

struct district {
    const struct tenant *tenant;
    struct regulation **regulations; size_t regulation_count; /* those of tenant.json and the published ones, oldest first */
    struct node *peers;               /* this district's rows of peers.json */
    char audit_key[32]; int audit_key_ok;   /* from secrets_dir/audit-<tenant> */
    struct db *db; instant db_used;   /* opened on demand */
};
struct host_place { const char *host; struct district *district; };
struct platform {
    const char *mail_password;        /* "" when nobody logs in */
    struct arena *arena;
    struct arena *law; /* of the vocabulary and the regulations: sealed, shared by the workers */
    struct config config;
    struct vocabulary *vocabulary;
    struct calendar *calendar;
    struct tenant **tenants; struct district *districts; size_t count; /* one of each a district, sorted by id */
    struct host_place *hosts; size_t host_count;                       /* sorted */
    struct session_rules rules; struct directory_place directory; struct identity identity;
    struct db *db;                    /* platform schema */
    uint64_t law_mark;                /* of the published folders as they were read */
};
/* The settings file against the table, then what only several rows together can be wrong about. */
int config_load(struct arena *a, const char *path, struct config *ret, struct err *e) MUST_USE_;
int config_mail_is_local(const struct config *c); /* 1: plain smtp to this very machine */
/* Settings, tenants, regulations (checked: an error refuses the start and names file:line:column), keys. */
/* Settings and the districts' names alone: no regulation, no calendar, nothing to connect with. */
int platform_load_names(struct arena *a, const char *settings_path, struct platform **ret, struct err *e) MUST_USE_;
int platform_load(struct arena *a, const char *settings_path, struct platform **ret, struct err *e) MUST_USE_;
void platform_close(struct platform *p);       /* connections only */
/* Another than p->law_mark when a version was published or withdrawn since: then it is to be loaded anew (ADR 0010). */
uint64_t platform_law_mark(const struct platform *p);
/* Where the published versions of a district stand: <files>/<tenant>/regulations, a folder each. */
char *platform_published_dir(struct arena *a, const struct platform *p, const char *tenant);
struct district *platform_district(struct platform *p, const char *tenant);            /* NULL when unknown */
struct district *platform_district_by_host(struct platform *p, const char *host);      /* NULL when none has it */
int platform_db(struct platform *p, struct db **ret, struct err *e) MUST_USE_;
int district_db(struct platform *p, struct district *d, struct db **ret, struct err *e) MUST_USE_;
/* Regulation in force for new work on that day: the newest whose "from" has come (it may be expired); NULL for a bureau. */
const struct regulation *district_regulation(const struct district *d, date today);
const struct regulation *district_regulation_version(const struct district *d, const char *version); /* NULL unknown */
/* The district's time: the machine's, moved by the test clock when there is one. */
instant district_now(const struct platform *p, const struct district *d, int *ret_moved);
void settings_reference(struct buf *b);        /* the table, for guizhang settings */

#endif
