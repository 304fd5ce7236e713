/*
 * tool/tool.c - finds the command, reads its options, prints its answer or its error
 */
#include "config.h"

#include "tool/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* clang-format off */
static const struct command tool_commands[] = {
    { "audit seal",          "[--tenant T]",                       "把未入链的审计记录接入各区的哈希链",             tool_audit_seal },
    { "audit verify",        "[--tenant T]",                       "逐条核对审计链，指出第一处不符",                 tool_audit_verify },
    { "calendar check",      "FILE",                               "检查一个年份的节假日安排（按国务院办公厅通知）",   tool_calendar_check },
    { "calendar import",     "FILE",                               "检查后装入 tenants/common/calendar",             tool_calendar_import },
    { "calendar list",       "",                                   "列出各年依据的通知和日历版本",                   tool_calendar_list },
    { "calendar recount",    "[--tenant T] [--dry-run]",           "按现有安排重算暂定的时限，逐项说明，记入审计",   tool_calendar_recount },
    { "clock set",           "--tenant T --at 2024-05-20T09:00 | --at real", "设某区的测试时钟（生产环境不可用）",     tool_clock_set },
    { "draw seal",           "REVIEW ORGAN",                       "为专家抽取算一枚封签：封存的话从标准输入读",     tool_draw_seal },
    { "draw verify",         "FILE",                               "把专家抽取的记录重新抽取一遍，逐项说相符与否",   tool_draw_verify },
    { "keys",                "--tenant T",                         "为某区生成 SM2 报送密钥（已有则不动）",           tool_keys },
    { "migrate",             "",                                   "建库、建账号、按序执行迁移",                     tool_migrate },
    { "nightly",             "[--tenant T]",                       "到期检查：窗口、黄牌、红牌、空岗；可重复运行，从中断处接着办", tool_nightly },
    { "outbox shape",        "[--tenant T]",                       "发件箱：对方 × 状态 × 最早",                     tool_outbox_shape },
    { "ready",               "",                                   "数据库、目录、磁盘、库版本是否就绪",             tool_ready },
    { "regulation check",    "DIR [--regulation V] [--json]",      "检查 tenants/<区> 或其中一个版本；给了设置的也看已发布的",               tool_regulation_check },
    { "regulation coverage", "DIR [--json]",                       "条文覆盖：规则、陈述、未译",                     tool_regulation_coverage },
    { "regulation diff",     "DIR DIR|DIR --regulation V [--json]", "两个版本有何不同，逐句说明",                     tool_regulation_diff },
    { "regulation schema",   "",                                   "rules.json 的 JSON Schema，供编辑器使用",          tool_regulation_schema },
    { "reindex",             "[--tenant T]",                       "把已有项目的名称、文件名和意见编入检索",         tool_reindex },
    { "replay",              "[--tenant T]",                       "把每个项目的每一步按当时的情形复核一遍，指出与记录不一致的", tool_replay },
    { "secrets",             "",                                   "生成缺少的口令与密钥文件",                       tool_secrets },
    { "settings",            "",                                   "列出全部设置项、默认值和用途",                     tool_settings },
    { "simulate",            "--tenant T|--all-tenants [--regulation V] [--today D] --case FILE|-", "试办一个项目，给出结论（JSON）；或在各区同时试办", tool_simulate },
    { "tenant add",          "--tenant T",                         "为一个区建库、建账号、迁移",                     tool_tenant_add },
    { "tenant list",         "",                                   "列出各区与其法规版本",                           tool_tenant_list },
    { "vocabulary",          "[--tenant T]",                       "列出事实、事件、机关、材料、义务的标识与名称",   tool_vocabulary },
};
/* clang-format on */

static void usage_line(FILE *f, const struct command *c)
{
    fprintf(f, "  %-20s %s\n  %20s %s\n", c->name, c->words, "", c->help);
}

static void usage(FILE *f, const struct command *more)
{
    fputs("用法：guizhang <命令> [--settings 设置文件] …\n\n", f);
    for (size_t i = 0; i < ARRAY_LEN(tool_commands); i++)
        usage_line(f, &tool_commands[i]);
    usage_line(f, more);
}

struct option_row {
    const char *name;
    size_t offset;
};

/* Takes "--name value" pairs out of argv; what is left are words. */
static int read_args(struct arena *a, int argc, char **argv, struct tool_args *ret, struct err *e)
{
    static const struct option_row options[] = {
        {"--settings", offsetof(struct tool_args, settings)},
        {"--tenants", offsetof(struct tool_args, tenants)},
        {"--tenant", offsetof(struct tool_args, tenant)},
        {"--regulation", offsetof(struct tool_args, regulation)},
        {"--today", offsetof(struct tool_args, today)},
        {"--case", offsetof(struct tool_args, case_file)},
        {"--at", offsetof(struct tool_args, at)},
    };

    ret->word = ARENA_ARRAY(a, char *, (size_t)argc + 1);
    ret->settings = getenv("GUIZHANG_SETTINGS");
    for (int i = 1; i < argc; i++) {
        size_t k;

        if (text_eq(argv[i], "--json")) {
            ret->json = 1;
            continue;
        }
        if (text_eq(argv[i], "--dry-run")) {
            ret->dry_run = 1;
            continue;
        }
        if (text_eq(argv[i], "--all-tenants")) {
            ret->all = 1;
            continue;
        }
        for (k = 0; k < ARRAY_LEN(options) && !text_eq(argv[i], options[k].name); k++)
            ;
        if (k < ARRAY_LEN(options)) {
            if (i + 1 == argc)
                return err_fail(e, ERR_BAD_INPUT, "%s 后面缺少内容", argv[i]);
            *(const char **)((char *)ret + options[k].offset) = argv[++i];
        } else if (text_starts(argv[i], "--")) {
            return err_fail(e, ERR_BAD_INPUT, "没有 %s 这个选项", argv[i]);
        } else {
            ret->word[ret->count++] = argv[i];
        }
    }
    return 0;
}

/* The longest command whose words stand first; takes them out of args. */
static const struct command *find_command(struct tool_args *args, const struct command *more)
{
    for (size_t words = 2; words >= 1; words--) {
        if (args->count < words)
            continue;
        for (size_t i = 0; i <= ARRAY_LEN(tool_commands); i++) {
            const struct command *c = i < ARRAY_LEN(tool_commands) ? &tool_commands[i] : more;
            char name[64];

            snprintf(name, sizeof(name), "%s%s%s", args->word[0], words == 2 ? " " : "",
                     words == 2 ? args->word[1] : "");
            if (text_eq(name, c->name)) {
                args->word += words;
                args->count -= words;
                return c;
            }
        }
    }
    return NULL;
}

static void print_error(const struct err *e)
{
    fprintf(stderr, "guizhang: %s\n", e->message);
    if (e->mend[0])
        fprintf(stderr, "改法：%s\n", e->mend);
    if (e->detail[0])
        fprintf(stderr, "详情：%s\n", e->detail);
}

int tool_main(int argc, char **argv, const struct command *more)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("tool", (size_t)1 << 30);
    struct buf out CLEANUP_(buf_free) = {0};
    struct tool_args args = {0};
    struct err e = {0};

    buf_init(&out, (size_t)256 << 20);
    if (read_args(a, argc, argv, &args, &e) < 0) {
        print_error(&e);
        return TOOL_USAGE;
    }
    const struct command *c = find_command(&args, more);
    if (!c) {
        usage(args.count ? stderr : stdout, more);
        return args.count ? TOOL_USAGE : TOOL_OK;
    }
    struct tool t = {.arena = a, .out = &out, .args = &args};
    enum tool_exit rc = c->run(&t, &e);

    fputs(buf_str(&out), stdout);
    if (e.code != ERR_NONE)
        print_error(&e);
    if (fflush(stdout) != 0)
        return TOOL_FAILED;
    return (int)rc;
}
