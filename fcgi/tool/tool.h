/*
 * tool/tool.h - the sub-commands of guizhang, as a table
 *
 * A command gets its words and a place for its answer; it returns the exit status:
 * 0 well, 1 the answer is no (a finding, a broken chain), 2 wrong words, 3 could not be done.
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum tool_exit { TOOL_OK = 0, TOOL_NO = 1, TOOL_USAGE = 2, TOOL_FAILED = 3 };

struct tool_args {
    char **word; /* what follows the command's name, options taken out */
    size_t count;
    const char *settings; /* --settings FILE, or GUIZHANG_SETTINGS, or NULL */
    const char *tenants;  /* --tenants DIR: for the commands that need no settings */
    const char *tenant, *regulation, *today, *case_file, *dir, *at; /* the options of their names */
    int json, all, dry_run; /* --json, --all-tenants, --dry-run */
};
struct tool {
    struct arena *arena;
    struct buf *out;
    const struct tool_args *args;
};
struct command {
    const char *name; /* "regulation check" */
    const char *words;
    const char *help;
    enum tool_exit (*run)(struct tool *t, struct err *e);
};

/* The commands, one file a theme. */
enum tool_exit tool_calendar_list(struct tool *t, struct err *e);
enum tool_exit tool_calendar_check(struct tool *t, struct err *e);
enum tool_exit tool_calendar_import(struct tool *t, struct err *e);
enum tool_exit tool_calendar_recount(struct tool *t, struct err *e);
enum tool_exit tool_draw_seal(struct tool *t, struct err *e);
enum tool_exit tool_draw_verify(struct tool *t, struct err *e);
enum tool_exit tool_migrate(struct tool *t, struct err *e);
enum tool_exit tool_tenant_add(struct tool *t, struct err *e);
enum tool_exit tool_tenant_list(struct tool *t, struct err *e);
enum tool_exit tool_regulation_check(struct tool *t, struct err *e);
enum tool_exit tool_regulation_coverage(struct tool *t, struct err *e);
enum tool_exit tool_regulation_schema(struct tool *t, struct err *e);
enum tool_exit tool_regulation_diff(struct tool *t, struct err *e);
enum tool_exit tool_simulate(struct tool *t, struct err *e);
enum tool_exit tool_vocabulary(struct tool *t, struct err *e);
enum tool_exit tool_audit_seal(struct tool *t, struct err *e);
enum tool_exit tool_audit_verify(struct tool *t, struct err *e);
enum tool_exit tool_reindex(struct tool *t, struct err *e);
enum tool_exit tool_replay(struct tool *t, struct err *e);
enum tool_exit tool_nightly(struct tool *t, struct err *e);
enum tool_exit tool_outbox_shape(struct tool *t, struct err *e);
enum tool_exit tool_clock_set(struct tool *t, struct err *e);
enum tool_exit tool_settings(struct tool *t, struct err *e);
enum tool_exit tool_secrets(struct tool *t, struct err *e);
enum tool_exit tool_keys(struct tool *t, struct err *e);
enum tool_exit tool_ready(struct tool *t, struct err *e);

/* The running installation --settings names; and whether --tenant leaves a district out. */
struct platform;
struct district;
int tool_platform(struct tool *t, struct platform **ret, struct err *e) MUST_USE_;
int tool_names(const struct tool *t, const struct district *d);

/* --tenants, ./tenants or the installed ones: for the commands that need no settings. */
const char *tool_tenants_dir(struct tool *t);

/* Reads argv into args and runs the command; more is one from a layer this one does not know. Errors go to standard error. */
int tool_main(int argc, char **argv, const struct command *more);

#endif
