/*
 * store/migrate.c - schema steps, forward only
 *
 * A step is noted as started, run, and noted as done, each by itself: DDL commits whatever is
 * open (trap M8), so a transaction around it would promise what it cannot keep.
 */
#include "config.h"

#include "store/migrate.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

enum { MIGRATE_FILE_BYTES = 1024 * 1024, MIGRATE_DIGITS = 4 };

/* clang-format off */
static const char SCHEMA_STEP_TABLE[] =
    "CREATE TABLE IF NOT EXISTS schema_step ("
    " no INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, sha VARCHAR(64) NOT NULL,"
    " started_at DATETIME(6) NOT NULL, done_at DATETIME(6) NULL"
    ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";
const struct sql SCHEMA_STEP_LIST = { "schema.step_list", "SELECT no, name, sha, done_at FROM schema_step ORDER BY no" };
const struct sql SCHEMA_STEP_START = { "schema.step_start",
    "INSERT INTO schema_step (no, name, sha, started_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))" };
const struct sql SCHEMA_STEP_DONE = { "schema.step_done",
    "UPDATE schema_step SET done_at = UTC_TIMESTAMP(6) WHERE no = ? AND done_at IS NULL" };
const struct sql SCHEMA_LOCK = { "schema.lock", "SELECT GET_LOCK(CONCAT(DATABASE(), '.step'), 10)" };
const struct sql SCHEMA_UNLOCK = { "schema.unlock", "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.step'))" };
const struct sql SCHEMA_NAME = { "schema.name", "SELECT DATABASE()" };

/* a step as its file has it */
struct step { int64_t no; const char *name, *text, *sha; };
/* a step as the schema remembers it */
struct step_done { int64_t no; const char *name, *sha; instant done_at; };
#define S(type, m) ROW_##type(step_done, m)
static const struct row_col STEP_DONE_COLS[] = { S(I64, no), S(TEXT, name), S(TEXT, sha), S(INSTANT, done_at) };
/* clang-format on */

struct steps {
    struct step *files;
    size_t file_count;
    struct step_done *done;
    size_t done_count;
};

/* ---- the folder ---- */

static int step_name_is_right(const char *name)
{
    size_t n = strlen(name);

    if (n <= MIGRATE_DIGITS + strlen("_.sql") || name[MIGRATE_DIGITS] != '_' || !text_ends(name, ".sql"))
        return 0;
    for (size_t i = 0; i < MIGRATE_DIGITS; i++)
        if (name[i] < '0' || name[i] > '9')
            return 0;
    for (size_t i = MIGRATE_DIGITS; i < n - strlen(".sql"); i++)
        if (!(name[i] == '_' || (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9')))
            return 0;
    return 1;
}

static int step_read(struct arena *a, const char *dir, const char *name, size_t expected, struct step *ret,
                     struct err *e)
{
    char *text;
    size_t len;

    if (!step_name_is_right(name))
        return err_fail(e, ERR_CONFIG, "%s/%s：升级步骤的文件名应为四位数字、下划线和小写名称，如 0001_project.sql",
                        dir, name);
    if (text_i64(arena_dupn(a, name, MIGRATE_DIGITS), &ret->no) < 0 || ret->no != (int64_t)expected)
        return err_fail(e, ERR_CONFIG, "%s/%s：升级步骤的编号应为 %04zu，编号须从 0001 起连续且不重复", dir, name,
                        expected);
    if (file_read(a, arena_fmt(a, "%s/%s", dir, name), MIGRATE_FILE_BYTES, &text, &len, e) < 0)
        return -1;
    if (strlen(text) != len)
        return err_fail(e, ERR_CONFIG, "%s/%s：升级步骤的文件中有空字符", dir, name);
    ret->name = arena_dupn(a, name, strlen(name) - strlen(".sql"));
    ret->text = text;
    ret->sha = crypto_sm3_hex(a, text, len);
    return 0;
}

static int steps_read(struct arena *a, const char *dir, struct steps *ret, struct err *e)
{
    char **names;
    size_t count;

    if (file_list(a, dir, &names, &count, e) < 0)
        return -1;
    ret->files = ARENA_ARRAY(a, struct step, count + 1);
    ret->file_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_ends(names[i], ".sql"))
            continue;
        if (step_read(a, dir, names[i], ret->file_count + 1, &ret->files[ret->file_count], e) < 0)
            return -1;
        ret->file_count++;
    }
    return ret->file_count > 0 ? 0 : err_fail(e, ERR_CONFIG, "%s：没有任何升级步骤", dir);
}

/* ---- the schema ---- */

static int steps_done_read(struct db *db, struct arena *a, struct steps *ret, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SCHEMA_STEP_LIST, &s, e) < 0 ||
        row_all(s, a, STEP_DONE_COLS, ARRAY_LEN(STEP_DONE_COLS), sizeof *ret->done, &rows, &ret->done_count, e) < 0)
        return -1;
    ret->done = rows;
    return 0;
}

static int step_refuse_half(const struct step_done *done, struct err *e)
{
    if (done->done_at != INSTANT_NONE)
        return 0;
    err_fail(e, ERR_CONFIG, "升级步骤 %s 开始后没有完成，须先由管理员核对", done->name);
    return err_mend(e,
                    "请看该步骤的表是否已经建好：没有，则删除 schema_step 中 no=%" PRId64
                    " 的一行；已有，则补上这一行的 done_at；然后再运行升级",
                    done->no);
}

/* What the schema remembers must be the beginning of what the folder holds, to the byte. */
static int steps_refuse_difference(const struct steps *all, struct err *e)
{
    for (size_t i = 0; i < all->done_count; i++) {
        const struct step_done *done = &all->done[i];
        if (step_refuse_half(done, e) < 0)
            return -1;
        if (i >= all->file_count)
            return err_fail(e, ERR_CONFIG, "数据库已升级到步骤 %s，比本程序新，请使用新版程序", done->name);
        const struct step *file = &all->files[i];
        if (done->no != file->no || !text_eq(done->name, file->name))
            return err_fail(e, ERR_CONFIG, "数据库记载的步骤 %s 与程序所带的 %s 不是同一步", done->name, file->name);
        if (!text_eq(done->sha, file->sha)) {
            err_fail(e, ERR_CONFIG, "升级步骤 %s 完成以后，文件又被改动", file->name);
            return err_mend(e, "请恢复原文件；需要再改结构时，另写一个新步骤");
        }
    }
    return 0;
}

/* 0 when the lock was taken; the schema's name only for the sentence */
static int schema_lock(struct db *db, struct arena *a, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SCHEMA_NAME, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s) || stmt_is_null(s, 0))
        return err_fail(e, ERR_CONFIG, "升级前须指明数据库名");
    const char *schema = stmt_text(s, 0);
    if (stmt_open(db, a, &SCHEMA_LOCK, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    if (stmt_step(s) && stmt_i64(s, 0) == 1)
        return 0;
    return err_fail(e, ERR_BUSY, "另一个程序正在升级数据库 %s，请等它结束", schema);
}

static int step_number(struct db *db, struct arena *a, const struct sql *sql, const struct step *step, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, step->no);
    if (sql == &SCHEMA_STEP_START) {
        stmt_bind_text(s, step->name);
        stmt_bind_text(s, step->sha);
    }
    return stmt_run(s, e);
}

static int step_run(struct db *db, struct arena *a, const struct step *step, struct err *e)
{
    struct err cause = {0};

    if (step_number(db, a, &SCHEMA_STEP_START, step, e) < 0)
        return -1;
    if (db_script(db, step->text, &cause) == 0)
        return step_number(db, a, &SCHEMA_STEP_DONE, step, e);
    err_fail(e, cause.code, "升级步骤 %s 没有完成", step->name);
    err_mend(e, "原因见日志；改正后核对该步骤的表，再处理 schema_step 中 no=%" PRId64 " 的一行", step->no);
    return err_detail(e, "%s", cause.detail);
}

static int migrate_locked(struct db *db, struct arena *a, struct steps *all, struct migrate_report *ret, struct err *e)
{
    struct migrate_report report = {0};

    if (db_script(db, SCHEMA_STEP_TABLE, e) < 0 || steps_done_read(db, a, all, e) < 0 ||
        steps_refuse_difference(all, e) < 0)
        return -1;
    report.done_before = (int)all->done_count;
    for (size_t i = all->done_count; i < all->file_count; i++) {
        if (step_run(db, a, &all->files[i], e) < 0)
            return -1;
        report.done_now++;
    }
    report.last = (int)all->file_count;
    *ret = report;
    return 0;
}

int migrate_run(struct db *admin, struct arena *a, const char *dir, struct migrate_report *ret, struct err *e)
{
    struct steps all;
    struct stmt *s;
    struct err unlock;

    if (steps_read(a, dir, &all, e) < 0 || schema_lock(admin, a, e) < 0)
        return -1;
    int rc = migrate_locked(admin, a, &all, ret, e);
    if (stmt_open(admin, a, &SCHEMA_UNLOCK, &s, &unlock) < 0 || stmt_run(s, &unlock) < 0)
        return rc; /* the lock goes with the connection */
    return rc;
}

int migrate_check(struct db *db, struct arena *a, const char *dir, struct err *e)
{
    struct steps all;

    if (steps_read(a, dir, &all, e) < 0)
        return -1;
    if (steps_done_read(db, a, &all, e) < 0) {
        if (e->code != ERR_INTERNAL)
            return -1;
        char detail[sizeof e->detail];
        text_copy(detail, sizeof detail, e->detail);
        err_fail(e, ERR_CONFIG, "数据库还没有建表，或账号还没有授权");
        err_mend(e, "请先运行 guizhang migrate");
        return err_detail(e, "%s", detail);
    }
    if (steps_refuse_difference(&all, e) < 0)
        return -1;
    if (all.done_count == all.file_count)
        return 0;
    err_fail(e, ERR_CONFIG, "数据库停在第 %zu 步，本程序需要第 %zu 步", all.done_count, all.file_count);
    return err_mend(e, "请先运行 guizhang migrate");
}
