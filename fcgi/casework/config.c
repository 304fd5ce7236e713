/*
 * casework/config.c - the table of settings: what guizhang.json may say, and what each row is for
 */
#include "config.h"

#include "casework/platform.h"

#include <stddef.h>

#include "base/err.h"
#include "base/mailtext.h"
#include "base/text.h"

#define TEXT_(name, member, def, doc)                                                                                  \
    {                                                                                                                  \
        name, SETTING_TEXT, offsetof(struct config, member), def, 0, 0, doc                                            \
    }
#define PATH_(name, member, def, doc)                                                                                  \
    {                                                                                                                  \
        name, SETTING_PATH, offsetof(struct config, member), def, 0, 0, doc                                            \
    }
#define INT_(name, member, def, min, max, doc)                                                                         \
    {                                                                                                                  \
        name, SETTING_INT, offsetof(struct config, member), def, min, max, doc                                         \
    }

/* clang-format off */
static const struct setting table[] = {
    TEXT_("mode",                         mode,                "production",        "运行方式：production 正式，demo 演示，test 测试；正式方式拒绝测试时钟。"),
    TEXT_("origin",                       origin,              NULL,                "对外地址，如 https://xm.example.gov.cn，有几个时用空格隔开，第一个为主；来源校验以它为准。"),
    PATH_("tenants_dir",                  tenants_dir,         NULL,                "各区文件夹所在目录，其中 common 放公共词表和工作日历。"),
    PATH_("migrations_dir",               migrations_dir,      NULL,                "数据库升级脚本目录，下分 platform 和 tenant。"),
    PATH_("secrets_dir",                  secrets_dir,         NULL,                "密钥与口令目录，只有服务账号可读。"),
    PATH_("files_dir",                    files_dir,           NULL,                "上传文件的存放目录，按区、按内容摘要分层。"),
    PATH_("upload_dir",                   upload_dir,          NULL,                "nginx 放上传临时文件的目录，须与存放目录在同一文件系统。"),
    PATH_("database.socket",              db_socket,           "",                  "MariaDB 的本机套接字；留空则用 database.host 经 TLS 连接。"),
    TEXT_("database.host",                db_host,             "",                  "MariaDB 主机名；只在没有填本机套接字时使用。"),
    INT_( "database.port",                db_port,             "3306",              1, 65535, "MariaDB 端口。"),
    PATH_("database.ca",                  db_ca,               "",                  "验证 MariaDB 服务器证书的根证书文件；经网络连接时必填。"),
    INT_( "database.timeout_s",           db_timeout_s,        "10",                1, 120, "连接、读、写数据库的时限，秒。"),
    INT_( "database.connections",         db_connections,      "8",                 1, 512, "每个工作进程最多同时保持的各区数据库连接数，超出时关闭最久未用的。"),
    TEXT_("database.platform_user",       db_platform_user,    "guizhang_platform", "平台库的数据库账号；口令在密钥目录的 db-platform 文件。"),
    TEXT_("directory.url",                ldap_url,            "",                  "政务目录地址，ldaps:// 或须启用 StartTLS 的 ldap://。"),
    PATH_("directory.ca",                 ldap_ca,             "",                  "验证政务目录证书的根证书文件。"),
    TEXT_("directory.base",               ldap_base,           "",                  "人员条目所在的目录分支。"),
    TEXT_("directory.group_base",         ldap_group_base,     "",                  "岗位组所在的目录分支，只认其直接下级；其中组内的组也算，最多三层，服务账号须能读取。"),
    TEXT_("directory.bind_dn",            ldap_bind_dn,        "",                  "查询目录用的服务账号；口令在密钥目录的 ldap 文件。"),
    INT_( "directory.timeout_ms",         ldap_timeout_ms,     "2000",              100, 30000, "一次目录查询（含 TLS 握手）的总时限，毫秒。"),
    INT_( "session.idle_s",               session_idle_s,      "900",               60, 86400, "无操作多久后须重新登录，秒。"),
    INT_( "session.absolute_s",           session_absolute_s,  "28800",             300, 604800, "一次登录最长有效时间，秒。"),
    INT_( "session.recheck_s",            session_recheck_s,   "60",                5, 3600, "多久向政务目录复核一次在用会话，秒。"),
    INT_( "session.outage_s",             session_outage_s,    "1800",              0, 86400, "政务目录中断时在用会话最多延续多久，秒。"),
    INT_( "session.login_failures",       login_failures,      "5",                 1, 100, "连续几次登录失败后锁定。"),
    INT_( "session.login_lock_s",         login_lock_s,        "900",               1, 86400, "锁定多久，秒。"),
    PATH_("listen",                       listen,              "",                  "guizhangd 的 FastCGI 本机套接字路径。"),
    TEXT_("socket_group",                 socket_group,        "",                  "可以连接该套接字的用户组（nginx 的组）；留空为本进程的组。"),
    INT_( "workers.count",                workers,             "4",                 1, 256, "工作进程数。"),
    INT_( "workers.max_requests",         max_requests,        "10000",             1, 100000000, "一个工作进程办完多少次请求后由新进程接替。"),
    INT_( "workers.request_deadline_s",   request_deadline_s,  "30",                1, 600, "一次请求的最长处理时间，秒；超过则换掉该进程。"),
    INT_( "workers.grace_s",              grace_s,             "20",                1, 600, "停机时等待在办请求的最长时间，秒。"),
    PATH_("peers_file",                   peers_file,          "",                  "上下级系统名册文件：地址、公钥、根证书和本方密钥；留空则不上报。"),
    INT_( "push.interval_ms",             push_interval_ms,    "1000",              50, 600000, "上报程序每隔多久查看一次待报，毫秒。"),
    INT_( "push.lease_s",                 push_lease_s,        "120",               5, 3600, "一次发送占用一条报文的时间，秒；过后可由其他进程接手。"),
    INT_( "push.timeout_s",               push_timeout_s,      "60",                1, 600, "一次发送的总时限，秒。"),
    INT_( "push.giveup_s",                push_giveup_s,       "259200",            60, 31536000, "首次发送后多久仍未送达即停发并提请人工处理，秒。"),
    INT_( "push.backoff_min_s",           push_backoff_min_s,  "5",                 1, 3600, "重发的最短间隔，秒。"),
    INT_( "push.backoff_max_s",           push_backoff_max_s,  "3600",              1, 86400, "重发的最长间隔，秒。"),
    INT_( "nightly.hour",                 nightly_hour,        "2",                 -1, 23, "每天几点（北京时间）起做到期检查，由上报程序办；错过的开机后补办；-1 不自动做。"),
    TEXT_("mail.url",                     mail_url,            "",                  "邮件服务器，smtps://主机:端口，或 smtp://主机:端口（须支持 STARTTLS，本机除外）；留空则不发邮件。"),
    TEXT_("mail.from",                    mail_from,           "",                  "提醒邮件的发件地址。"),
    PATH_("mail.ca",                      mail_ca,             "",                  "验证邮件服务器证书的根证书文件；不是本机时必填。"),
    TEXT_("mail.user",                    mail_user,           "",                  "登录邮件服务器的账号，口令在密钥目录的 mail 文件；留空则不登录。"),
    INT_( "uploads.max_bytes",            upload_max_bytes,    "209715200",         1024, INT64_C(10737418240), "单个文件的大小上限，字节。"),
    INT_( "uploads.project_quota_bytes",  upload_quota_bytes,  "2147483648",        1024, INT64_C(1099511627776), "一个项目全部文件的大小上限，字节。"),
    INT_( "uploads.disk_free_min_bytes",  disk_free_min_bytes, "1073741824",        0, INT64_C(1099511627776), "存放目录剩余空间低于此数时不再接收文件，字节。"),
    PATH_("uploads.scanner",              upload_scanner,      "",                  "病毒扫描服务（clamd）的本机套接字，填写后每个文件先送它检查，查出问题或它没有应答都不收；"
                                                                                    "留空则不扫描，平台自己只按内容认类型，拒收程序、网页、脚本、带宏的和设有打开密码的 Office 文件，"
                                                                                    "不解开压缩包，不查 PDF 和压缩包里面，不能代替病毒扫描。"),
    INT_( "import.rows_max",              import_rows,         "500",               1, 2000, "一次导入的表格最多多少行（不含列名）。"),
    PATH_("test_clock",                   test_clock,          "",                  "测试时钟文件 {\"区\": 偏移秒数}；正式方式不得填写。"),
};
/* clang-format on */

int config_mail_is_local(const struct config *c)
{
    static const char *const here[] = {"smtp://127.0.0.1:", "smtp://localhost:", "smtp://[::1]:"};

    for (size_t i = 0; i < ARRAY_LEN(here); i++)
        if (text_starts(c->mail_url, here[i]))
            return 1;
    return 0;
}

/* Letters name projects and days: they go in clear to this machine alone. */
static int mail_check(const struct config *c, struct err *e)
{
    if (text_is_empty(c->mail_url))
        return 0;
    if (!text_starts(c->mail_url, "smtps://") && !text_starts(c->mail_url, "smtp://")) {
        err_fail(e, ERR_CONFIG, "设置 mail.url 是「%s」，须以 smtps:// 或 smtp:// 开头", c->mail_url);
        return err_at(e, "/mail/url");
    }
    if (!mail_address_is_plain(c->mail_from)) {
        err_fail(e, ERR_CONFIG, "设置 mail.from 是「%s」，须是一个邮件地址，如 xm@example.gov.cn", c->mail_from);
        return err_at(e, "/mail/from");
    }
    if (!config_mail_is_local(c) && text_is_empty(c->mail_ca)) {
        err_fail(e, ERR_CONFIG, "邮件服务器不在本机，须填写 mail.ca，用来验证它的证书");
        return err_at(e, "/mail/ca");
    }
    return 0;
}

/* What no single row can tell. */
static int config_check(const struct config *c, struct err *e)
{
    int production = text_eq(c->mode, "production");

    if (!production && !text_eq(c->mode, "demo") && !text_eq(c->mode, "test")) {
        err_fail(e, ERR_CONFIG, "设置 mode 是「%s」，只能是 production、demo 或 test", c->mode);
        return err_at(e, "/mode");
    }
    if (production && !text_is_empty(c->test_clock)) {
        err_fail(e, ERR_CONFIG, "正式运行方式（mode 为 production）不得设置测试时钟 test_clock");
        err_mend(e, "请删去 test_clock；要用测试时钟，请把 mode 改为 test 或 demo");
        return err_at(e, "/test_clock");
    }
    if (text_is_empty(c->db_socket) && text_is_empty(c->db_host)) {
        err_fail(e, ERR_CONFIG, "database.socket 和 database.host 至少填写一项");
        return err_at(e, "/database");
    }
    if (text_is_empty(c->db_socket) && text_is_empty(c->db_ca)) {
        err_fail(e, ERR_CONFIG, "经网络连接数据库须填写 database.ca，用来验证服务器证书");
        return err_at(e, "/database/ca");
    }
    if (!text_starts(c->origin, "http://") && !text_starts(c->origin, "https://")) {
        err_fail(e, ERR_CONFIG, "设置 origin 是「%s」，须以 http:// 或 https:// 开头", c->origin);
        return err_at(e, "/origin");
    }
    if (mail_check(c, e) < 0)
        return -1;
    if (c->push_backoff_min_s > c->push_backoff_max_s) {
        err_fail(e, ERR_CONFIG, "push.backoff_min_s 不得大于 push.backoff_max_s");
        return err_at(e, "/push/backoff_min_s");
    }
    return 0;
}

int config_load(struct arena *a, const char *path, struct config *ret, struct err *e)
{
    struct config c = {0};

    if (settings_load(a, table, ARRAY_LEN(table), &c, path, e) < 0)
        return -1;
    if (config_check(&c, e) < 0) {
        err_detail(e, "%s", path);
        return -1;
    }
    *ret = c;
    return 0;
}

void settings_reference(struct buf *b)
{
    settings_print(b, table, ARRAY_LEN(table), NULL);
}
